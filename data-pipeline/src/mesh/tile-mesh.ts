// What goes up from a tile to its parent: its surface, as it was encoded, and the picture on it.

/** Eight bits of red, green, blue per pixel, rows from the top. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Positions stand in lattice steps; a triangle has its own texture coordinates, so no seam needs a second position. */
export interface TileMesh {
  /** Per position of this tile, its number among all positions. */
  readonly positionIds: Uint32Array
  /** x, y, z per position, in steps. */
  readonly positions: Int32Array
  readonly triangles: Uint32Array
  /** x, y per corner in pixels of `picture`, y downward: six per triangle. */
  readonly cornerPixels: Float32Array
  readonly picture: Picture
  /** What its mesh may be off the finest one, metres. */
  readonly errorMeters: number
  /** Side of a pixel on the surface, metres: √(area / pixels inside triangles). */
  readonly texelMeters: number
}

/** Lattice steps as metres. (`Float32Array.from` with a function is ten times slower.) */
export function toMeters(steps: Int32Array, stepMeters: number): Float32Array {
  const meters = new Float32Array(steps.length)
  for (let i = 0; i < steps.length; i++) meters[i] = steps[i]! * stepMeters
  return meters
}

/** Twice the area of a triangle of lattice steps, in steps². */
export function doubleArea(p: ArrayLike<number>, a: number, b: number, c: number): number {
  const ux = p[3 * b]! - p[3 * a]!
  const uy = p[3 * b + 1]! - p[3 * a + 1]!
  const uz = p[3 * b + 2]! - p[3 * a + 2]!
  const wx = p[3 * c]! - p[3 * a]!
  const wy = p[3 * c + 1]! - p[3 * a + 1]!
  const wz = p[3 * c + 2]! - p[3 * a + 2]!
  const nx = uy * wz - uz * wy
  const ny = uz * wx - ux * wz
  const nz = ux * wy - uy * wx
  // Math.hypot guards against overflow at ten times the cost.
  return Math.sqrt(nx * nx + ny * ny + nz * nz)
}

/** √(area / pixels) over all triangles; `fallback` where the picture has none inside triangles. */
export function texelOf(
  { positions, triangles, cornerPixels }: Omit<TileMesh, 'errorMeters' | 'texelMeters'>,
  stepMeters: number,
  fallback: number,
): number {
  let area = 0
  let pixels = 0
  for (let t = 0; t < triangles.length / 3; t++) {
    const inside = insideOf(cornerPixels, 6 * t)
    if (inside === 0) continue
    pixels += inside
    area += doubleArea(positions, triangles[3 * t]!, triangles[3 * t + 1]!, triangles[3 * t + 2]!)
  }
  return pixels > 0 ? stepMeters * Math.sqrt(area / pixels) : fallback
}

/** Twice the pixels inside the triangle whose corners begin at `at`. */
export function insideOf(q: Float32Array, at: number): number {
  return Math.abs((q[at + 2]! - q[at]!) * (q[at + 5]! - q[at + 1]!) - (q[at + 4]! - q[at]!) * (q[at + 3]! - q[at + 1]!))
}
