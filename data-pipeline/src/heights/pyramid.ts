// Heights: the cells of all leaves, joined, made coarser level by level, and stored. docs/formats/heights.md is the format.
import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import type { HeightGrid, HeightPatch } from './raster.ts'

const deflate = promisify(deflateRaw)

/** Half a metre follows pavements; a quarter cost three times the bytes and settled no more points within 0.2 m (97.5 against 97.9 % anywhere on the mesh). Over this many cells the cell is doubled. */
export const CELL_METERS = 0.5
const MAX_CELLS = 4_000_000
/** The pyramid ends where a level fits in this many cells each way. */
const TOP_CELLS = 32
const UNIT_METERS = 0.01
const MAX_UNITS = 32_000

/** @param min @param max of the mesh, local metres */
export function gridOf(min: readonly [number, number], max: readonly [number, number]): HeightGrid {
  let cellMeters = CELL_METERS
  const count = (k: 0 | 1) => Math.floor(max[k] / cellMeters) - Math.floor(min[k] / cellMeters) + 1
  while (count(0) * count(1) > MAX_CELLS) cellMeters *= 2
  return {
    cellMeters,
    minX: Math.floor(min[0] / cellMeters) * cellMeters,
    minY: Math.floor(min[1] / cellMeters) * cellMeters,
    columns: count(0),
    rows: count(1),
  }
}

interface Level extends HeightGrid {
  readonly ground: Float32Array
  readonly surface: Float32Array
}

/** Gathers patches; the order of the leaves does not matter. */
export class HeightPyramid {
  readonly #finest: Level

  constructor(grid: HeightGrid) {
    const none = () => new Float32Array(grid.columns * grid.rows).fill(Number.NaN)
    this.#finest = { ...grid, ground: none(), surface: none() }
  }

  add({ column, row, columns, rows, ground, surface }: HeightPatch): void {
    const to = this.#finest
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const from = r * columns + c
        const at = (row + r) * to.columns + column + c
        if (ground[from]! <= to.ground[at]! || Number.isNaN(to.ground[at]!)) to.ground[at] = ground[from]!
        if (surface[from]! >= to.surface[at]! || Number.isNaN(to.surface[at]!)) to.surface[at] = surface[from]!
      }
  }

  /** heights.json (as an object) and heights.bin. */
  async encode({
    frame,
    transform,
  }: {
    readonly frame: 'ecef' | 'local'
    readonly transform: readonly number[]
  }): Promise<{ header: object; data: Uint8Array }> {
    const levels = [this.#finest]
    while (levels.at(-1)!.columns > TOP_CELLS || levels.at(-1)!.rows > TOP_CELLS) levels.push(coarser(levels.at(-1)!))
    const [base, unit] = scaleOf(this.#finest)
    const bands = await Promise.all(
      levels.flatMap((level) =>
        [level.ground, level.surface].map((band) => deflate(delta(band, level.columns, { base, unit }), { level: 6 })),
      ),
    )
    const data = Buffer.concat(bands)
    let offset = 0
    const place = (band: Uint8Array) => {
      const at = { offset, length: band.length }
      offset += band.length
      return at
    }
    const header = {
      heights: 1,
      // By name: what else the caller knows (notes with paths of this machine) is not for who fetches the file.
      frame,
      transform,
      data: 'heights.bin',
      unitMeters: unit,
      baseMeters: base,
      levels: levels.map(({ cellMeters, minX, minY, columns, rows }, i) => ({
        cellMeters,
        minX,
        minY,
        columns,
        rows,
        bands: { ground: place(bands[2 * i]!), surface: place(bands[2 * i + 1]!) },
      })),
    }
    return { header, data }
  }
}

/** Lowest and highest of the heights there are, as base and unit. */
function scaleOf({ ground, surface }: Level): [baseMeters: number, unitMeters: number] {
  let low = Infinity
  let high = -Infinity
  for (const band of [ground, surface])
    for (const height of band) {
      if (height < low) low = height
      if (height > high) high = height
    }
  if (low > high) return [0, UNIT_METERS]
  let unit = UNIT_METERS
  while ((high - low) / unit > MAX_UNITS - 2) unit *= 2
  return [Math.floor(low / unit) * unit, unit]
}

/** Twice the cell: the lowest ground and the highest surface of each four. Cells stay aligned to whole multiples of the cell. */
function coarser(level: Level): Level {
  const cellMeters = level.cellMeters * 2
  const firstColumn = Math.round(level.minX / level.cellMeters)
  const firstRow = Math.round(level.minY / level.cellMeters)
  const column0 = Math.floor(firstColumn / 2)
  const row0 = Math.floor(firstRow / 2)
  const columns = Math.floor((firstColumn + level.columns - 1) / 2) - column0 + 1
  const rows = Math.floor((firstRow + level.rows - 1) / 2) - row0 + 1
  const ground = new Float32Array(columns * rows).fill(Number.NaN)
  const surface = new Float32Array(columns * rows).fill(Number.NaN)
  for (let r = 0; r < level.rows; r++)
    for (let c = 0; c < level.columns; c++) {
      const from = r * level.columns + c
      const at = (Math.floor((firstRow + r) / 2) - row0) * columns + Math.floor((firstColumn + c) / 2) - column0
      if (!(ground[at]! <= level.ground[from]!) && !Number.isNaN(level.ground[from]!)) ground[at] = level.ground[from]!
      if (!(surface[at]! >= level.surface[from]!) && !Number.isNaN(level.surface[from]!)) surface[at] = level.surface[from]!
    }
  return { cellMeters, minX: column0 * cellMeters, minY: row0 * cellMeters, columns, rows, ground, surface }
}

/** Differences to the left, folded, as a plane of low bytes and one of high bytes. */
function delta(band: Float32Array, columns: number, { base, unit }: { base: number; unit: number }): Uint8Array {
  const out = new Uint8Array(band.length * 2)
  let rowStart = 0
  for (let row = 0; row * columns < band.length; row++) {
    let before = rowStart
    let first = 0
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      const height = band[at]!
      if (Number.isNaN(height)) continue
      const value = Math.round((height - base) / unit) + 1
      const difference = value - before
      const folded = difference >= 0 ? 2 * difference + 1 : -2 * difference
      out[at] = folded & 0xff
      out[band.length + at] = folded >> 8
      before = value
      if (first === 0) first = value
    }
    if (first !== 0) rowStart = first
  }
  return out
}
