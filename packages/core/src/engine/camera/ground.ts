// Never under the ground: from where a vertical line through the camera meets the mesh, how high it must be.

/** The least height of the camera over what is below it, metres. */
export const CLEARANCE_METERS = 2

/**
 * The height that the camera may take, metres; its own where it is free.
 *
 * @param heights - where the vertical through the camera meets the mesh; any order.
 * @param guessMeters - the ground where the mesh is not met.
 *
 * A surface above with none below means that the camera is inside of a building or under the ground (photogrammetry is a
 * sheet, closed from below by nothing): it goes above the lowest such surface. Under a tree or a bridge there is ground
 * below, and it stays.
 */
export function freeHeight(cameraMeters: number, heights: readonly number[], guessMeters: number): number {
  const below = heights.filter((height) => height <= cameraMeters)
  const floor = below.length > 0 ? Math.max(...below) : heights.length > 0 ? Math.min(...heights) : guessMeters
  return Math.max(cameraMeters, floor + CLEARANCE_METERS)
}
