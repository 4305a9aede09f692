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

test.each([null, 'words', { features: [] }, { type: 'FeatureCollection' }, { type: 'FeatureCollection', features: {} }])(
  '%j is no FeatureCollection',
  (json) => {
    expect(() => readInventory(json, 'a.geojson')).toThrow(
      expect.objectContaining({ code: 'document-invalid', details: { where: 'a.geojson' } }) as Error,
    )
  },
)

test('the id is that of the feature, else that of its properties; an empty one is none', () => {
  const { rows, withoutId } = read(
    { id: 'own', properties: { id: 'said' } },
    { properties: { id: 7 } },
    { id: 0, properties: null },
    { id: '', properties: { id: 'not asked' } },
    { id: true },
    { properties: null },
    {},
  )
  expect([[...rows.keys()], withoutId]).toEqual([['own', '7', '0'], 4])
})

test('words and finite numbers are kept, and nothing else', () => {
  const { rows } = read(point('a', [1, 2], { name: '', areaMu: 0, most: Number.POSITIVE_INFINITY, wet: true, parts: [1], none: null }))
  expect(rows.get('a')?.properties).toEqual({ name: '', areaMu: 0 })
  expect(read({ id: 'b' }).rows.get('b')).toEqual({ location: null, properties: {} })
})

test('a place is in degrees up to 180 east or west and 90 north or south', () => {
  const places = [[180, 90], [-180, -90], [180.5, 0], [-180.5, 0], [0, 90.5], [0, -90.5], [Number.NaN, 0], ['1', 2], [1, '2'], [1]]
  const { rows } = read(...places.map((coordinates, i) => point(`e${i}`, coordinates as number[])))
  expect([...rows.values()].map(({ location }) => location)).toEqual([[180, 90], [-180, -90], ...Array<null>(8).fill(null)])
})

test.each<[type: string, coordinates: unknown, place: readonly number[] | null]>([
  ['Point', [1, 2, 3], [1, 2, 3]],
  [
    'MultiPoint',
    [
      [1, 2],
      [4, 8, 5],
    ],
    [2.5, 5, 5],
  ],
  [
    'LineString',
    [
      [1, 2, 4],
      [4, 8, 6],
      [7, 8],
    ],
    [4, 6, 5],
  ],
  ['LineString', [[1, 2], 'not a position', null, [300, 8, 6], [4, 8]], [2.5, 5]],
  [
    'MultiLineString',
    [
      [
        [1, 2],
        [4, 8],
      ],
      [[10, 20]],
    ],
    [5, 10],
  ],
  [
    'Polygon',
    [
      [
        [0, 0, 1],
        [6, 0, 1],
        [6, 3, 4],
        [0, 0, 1],
      ],
      [
        [50, 50],
        [51, 50],
        [50, 50],
      ],
    ],
    [4, 1, 2],
  ],
  ['Polygon', [null], null],
  [
    'MultiPolygon',
    [
      [
        [
          [0, 0],
          [8, 2],
          [0, 0],
        ],
        [
          [50, 50],
          [51, 50],
          [50, 50],
        ],
      ],
      null,
      [
        [
          [10, 20],
          [10, 20],
        ],
      ],
    ],
    [6, 22 / 3],
  ],
  ['GeometryCollection', [1, 2], null],
  ['Point', undefined, null],
])('the place of a %s of %j is %j', (type, coordinates, place) => {
  const { rows, withoutPlace } = read({ id: 'a', geometry: { type, coordinates } })
  expect([rows.get('a')?.location, withoutPlace.has('a')]).toEqual([place, place === null])
})

test('a feature that has no geometry at all says so itself, as one whose geometry is null', () => {
  expect([...read({ id: 'a' }, { id: 'b', geometry: {} }).withoutPlace]).toEqual(['b'])
})

test('a field of a drawing is of the type that comes first, and a number has no bound', () => {
  const { rows } = read(point('a', [1, 2], { id: 3, name: 7 }), point('b', [1, 2], { id: 'x', name: 'y', note: 'z' }))
  const words = (name: string) => ({ zh: name, en: name })
  const number = (name: string) => ({ type: 'quantity', label: words(name), unit: '1', range: [-Number.MAX_VALUE, Number.MAX_VALUE] })
  expect(kindOfInventory('plots', words('Plots'), rows)).toEqual({
    kind: 'plots',
    label: words('Plots'),
    fields: { id: number('id'), name: number('name'), note: { type: 'words', label: words('note') } },
    symbol: { shape: 'sheet', glyph: 'sheet' },
    alarms: {},
    card: ['id', 'name', 'note'],
  })
  expect(kindOfInventory('plots', words('Plots'), new Map())).toMatchObject({ fields: {}, card: [] })
})
