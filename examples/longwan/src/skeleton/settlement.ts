// The small settlement that stands in until the demo capture is made: rows of slabs with courtyards, roads, trees, a dike
// in the north and fields behind it. Metres east and north of the twin's origin, heights above it. The same every time.

export interface Slab {
  readonly east: number
  readonly north: number
  readonly length: number
  readonly depth: number
  readonly eaves: number
  readonly ridge: number
  readonly roof: readonly [number, number, number]
  /** Which façade of the atlas, 0 to 3. */
  readonly facade: number
}
export interface Tree {
  readonly east: number
  readonly north: number
  readonly radius: number
  readonly height: number
}

/** Half the edge of the settlement, m. */
export const HALF_METERS = 256
/** Where the ground bends: it is level between and beside these, so a ground of any level of detail has no crack. */
const BENDS = [
  [-HALF_METERS, 0],
  [150, 0],
  [164, 6],
  [172, 6],
  [188, -0.5],
  [HALF_METERS, -0.5],
] as const
export const BEND_NORTHS = BENDS.map(([north]) => north)

/** Height of the ground at a northing, m above the origin. */
export function groundAt(north: number): number {
  for (let i = 1; i < BENDS.length; i++) {
    const [n0, z0] = BENDS[i - 1]!
    const [n1, z1] = BENDS[i]!
    if (north <= n1) return z0 + ((z1 - z0) * Math.max(0, north - n0)) / (n1 - n0)
  }
  return BENDS.at(-1)![1]
}

/** mulberry32: a small generator of chance that is the same on every machine. */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const ROOFS = [
  [152, 84, 66],
  [141, 92, 74],
  [128, 118, 108],
  [104, 112, 122],
] as const

/** Roads: east-west and north-south lines, 7 m wide. */
export const ROADS = { norths: [-212, -104, 4, 112], easts: [-180, -60, 60, 180], width: 7 }

export function settlement(): { slabs: readonly Slab[]; trees: readonly Tree[] } {
  const next = chance(20261018)
  const slabs: Slab[] = []
  const trees: Tree[] = []
  for (let block = 0; block < 3; block++)
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 4; column++) {
        const eaves = 15 + Math.floor(next() * 2) * 2.9
        slabs.push({
          east: -220 + column * 120 + (column === 0 ? 4 : 0) - 4 + next() * 3 + (column === 3 ? 16 : 0),
          north: -190 + block * 108 + row * 33,
          length: 52 + Math.floor(next() * 3) * 8,
          depth: 12.5,
          eaves,
          ridge: eaves + 3.2,
          roof: ROOFS[Math.floor(next() * ROOFS.length)]!,
          facade: Math.floor(next() * 4),
        })
      }
  const free = (east: number, north: number) =>
    slabs.every((slab) => Math.abs(east - slab.east) > slab.length / 2 + 3 || Math.abs(north - slab.north) > slab.depth / 2 + 3) &&
    ROADS.norths.every((road) => Math.abs(north - road) > 5) &&
    ROADS.easts.every((road) => Math.abs(east - road) > 5)
  while (trees.length < 420) {
    const east = (next() * 2 - 1) * (HALF_METERS - 4)
    const north = -HALF_METERS + 4 + next() * 400
    if (free(east, north)) trees.push({ east, north, radius: 1.6 + next() * 1.8, height: 5 + next() * 5 })
  }
  return { slabs, trees }
}
