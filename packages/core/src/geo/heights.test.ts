import { deflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enuFrame, enuToEcefMatrix } from './enu.ts'
import { groundSampler, readHeights, sampleGround } from './heights.ts'

interface Band {
  columns: number
  rows: number
  cellMeters?: number
  minX?: number
  minY?: number
  /** Metres per cell, rows from the south; NaN is none. */
  ground: number[]
  surface?: number[]
}

/** As the format's page says, written apart from the pipeline's own writer. */
function pack(values: number[], columns: number, base: number, unit: number): Uint8Array {
  const low: number[] = []
  const high: number[] = []
  let rowStart = 0
  for (let row = 0; row < values.length / columns; row++) {
    let before = rowStart
    let first = true
    for (const height of values.slice(row * columns, (row + 1) * columns)) {
      if (Number.isNaN(height)) {
        low.push(0)
        high.push(0)
        continue
      }
      const value = Math.round((height - base) / unit) + 1
      const difference = value - before
      const folded = difference >= 0 ? difference * 2 + 1 : -difference * 2
      low.push(folded & 255)
      high.push(folded >> 8)
      before = value
      if (first) rowStart = value
      first = false
    }
  }
  return deflateRawSync(Uint8Array.from([...low, ...high]))
}

function made(bands: Band[], extra: Record<string, unknown> = {}) {
  const base = -10
  const unit = 0.01
  const parts: Uint8Array[] = []
  let at = 0
  const add = (values: number[], columns: number) => {
    const part = pack(values, columns, base, unit)
    parts.push(part)
    at += part.length
    return { offset: at - part.length, length: part.length }
  }
  const levels = bands.map(({ columns, rows, cellMeters = 0.5, minX = 0, minY = 0, ground, surface = ground }) => ({
    cellMeters,
    minX,
    minY,
    columns,
    rows,
    bands: { ground: add(ground, columns), surface: add(surface, columns) },
  }))
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return {
    header: { heights: 1, frame: 'local', transform: identity, data: 'heights.bin', unitMeters: unit, baseMeters: base, levels, ...extra },
    data: new Uint8Array(Buffer.concat(parts)),
  }
}

const read = ({ header, data }: ReturnType<typeof made>) => readHeights(header, data)
/** A level of `side` × `side` cells with heights by their centre. */
const field = (side: number, height: (x: number, y: number) => number, extra: Partial<Band> = {}): Band => {
  const cell = extra.cellMeters ?? 0.5
  const ground = Array.from({ length: side * side }, (_, i) => height(((i % side) + 0.5) * cell, (Math.floor(i / side) + 0.5) * cell))
  return { columns: side, rows: side, ground, ...extra }
}

test('reads back any heights to half a unit, holes too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }).chain((columns) =>
        fc.tuple(
          fc.constant(columns),
          fc.array(
            fc.array(fc.option(fc.double({ min: -10, max: 300, noNaN: true }), { nil: Number.NaN }), {
              minLength: columns,
              maxLength: columns,
            }),
            { minLength: 1, maxLength: 6 },
          ),
        ),
      ),
      async ([columns, rows]) => {
        const heights = rows.flat()
        const { levels, baseMeters, unitMeters } = await read(made([{ columns, rows: rows.length, ground: heights }]))
        heights.forEach((height, i) => {
          const value = levels[0]!.ground[i]!
          if (Number.isNaN(height)) expect(value).toBe(0)
          else expect(Math.abs(baseMeters + (value - 1) * unitMeters - height)).toBeLessThanOrEqual(0.00501)
        })
      },
    ),
    { numRuns: 50 },
  )
})

describe('a place', () => {
  test('on flat ground has its height', async () => {
    const heights = await read(made([field(8, () => 3.21)]))
    expect(sampleGround(heights, 2, 2)).toEqual({
      heightMeters: expect.closeTo(3.21, 6),
      errorMeters: expect.closeTo(0.005, 6),
      method: 'ground',
    })
  })
  test('on a slope has the height right there, not that of a cell', async () => {
    const heights = await read(made([field(8, (x, y) => 0.3 * x - 0.2 * y)]))
    for (const [x, y] of [
      [1.1, 2.3],
      [2, 2],
      [2.49, 1.76],
    ] as const)
      expect(sampleGround(heights, x, y)!.heightMeters).toBeCloseTo(0.3 * x - 0.2 * y, 1)
  })
  test('beside a car stands on the road', async () => {
    const heights = await read(made([field(8, (x) => (x > 2 ? 1.5 : 0))]))
    expect(sampleGround(heights, 2.05, 2)!.heightMeters).toBeCloseTo(0, 1)
  })
  test('on the melted foot of a post stands on the road around it', async () => {
    const foot = (x: number, y: number) => (Math.hypot(x - 2.25, y - 2.25) < 0.1 ? 0.4 : 0)
    expect(sampleGround(await read(made([field(8, foot)])), 2.25, 2.25)!.heightMeters).toBeCloseTo(0, 2)
  })
  test("half a metre inside of a roof's edge stays on the roof", async () => {
    const heights = await read(made([field(8, (x) => (x > 2 ? 15 : 0))]))
    expect(sampleGround(heights, 2.7, 2.25)!.heightMeters).toBeCloseTo(15, 2)
  })
  test('in a hole takes the next level, and says so', async () => {
    const heights = await read(
      made([field(8, () => Number.NaN, { surface: field(8, () => Number.NaN).ground }), field(4, () => 5, { cellMeters: 1 })]),
    )
    expect(sampleGround(heights, 2, 2)).toMatchObject({ heightMeters: expect.closeTo(5, 6), method: 'ground-coarse' })
  })
  test('with nothing walkable near stands on the surface, and says so', async () => {
    const heights = await read(made([field(4, () => Number.NaN, { surface: field(4, () => 7).ground })]))
    expect(sampleGround(heights, 1, 1)).toMatchObject({ heightMeters: expect.closeTo(7, 6), method: 'surface' })
  })
  test('outside has none', async () => {
    const heights = await read(made([field(4, () => 1)]))
    expect(sampleGround(heights, 9, 1)).toBeUndefined()
    expect(sampleGround(heights, -2, 1)).toBeUndefined()
  })
})

describe('in the metres of the twin', () => {
  const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const
  test('a tileset in ECEF 1.5 km away is sampled along the twin’s own up', async () => {
    const twin = enuFrame(origin)
    const tileset = enuFrame({ ...origin, longitude: 117.847, heightEllipsoidalMeters: 20 })
    const { header, data } = made([field(64, () => 4, { minX: -16, minY: -16 })], { frame: 'ecef', transform: enuToEcefMatrix(tileset) })
    const sample = groundSampler(await readHeights(header, data), twin)
    // 4 m above a point that is 13.6 m higher than the origin; the earth falls away by d² / 2R under the twin's plane.
    const east = 0.017 * (Math.PI / 180) * 6_389_000 * Math.cos((37.25 * Math.PI) / 180)
    const drop = east ** 2 / 2 / 6_389_000
    expect(sample(east, 0)!.heightMeters).toBeCloseTo(17.6 - drop, 1)
    expect(sample(0, 0)).toBeUndefined()
  })
  test('a tileset at the origin is moved by its own transform alone', async () => {
    const { header, data } = made([field(8, () => 4)], { transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 100, 50, 2, 1] })
    expect(groundSampler(await readHeights(header, data), enuFrame(origin))(102, 52)!.heightMeters).toBeCloseTo(6, 6)
  })
})

describe('is refused', () => {
  const good = () => made([field(4, () => 1)])
  const refused = async (change: (header: Record<string, unknown>) => void, data?: Uint8Array) => {
    const { header, data: own } = good()
    const copy = structuredClone(header) as Record<string, unknown>
    change(copy)
    return readHeights(copy, data ?? own).then(
      () => 'read',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    )
  }
  test('when its format is newer', async () => expect(await refused((h) => (h.heights = 2))).toMatch(/^document-newer: .*format 2/))
  test('when a band lies outside of the data', async () =>
    expect(await refused((h) => ((h.levels as { bands: { ground: { length: number } } }[])[0]!.bands.ground.length = 1e6))).toMatch(
      /^document-invalid: .*levels\[0\]\.bands\.ground lies outside/,
    ))
  test('when a band is cut', async () =>
    expect(
      await refused(
        () => undefined,
        good().data.map((b, i) => (i > 3 ? 255 - b : b)),
      ),
    ).toMatch(/^document-invalid: .*cannot be unpacked/))
  test('when it claims more cells than it has', async () =>
    expect(await refused((h) => ((h.levels as { rows: number }[])[0]!.rows = 5))).toMatch(
      /^document-invalid: .*holds 16 cells, expected 20/,
    ))
  test('when it claims cells without end', async () =>
    expect(await refused((h) => ((h.levels as { rows: number }[])[0]!.rows = 1e9))).toMatch(/^document-invalid: .*4 × 1000000000 cells/))
  test.each([null, 7, 'x'])('when a level is %j', async (level) =>
    expect(await refused((h) => (h.levels = [level]))).toMatch(/^document-invalid: .*levels\[0\] /),
  )
  test.each([0, -1])('when a cell or a unit is %d metres', async (meters) => {
    expect(await refused((h) => ((h.levels as { cellMeters: number }[])[0]!.cellMeters = meters))).toMatch(
      /^document-invalid: .*levels\[0\]\.cellMeters is -?\d, expected a number above 0/,
    )
    expect(await refused((h) => (h.unitMeters = meters))).toMatch(/^document-invalid: .*unitMeters is -?\d, expected a number above 0/)
  })
  test('when the transform is not finite', async () =>
    expect(await refused((h) => (h.transform = [1, 2]))).toMatch(/^document-invalid: .*transform is not 16/))
})
