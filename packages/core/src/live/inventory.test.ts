import { expect, test } from 'vitest'
import { kindOfInventory, readInventory } from './inventory.ts'

const read = (...features: unknown[]) => readInventory({ type: 'FeatureCollection', features }, 'a.geojson')
const point = (id: unknown, coordinates: number[], properties: Record<string, unknown> = {}) => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates },
  properties,
})

test('a point keeps its height, and stays without one where it has none', () => {
  const { rows } = read(point('a', [118, 37, 0]), point('b', [118, 37]), point('c', [999, 37]))
  expect([...rows.values()].map(({ location }) => location)).toEqual([[118, 37, 0], [118, 37], null])
})

test('an area stands in the middle of its outer ring', () => {
  const square = [
    [118, 37],
    [118.2, 37],
    [118.2, 37.2],
    [118, 37.2],
    [118, 37],
  ]
  const { rows } = read({ id: 1, geometry: { type: 'Polygon', coordinates: [square] }, properties: null })
  const [longitude, latitude] = rows.get('1')!.location!
  expect([longitude, latitude]).toEqual([expect.closeTo(118.1, 9), expect.closeTo(37.1, 9)])
})

test('a feature without an id is counted, one without a sound place is kept without it', () => {
  const { rows, withoutId } = read(point(undefined, [1, 2]), point('a', [999, 2]), null)
  expect([withoutId, rows.get('a')?.location]).toEqual([2, null])
})

test('what is no FeatureCollection is refused by its address', () => {
  expect(() => readInventory({ type: 'Feature' }, 'https://t.example/a.geojson')).toThrow('https://t.example/a.geojson: is no GeoJSON')
})

test('a drawing gets the fields that its features carry', () => {
  const { rows } = read(point('a', [1, 2], { name: '东塘', areaMu: 3.5, photo: null }))
  const kind = kindOfInventory('plots', { zh: '地块', en: 'Plots' }, rows)
  expect([Object.keys(kind.fields), kind.name, kind.card]).toEqual([['name', 'areaMu'], 'name', ['name', 'areaMu']])
})

test('an id that cannot be kept as it is leaves its feature out, and the reason is told', () => {
  const { rows, wrongIds, withoutId } = read(
    point('x\ud800', [118, 37]),
    point(' a', [118, 37]),
    point('b\0', [118, 37]),
    point(7, [118, 37]),
  )
  expect([...rows.keys()]).toEqual(['7'])
  expect([...wrongIds]).toEqual([
    '"x\ufffd" holds U+D800, half of a surrogate pair, which is no character',
    '" a" begins or ends with white space; remove it',
    '"b\ufffd" holds the control character U+0000',
  ])
  expect(withoutId).toBe(0)
})

test('an id that stands twice is told, and the last one counts', () => {
  const { rows, repeated } = read(point('a', [118, 37, 1]), point('__proto__', [118, 37, 3]), point('a', [118, 37, 2]))
  expect([[...repeated], rows.get('a')?.location, rows.get('__proto__')?.location]).toEqual([['a'], [118, 37, 2], [118, 37, 3]])
})

test('a geometry that holds no place in degrees is told; one that is null says so itself', () => {
  const ring = (...positions: unknown[]) => ({ type: 'Polygon', coordinates: [positions] })
  const { withoutPlace, rows } = read(
    point('grid metres', [572_000, 4_126_000]),
    { id: 'ring of one', geometry: ring([118, 37]) },
    { id: 'words', geometry: { type: 'Point', coordinates: '118,37' } },
    { id: 'null', geometry: null },
    { id: 'mixed', geometry: ring([118, 37], [118.2, 37, 4], [118.1, 37.3], [118, 37]) },
  )
  expect([...withoutPlace]).toEqual(['grid metres', 'ring of one', 'words'])
  expect(rows.get('mixed')?.location).toEqual([expect.closeTo(118.1), expect.closeTo(37.1), 4])
})
