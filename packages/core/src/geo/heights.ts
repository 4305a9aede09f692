// Ground heights of a capture, read whole and sampled in the worker: markers and assets stand on the mesh without a tile. The format
// is docs/formats/heights.md; the pipeline writes it.
import { TwinError } from '../error/twin-error.ts'
import type { Vec3 } from './ellipsoid.ts'
import { type EnuFrame, ecefToEnu, enuToEcef } from './enu.ts'

export interface HeightLevel {
  readonly cellMeters: number
  /** Outer corner of cell (0, 0), local metres. */
  readonly minX: number
  readonly minY: number
  readonly columns: number
  readonly rows: number
  /** Stored values, rows from the south; 0 is no height. */
  readonly ground: Uint16Array
  readonly surface: Uint16Array
}

export interface Heights {
  readonly frame: 'ecef' | 'local'
  /** Local metres to ECEF, or to the metres of the twin's origin; column-major. */
  readonly transform: readonly number[]
  readonly unitMeters: number
  readonly baseMeters: number
  /** Finest first. */
  readonly levels: readonly HeightLevel[]
}

export interface HeightSample {
  /** Local Z of the sampled frame. */
  readonly heightMeters: number
  /** How far the heights around differ from what is answered, RMS, and the storage's step. */
  readonly errorMeters: number
  /** `ground-coarse`: a coarser level bridged a hole. `surface`: nothing walkable is near. */
  readonly method: 'ground' | 'ground-coarse' | 'surface'
}

/**
 * An asset stands on the lowest walkable surface within 0.5 m. A cell holds the lowest of all that touches it, so with cells of 0.5 m the
 * centres within 0.42 m are asked: of 15,000 open places of a demo capture 99.1 % came within 0.2 m of that surface (0.36 m: 99.0,
 * 0.5 m: 98.8, for roofs' edges then reach the ground).
 */
const NEAR_METERS = 0.42
/**
 * Further centres count where they lie lower, by no more than {@link FOOT_METERS}: beside the foot of a post the cell under it
 * tells the melted foot alone. A roof's edge falls by more. Of 14,987 places all over the demo, edges and crowns with them, 97.4 %
 * came within 0.2 m with it, 97.0 % without; of its 172 lights and covers one more.
 */
const AROUND_METERS = 0.55
const FOOT_METERS = 0.8
/** Less is the slope of the ground itself. */
const FALL_METERS = 0.15
/** The nearest centre is never further than this many cells. */
const LEAST_CELLS = 0.75
/** What lies higher than this above the lowest is another thing: a car, a wall, a crown. */
const STEP_METERS = 0.35
const MAX_CELLS = 64_000_000

/**
 * Reads heights.json (parsed) with the bytes of heights.bin.
 *
 * @throws TwinError `document-newer` for a later format, `document-invalid` for one that does not hold together
 */
export async function readHeights(header: unknown, data: ArrayBuffer | Uint8Array, where = 'heights.json'): Promise<Heights> {
  const refuse = (pointer: string, what: string): never => {
    throw new TwinError('document-invalid', `${where}: ${pointer} ${what}; make the tiles again with twinmap tiles`, { where, pointer })
  }
  const said = header as Record<string, unknown>
  if (typeof said !== 'object' || said === null || typeof said.heights !== 'number') return refuse('heights', 'is no number')
  if (said.heights > 1)
    throw new TwinError('document-newer', `${where}: format ${said.heights} is newer than this viewer reads (1); update the viewer`, {
      where,
    })
  const numbers = (value: unknown, pointer: string, length?: number): number[] => {
    if (!Array.isArray(value) || !value.every(Number.isFinite) || (length !== undefined && value.length !== length))
      return refuse(pointer, `is not ${length ?? ''} finite numbers`)
    return value as number[]
  }
  const number = (value: unknown, pointer: string): number => numbers([value], pointer)[0]!
  const above0 = (value: unknown, pointer: string): number => {
    const read = number(value, pointer)
    return read > 0 ? read : refuse(pointer, `is ${read}, expected a number above 0`)
  }
  if (said.frame !== 'ecef' && said.frame !== 'local') return refuse('frame', 'is neither ecef nor local')
  if (!Array.isArray(said.levels) || said.levels.length === 0) return refuse('levels', 'is empty')
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
  const levels = await Promise.all(
    (said.levels as Record<string, unknown>[]).map(async (level, i) => {
      const at = `levels[${i}]`
      if (typeof level !== 'object' || level === null) return refuse(at, 'is no object')
      const columns = number(level.columns, `${at}.columns`)
      const rows = number(level.rows, `${at}.rows`)
      if (!Number.isInteger(columns) || !Number.isInteger(rows) || columns < 1 || rows < 1 || columns * rows > MAX_CELLS)
        return refuse(at, `has ${columns} × ${rows} cells, expected 1 to ${MAX_CELLS}`)
      const band = (name: string) => {
        const place = (level.bands as Record<string, { offset?: unknown; length?: unknown }> | undefined)?.[name]
        const offset = number(place?.offset, `${at}.bands.${name}.offset`)
        const length = number(place?.length, `${at}.bands.${name}.length`)
        if (offset < 0 || length < 0 || offset + length > bytes.length)
          return refuse(`${at}.bands.${name}`, `lies outside of the ${bytes.length} bytes of data`)
        return inflateBand(bytes.subarray(offset, offset + length), columns, rows).catch((cause: unknown) =>
          refuse(`${at}.bands.${name}`, `cannot be unpacked (${cause instanceof Error ? cause.message : String(cause)})`),
        )
      }
      const [ground, surface] = await Promise.all([band('ground'), band('surface')])
      const cellMeters = above0(level.cellMeters, `${at}.cellMeters`)
      return { cellMeters, minX: number(level.minX, `${at}.minX`), minY: number(level.minY, `${at}.minY`), columns, rows, ground, surface }
    }),
  )
  return {
    frame: said.frame,
    transform: numbers(said.transform, 'transform', 16),
    unitMeters: above0(said.unitMeters, 'unitMeters'),
    baseMeters: number(said.baseMeters, 'baseMeters'),
    levels,
  }
}

/** Unpacks one band, and undoes its differences. */
async function inflateBand(packed: Uint8Array, columns: number, rows: number): Promise<Uint16Array> {
  const cells = columns * rows
  const planes = new Uint8Array(cells * 2)
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const reader = stream.getReader()
  let filled = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (filled + value.length > planes.length) throw new Error(`holds more than ${cells} cells`)
    planes.set(value, filled)
    filled += value.length
  }
  if (filled !== planes.length) throw new Error(`holds ${filled / 2} cells, expected ${cells}`)
  const values = new Uint16Array(cells)
  let rowStart = 0
  for (let row = 0; row < rows; row++) {
    let before = rowStart
    let first = 0
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      const folded = planes[at]! | (planes[cells + at]! << 8)
      if (folded === 0) continue
      before += folded % 2 === 1 ? (folded - 1) / 2 : -folded / 2
      values[at] = before
      if (first === 0) first = before
    }
    if (first !== 0) rowStart = first
  }
  return values
}

/** The ground at (x, y) of the heights' own frame; undefined outside of what they cover. */
export function sampleGround(heights: Heights, x: number, y: number): HeightSample | undefined {
  for (const band of ['ground', 'surface'] as const)
    for (const [i, level] of heights.levels.entries()) {
      const found = sampleLevel(heights, level, { band, x, y })
      if (found !== undefined) return { ...found, method: band === 'surface' ? 'surface' : i === 0 ? 'ground' : 'ground-coarse' }
    }
  return undefined
}

/**
 * The lowest cell within reach, and those that belong to the same ground, as a plane (least squares), read at the point. Coarse cells
 * hold the lowest of what is in them, so half their spread is added to the error.
 */
function sampleLevel(
  { unitMeters, baseMeters }: Heights,
  level: HeightLevel,
  { band, x, y }: { band: 'ground' | 'surface'; x: number; y: number },
): { heightMeters: number; errorMeters: number } | undefined {
  const { cellMeters, columns, rows, minX, minY } = level
  const values = level[band]
  // Places between centres: cell (0, 0)'s centre is (0, 0).
  const px = (x - minX) / cellMeters - 0.5
  const py = (y - minY) / cellMeters - 0.5
  const reach = Math.max(LEAST_CELLS * cellMeters, NEAR_METERS)
  const around = Math.max(reach, AROUND_METERS)
  const cells = around / cellMeters
  const near: (readonly [dx: number, dy: number, height: number, distance: number])[] = []
  for (let row = Math.max(0, Math.ceil(py - cells)); row <= Math.min(rows - 1, Math.floor(py + cells)); row++)
    for (let column = Math.max(0, Math.ceil(px - cells)); column <= Math.min(columns - 1, Math.floor(px + cells)); column++) {
      const value = values[row * columns + column]!
      const [dx, dy] = [(column - px) * cellMeters, (row - py) * cellMeters]
      if (value !== 0) near.push([dx, dy, baseMeters + (value - 1) * unitMeters, Math.hypot(dx, dy)])
    }
  let within = Infinity
  for (const [, , height, distance] of near) if (distance <= reach * 1.0001) within = Math.min(within, height)
  if (within === Infinity) return undefined
  let lowest = within
  const isFoot = (height: number, distance: number) => distance <= around && height < within - FALL_METERS && height > within - FOOT_METERS
  for (const [, , height, distance] of near) if (isFoot(height, distance)) lowest = Math.min(lowest, height)
  // A coarser cell spans more of a slope.
  const limit = lowest + STEP_METERS + Math.max(0, reach - NEAR_METERS)
  const plane = new PlaneFit()
  for (const [dx, dy, height, distance] of near)
    if (height <= limit && (distance <= reach * 1.0001 || isFoot(height, distance))) plane.add(dx, dy, height - lowest)
  const { at, rms, spread } = plane.solve()
  const coarse = cellMeters > 2 * NEAR_METERS ? spread / 2 : 0
  return { heightMeters: lowest + at, errorMeters: rms + coarse + unitMeters / 2 }
}

/** Least squares of z = a + b·x + c·y; where the points lie on a line or are too few, their mean. */
class PlaneFit {
  readonly #points: [number, number, number][] = []

  add(x: number, y: number, z: number): void {
    this.#points.push([x, y, z])
  }

  /** The plane at (0, 0), kept within what it was made from; RMS of the points about it; their spread in z. */
  solve(): { at: number; rms: number; spread: number } {
    const points = this.#points
    const n = points.length
    const mean = (k: 0 | 1 | 2) => points.reduce((sum, p) => sum + p[k], 0) / n
    const [mx, my, mz] = [mean(0), mean(1), mean(2)]
    let [xx, xy, yy, xz, yz] = [0, 0, 0, 0, 0]
    for (const [x, y, z] of points) {
      xx += (x - mx) ** 2
      xy += (x - mx) * (y - my)
      yy += (y - my) ** 2
      xz += (x - mx) * (z - mz)
      yz += (y - my) * (z - mz)
    }
    const det = xx * yy - xy * xy
    const flat = det < 1e-6 * (xx + yy) ** 2 || n < 4
    const b = flat ? 0 : (xz * yy - yz * xy) / det
    const c = flat ? 0 : (yz * xx - xz * xy) / det
    const low = Math.min(...points.map((p) => p[2]))
    const high = Math.max(...points.map((p) => p[2]))
    const at = Math.min(high, Math.max(low, mz - b * mx - c * my))
    const rms = Math.sqrt(points.reduce((sum, [x, y, z]) => sum + (z - mz - b * (x - mx) - c * (y - my)) ** 2, 0) / n)
    return { at, rms, spread: high - low }
  }
}

/** East, north in the twin's metres to its ground: up in the same metres. */
export type GroundSampler = (east: number, north: number) => HeightSample | undefined

/**
 * A sampler in the twin's own metres. The two frames' ups differ by the earth's curve (0.1 mm per metre of height at 1 km), so the point is
 * moved along the twin's up until it lies on the surface.
 */
export function groundSampler(heights: Heights, twin: EnuFrame): GroundSampler {
  const toLocal = localOf(heights, twin)
  return (east, north) => {
    let up = 0
    let found: HeightSample | undefined
    for (let i = 0; i < 3; i++) {
      const [x, y, z] = toLocal([east, north, up])
      found = sampleGround(heights, x, y)
      if (found === undefined) return undefined
      const rise = found.heightMeters - z
      up += rise
      if (Math.abs(rise) < 1e-4) break
    }
    return { ...found!, heightMeters: up }
  }
}

/** The twin's metres to the heights' local ones. */
function localOf({ frame, transform: m }: Heights, twin: EnuFrame): (point: Vec3) => Vec3 {
  if (frame === 'local') return ([x, y, z]) => [x - m[12]!, y - m[13]!, z - m[14]!]
  const made: EnuFrame = {
    origin: twin.origin,
    east: [m[0]!, m[1]!, m[2]!],
    north: [m[4]!, m[5]!, m[6]!],
    up: [m[8]!, m[9]!, m[10]!],
    ecef: [m[12]!, m[13]!, m[14]!],
  }
  return (point) => ecefToEnu(made, enuToEcef(twin, point))
}
