import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readObjFile } from '../read/read-obj-file.ts'
import { saidUnit } from '../read/said-unit.ts'
import { joinSource } from '../read/source.ts'
import { extentOf } from './extent.ts'
import { type SaidShape, shapeDoubts } from './shape-doubts.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Hills of `side` squares, each `step` wide; `place` turns east, north and up into a vertex. */
async function doubts(
  place: (e: number, n: number, h: number) => readonly number[],
  said: Partial<SaidShape> = {},
  { side = 20, step = 1, head = '' } = {},
) {
  const lines: string[] = []
  for (let n = 0; n <= side; n++)
    for (let e = 0; e <= side; e++) lines.push(`v ${place(e * step, n * step, Math.sin(e + n) * 0.3 * step).join(' ')}`)
  const id = (e: number, n: number) => n * (side + 1) + e + 1
  for (let n = 0; n < side; n++)
    for (let e = 0; e < side; e++) lines.push(`f ${id(e, n)} ${id(e + 1, n)} ${id(e + 1, n + 1)} ${id(e, n + 1)}`)
  const file = path.join(folder, 'm.obj')
  await writeFile(file, `${head}${lines.join('\n')}\n`)
  const source = await joinSource([{ file, mesh: readObjFile(file) }])
  return shapeDoubts(source, extentOf(source.positions, source.corners), { up: 'z', unit: undefined, ...said })
}
const upright = (e: number, n: number, h: number) => [e, n, h]
const onItsSide = (e: number, n: number, h: number) => [e, h, -n]

describe('which axis is up', () => {
  test('is doubted where most faces look along the other one', async () => {
    expect(await doubts(onItsSide)).toEqual([
      expect.stringMatching(/^it looks y up, and is read z up: \d+ % of its faces look along y\. .*Give --up y/),
    ])
    expect(await doubts(upright, { up: 'y' })).toEqual([expect.stringMatching(/^it looks z up, and is read y up: .*Give --up z/)])
  })
  test('is not where it is as said', async () => {
    expect(await doubts(upright)).toEqual([])
    expect(await doubts(onItsSide, { up: 'y' })).toEqual([])
    // A wall alone.
    expect(await doubts((e, n, h) => [e, -h, n])).toEqual([])
  })
})

describe('what a mesh counts in', () => {
  const LARGE = { side: 20, step: 1_000 }
  test('is doubted where it would be kilometres of long edges', async () => {
    expect(await doubts(upright, {}, LARGE)).toEqual([
      expect.stringMatching(
        /^it is 20,000 × 20,000 × [\d.]+ m, with edges of \d+ m: .*millimetres \(20 × 20 × [\d.]+ m\)\. Give --unit mm/,
      ),
    ])
  })
  test('is not where somebody said it, or where a wide mesh is fine', async () => {
    expect(await doubts(upright, { unit: 'm' }, LARGE)).toEqual([])
    expect(await doubts(upright, { unit: 'mm' }, LARGE)).toEqual([])
    expect(await doubts(upright, {}, { side: 200, step: 6 })).toEqual([])
  })
  test('is doubted where a comment says another unit', async () => {
    const head = '# Exported\n# Units: Feet\n'
    expect(await doubts(upright, {}, { head })).toEqual([
      expect.stringMatching(
        /m\.obj:2: says "Units: Feet", and its numbers are taken as metres \(20 × 20 × [\d.]+ m\); give --unit ft \(6\.1 × 6\.1 × [\d.]+ m\), or --unit m/,
      ),
    ])
    expect(await doubts(upright, { unit: 'ft' }, { head })).toEqual([])
    expect(await doubts(upright, {}, { head: '# Units: Meters\n' })).toEqual([])
  })
  test.each([
    ['File units = millimeters', 'mm'],
    ['Units: cm', 'cm'],
    ['unit is inch', 'in'],
    ['Units: US survey feet', 'us-ft'],
    ['Units: m', 'm'],
    ['Units in metres', 'm'],
    ['United Nations', undefined],
    ['Units: parsecs', undefined],
    ['5 units of something', undefined],
  ])('%j says %s', (comment, unit) => expect(saidUnit(comment)).toBe(unit))
})
