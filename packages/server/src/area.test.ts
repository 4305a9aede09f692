import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TwinDocument } from '@twinmap/core/internal/document/document'
import { readDocument } from '@twinmap/core/internal/document/load'
import { geodeticToEcef } from '@twinmap/core/internal/geo/ellipsoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areaOfTwin } from './area.ts'
import { twinDocument } from './testing/town.ts'

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinmap-area-'))
  file = join(folder, 'twin.json')
  for (const name of ['local', 'placed', 'broken', 'elsewhere', 'grid']) mkdirSync(join(folder, 'captures', name), { recursive: true })
  const center = geodeticToEcef({ longitude: 118, latitude: 37.5, heightEllipsoidalMeters: 0 })
  const write = (name: string, text: string) => writeFileSync(join(folder, 'captures', name, 'tileset.json'), text)
  const sphere = (...numbers: readonly number[]) => JSON.stringify({ root: { boundingVolume: { sphere: numbers } } })
  write('local', sphere(0, 0, 0, 3_000))
  write('elsewhere', sphere(2_000, 0, 0, 500))
  write('grid', sphere(573_600, 4_124_900, 10, 500))
  write('placed', sphere(...center, 200))
  write('broken', '{')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const document = (tilesets: readonly object[], more: object = {}): TwinDocument =>
  readDocument(JSON.parse(twinDocument({ tilesets, ...more })), pathToFileURL(file).href)
const capture = (name: string, more: object = {}) => ({ id: name, url: `captures/${name}/tileset.json`, at: 'auto', ...more })
const mounts = () => [{ path: '/captures/', folder: join(folder, 'captures') }]
const of = (...names: string[]) => areaOfTwin(document(names.map((name) => capture(name))), file, mounts())

const DEGREE = 111_320
const COS = Math.cos((37.25 * Math.PI) / 180)

test('is what the document says, whatever its captures say', async () => {
  expect(await areaOfTwin(document([capture('local')], { area: [117, 37, 118, 38] }), file, mounts())).toEqual([117, 37, 118, 38])
})

test('is around a capture in metres of its own: as far again as the capture reaches, about the origin', async () => {
  const [west, south, east, north] = (await of('local'))!
  for (const [degrees, expected] of [
    [37.25 - south, 6_000 / DEGREE],
    [north - 37.25, 6_000 / DEGREE],
    [117.83 - west, 6_000 / DEGREE / COS],
    [east - 117.83, 6_000 / DEGREE / COS],
  ] as const)
    expect(degrees).toBeCloseTo(expected, 9)
})

test('reaches a kilometre beyond a small capture at the least, and to where it lies beside the origin', async () => {
  const [, south, , north] = (await of('elsewhere'))!
  expect((north - south) / 2).toBeCloseTo((2_000 + 500 + 1_000) / DEGREE, 9)
})

test('is about the origin where a capture in numbers of a grid is brought there', async () => {
  const [west, south, east, north] = (await areaOfTwin(document([capture('grid', { at: 'origin' })]), file, mounts()))!
  expect((north - south) / 2).toBeCloseTo((10 + 500 + 1_000) / DEGREE, 9)
  expect([(west + east) / 2, (south + north) / 2]).toEqual([expect.closeTo(117.83, 9), expect.closeTo(37.25, 9)])
})

test('is about the origin of what is placed there, whatever its numbers look like', async () => {
  const [, south, , north] = (await areaOfTwin(document([capture('elsewhere', { at: 'origin' })]), file, mounts()))!
  expect((north + south) / 2).toBeCloseTo(37.25, 9)
})

test('is about the middle of a capture that stands on earth', async () => {
  const { at: _at, ...plain } = capture('placed')
  expect(await areaOfTwin(document([plain]), file, mounts())).toEqual(await of('placed'))
  const { at: _auto, ...local } = capture('local')
  // A document that does not say `at` means ECEF, so this one is in the middle of the earth.
  expect((await areaOfTwin(document([local]), file, mounts()))![1]).toBeLessThan(1)
  const [west, south, east, north] = (await of('placed'))!
  expect([(west + east) / 2, (south + north) / 2].map((degrees) => degrees.toFixed(6))).toEqual(['118.000000', '37.500000'])
  expect((north - south) / 2).toBeCloseTo(1_200 / DEGREE, 6)
})

test('holds all captures, and is unknown where one of them cannot be read, so that nothing at that one is told to be outside', async () => {
  const [one, other] = [(await of('local'))!, (await of('placed'))!]
  const all = [one[0], one[1], other[2], other[3]]
  expect(await of('local', 'placed')).toEqual(all)
  expect(await of('placed', 'local')).toEqual(all)
  for (const unread of ['broken', 'missing']) expect(await of('local', unread, 'placed')).toBeUndefined()
})

test('is unknown where nothing can be read: no document, no capture, none under a mount, one of another host', async () => {
  expect(await areaOfTwin(null, file, mounts())).toBeUndefined()
  expect(await areaOfTwin(document([capture('local')]), undefined, mounts())).toBeUndefined()
  expect(await of()).toBeUndefined()
  expect(await of('broken')).toBeUndefined()
  expect(await areaOfTwin(document([capture('local')]), file, [])).toBeUndefined()
  expect(await areaOfTwin(document([capture('local', { url: 'https://example.org/tileset.json' })]), file, mounts())).toBeUndefined()
})

test('looks under the mount that names the most of the path', async () => {
  const deeper = [...mounts(), { path: '/captures/local/', folder: join(folder, 'captures', 'placed') }]
  expect(await areaOfTwin(document([capture('local')]), file, deeper)).toEqual(await of('placed'))
  expect(await areaOfTwin(document([capture('local')]), file, [...deeper].reverse())).toEqual(await of('placed'))
})
