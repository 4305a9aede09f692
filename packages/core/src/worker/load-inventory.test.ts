import { expect, test } from 'vitest'
import type { TwinError } from '../error/twin-error.ts'
import { loadInventory } from './load-inventory.ts'
import type { Session } from './session.ts'

const features = [{ id: 'L-1', geometry: { type: 'Point', coordinates: [118, 37] }, properties: {} }, { geometry: null }]
const session = (): Session =>
  ({ signal: new AbortController().signal, net: {}, json: async () => ({ type: 'FeatureCollection', features }) }) as unknown as Session

test('things are read as they are told, and what has no id is told by its number', async () => {
  const told: TwinError[] = []
  const tell = (error: unknown) => told.push(error as TwinError)
  const rows = await loadInventory('https://t.example/lights.geojson', session(), tell)
  expect([...rows]).toEqual([['L-1', { location: [118, 37], properties: {} }]])
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'record-invalid /lights.geojson: 1 features have no id and are left out; give each an "id"',
  ])
})

test('ids that cannot be kept as they are are told with the reason', async () => {
  const told: TwinError[] = []
  const features = [{ id: ' a' }, { id: 'b', geometry: { type: 'Point', coordinates: [118, 37] } }]
  const from = { ...session(), json: async () => ({ type: 'FeatureCollection', features }) } as unknown as Session
  const tell = (error: unknown) => told.push(error as TwinError)
  const rows = await loadInventory('https://t.example/lights.geojson', from, tell)
  expect([...rows.keys()]).toEqual(['b'])
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'record-invalid /lights.geojson: id " a" begins or ends with white space; remove it; what has such an id is left out; correct it',
  ])
})

test('ids that stand twice and geometries without a place are told by name, the first three', async () => {
  const told: TwinError[] = []
  const odd = ['a', 'b', 'c', 'd', 'd'].map((id) => ({ id, geometry: { type: 'Point', coordinates: [572_000, 4_126_000] } }))
  const from = { ...session(), json: async () => ({ type: 'FeatureCollection', features: odd }) } as unknown as Session
  await loadInventory('https://t.example/lights.geojson', from, (error) => told.push(error as TwinError))
  expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'record-invalid /lights.geojson: id d stands more than once, the last one is taken; give each its own',
    expect.stringMatching(
      /^location-invalid \/lights\.geojson: a, b, c and 1 more: the geometry has no position in degrees .*longitude, latitude/,
    ),
  ])
})

test('a page in place of the file is told by its name, as no fault of the viewer', async () => {
  const from = { ...session(), json: async () => JSON.parse('<!doctype html>') as unknown } as unknown as Session
  await expect(loadInventory('https://t.example/lights.geojson', from, () => undefined)).rejects.toMatchObject({
    code: 'document-invalid',
    message: expect.stringMatching(/^\/lights\.geojson: is not JSON/),
  })
})

test('up to three are told by name, of more the number; of one too; and of none nothing', async () => {
  const told = async (count: number, coordinates: unknown) => {
    const features = Array.from({ length: count }, (_, i) => ({ id: `f${i}`, geometry: { type: 'Point', coordinates } }))
    const from = { ...session(), json: async () => ({ type: 'FeatureCollection', features }) } as unknown as Session
    const heard: TwinError[] = []
    await loadInventory('https://t.example/lights.geojson', from, (error) => heard.push(error as TwinError))
    return heard.map(({ message, details }) => [/^\/lights\.geojson: (.*): the geometry/.exec(message)![1], details['withoutPlace']])
  }
  expect(await told(1, [999, 0])).toEqual([['f0', 1]])
  expect(await told(3, [999, 0])).toEqual([['f0, f1, f2', 3]])
  expect(await told(5, [999, 0])).toEqual([['f0, f1, f2 and 2 more', 5]])
  expect(await told(5, [118, 37])).toEqual([])
})
