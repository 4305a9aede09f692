// Place: the one lattice that every vertex of every tile stands on. Positions are whole numbers of its step from here to the GPU, so
// a border that two tiles share is the same in both, bit by bit, at every level: no crack, whatever is rounded later.

/** A step is this part of the mean edge, at most: 1 / 128 of it moves no normal by over 1°. */
const PER_EDGE = 128
/** Exponents of two: from 0.12 mm (a scan of a room) to 7.8 mm (a capture from a drone). */
const FINEST = -13
const COARSEST = -7
/** Positions are 24-bit signed numbers in the tile (the exponential filter's mantissa). */
export const LATTICE_REACH = 2 ** 23 - 1

/**
 * The exponent of two of the lattice's step in metres.
 *
 * @param meanEdgeMeters mean length of the triangles' edges
 * @param reachMeters largest absolute coordinate
 */
export function latticeExponent(meanEdgeMeters: number, reachMeters: number): number {
  const wanted = Math.floor(Math.log2(meanEdgeMeters / PER_EDGE))
  const fits = Math.ceil(Math.log2(Math.max(reachMeters, 1e-9) / LATTICE_REACH))
  return Math.max(fits, Math.min(COARSEST, Math.max(FINEST, wanted)))
}
