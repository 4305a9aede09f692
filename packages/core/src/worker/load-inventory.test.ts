import { expect, test } from 'vitest'
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import { createGround, loadInventory } from './load-inventory.ts'
import type { Session } from './session.ts'

const doc = {
  origin: { longitude: 118, latitude: 37, heightEllipsoidalMeters: 1, geoidMeters: 0, datum: 'CGCS2000' },
  tilesets: [
    { id: 'a', url: 'https://t.example/a.json' },
    { id: 'b', url: 'https://t.example/b.json', heights: 'https://t.example/heights.json' },
  ],
} as unknown as TwinDocument
const features = [{ id: 'L-1', geometry: { type: 'Point', coordinates: [118, 37] }, properties: {} }, { geometry: null }]
const session = (): Session =>
  ({ signal: new AbortController().signal, net: {}, json: async () => ({ type: 'FeatureCollection', features }) }) as unknown as Session
const onMesh = () => ({ heightEllipsoidalMeters: 7, errorMeters: 0.1, method: 'ground' }) as const

test('the pyramid of the one tileset that has one is opened once, however many inventories ask', async () => {
  const asked: string[] = []
  const open = async (url: string) => {
    asked.push(url)
    return onMesh
  }
  const ground = createGround(doc, session(), open, () => undefined)
  expect((await Promise.all([ground(), ground()])).map((sample) => sample(118, 37))).toEqual([onMesh(), onMesh()])
  expect(asked).toEqual(['https://t.example/heights.json'])
})

test('a pyramid that cannot be had is told once, and things stand as in a twin without one', async () => {
  const told: unknown[] = []
  const fault = new TwinError('fetch-gone', 'https://t.example/heights.json is not there')
  const ground = createGround(
    doc,
    session(),
    () => Promise.reject(fault),
    (error) => told.push(error),
  )
  expect((await Promise.all([ground(), ground()])).map((sample) => sample(118, 37))).toEqual([null, null])
  expect(told).toEqual([fault])
})

test('a twin without heights asks for none', async () => {
  const ground = createGround(
    { ...doc, tilesets: [] },
    session(),
    () => Promise.reject(new Error('asked')),
    () => undefined,
  )
  expect((await ground())(118, 37)).toBeNull()
})

test('things are read with the ground under them, and what has no id is told by its number', async () => {
  const told: TwinError[] = []
  const tell = (error: unknown) => told.push(error as TwinError)
  const rows = await loadInventory('https://t.example/lights.geojson', session(), { doc, tell, ground: async () => onMesh })
  expect([...rows]).toEqual([['L-1', { location: [118, 37, 7], settled: { method: 'ground', errorMeters: 0.1 }, properties: {} }]])
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'record-invalid /lights.geojson: 1 features have no id and are left out; give each an "id"',
  ])
})

test('ids that cannot be kept as they are are told with the reason', async () => {
  const told: TwinError[] = []
  const features = [{ id: ' a' }, { id: 'b', geometry: { type: 'Point', coordinates: [118, 37] } }]
  const from = { ...session(), json: async () => ({ type: 'FeatureCollection', features }) } as unknown as Session
  const tell = (error: unknown) => told.push(error as TwinError)
  const rows = await loadInventory('https://t.example/lights.geojson', from, { doc, tell, ground: async () => onMesh })
  expect([...rows.keys()]).toEqual(['b'])
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'record-invalid /lights.geojson: id " a" begins or ends with white space; remove it; what has such an id is left out; correct it',
  ])
})

test('ids that stand twice and geometries without a place are told by name, the first three', async () => {
  const told: TwinError[] = []
  const odd = ['a', 'b', 'c', 'd', 'd'].map((id) => ({ id, geometry: { type: 'Point', coordinates: [572_000, 4_126_000] } }))
  const from = { ...session(), json: async () => ({ type: 'FeatureCollection', features: odd }) } as unknown as Session
  await loadInventory('https://t.example/lights.geojson', from, {
    doc,
    tell: (error) => told.push(error as TwinError),
    ground: async () => onMesh,
  })
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'record-invalid /lights.geojson: id d stands more than once, the last one is taken; give each its own',
    expect.stringMatching(
      /^location-invalid \/lights\.geojson: a, b, c and 1 more: the geometry has no position in degrees .*longitude, latitude/,
    ),
  ])
})

test('a page in place of the file is told by its name, as no fault of the viewer', async () => {
  const from = { ...session(), json: async () => JSON.parse('<!doctype html>') as unknown } as unknown as Session
  await expect(
    loadInventory('https://t.example/lights.geojson', from, { doc, tell: () => undefined, ground: async () => onMesh }),
  ).rejects.toMatchObject({ code: 'document-invalid', message: expect.stringMatching(/^\/lights\.geojson: is not JSON/) })
})
