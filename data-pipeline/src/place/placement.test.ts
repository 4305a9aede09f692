import { describe, expect, test } from 'vitest'
import { type Placement, type PlaceOptions, placementOf } from './placement.ts'

const options = (more: Partial<PlaceOptions> = {}): PlaceOptions => ({ up: 'z', heightOffsetMeters: 0, ...more })
const box = (x: number, y: number, z: number, half = 10) => ({
  min: [x - half, y - half, z - half] as const,
  max: [x + half, y + half, z + half] as const,
})
const ecef = ({ transform }: Placement) => transform.slice(12, 15)
const said = (reference: string | undefined, origin?: [number, number, number]) => ({
  reference,
  origin,
  file: 'metadata.xml',
  warnings: [],
})

describe('where a capture stands', () => {
  test('is where its reference and origin say: the box of a real DJI Terra block, by figures of another tool', () => {
    const terra = { min: [-30.175, -33.932, 2.14], max: [321.056, 223.714, 45.03] } as const
    const placed = placementOf(terra, options(), said('EPSG:4547', [511856, 3371444, 0]))
    expect(placed.frame).toBe('ecef')
    const known = [-2248981.22, 5021787.78, 3214811.18]
    expect(Math.hypot(...ecef(placed).map((value, k) => value - known[k]!))).toBeLessThan(0.1)
  })
  test('is the option’s rather than the sidecar’s', () => {
    const placed = placementOf(
      box(0, 0, 0),
      options({ reference: 'EPSG:4548', origin: [572000, 4126000, 0] }),
      said('EPSG:4547', [1, 2, 3]),
    )
    expect(placed.notes.join('\n')).toMatch(
      /counted from 572000, 4126000, 0\n.*\nreference EPSG:4548 \(--crs\)|reference EPSG:4548 \(--crs\)/,
    )
    const other = placementOf(box(0, 0, 0), options(), said('EPSG:4548', [572000, 4126000, 0]))
    expect(ecef(placed)).toEqual(ecef(other))
  })
  test('is the same with the grid’s numbers in the mesh or in the origin', () => {
    const inMesh = placementOf(box(572000, 4126000, 5), options({ reference: 'EPSG:4548' }))
    const inOrigin = placementOf(box(0, 0, 5), options({ reference: 'EPSG:4548', origin: [572000, 4126000, 0] }))
    expect(ecef(inMesh)).toEqual(ecef(inOrigin))
    const [a, b] = [inMesh.toLocal([572003, 4126004, 6]), inOrigin.toLocal([3, 4, 6])]
    a.forEach((value, k) => {
      expect(value).toBeCloseTo(b[k as 0], 6)
    })
  })
  test.each([
    [9_200, /its middle would stand 9,200 m above the ellipsoid, where no ground is/],
    [-700, /would stand -700 m above/],
    [3_371_227, /3,371,227 m/],
  ])('at a height of %d m it is told: no ground is there', (height, told) => {
    const { warnings } = placementOf(box(0, 0, 0), options({ reference: 'EPSG:4548', origin: [572000, 4126000, height] }))
    expect(warnings).toEqual([expect.stringMatching(told)])
    expect(placementOf(box(0, 0, 0), options({ reference: 'EPSG:4548', origin: [572000, 4126000, 8_800] })).warnings).toEqual([])
  })
  test('turns by the grid’s convergence: half a degree at 117.83° in zone 117°', () => {
    const { toLocal } = placementOf(box(0, 0, 0, 500), options({ reference: 'EPSG:4548', origin: [573600, 4124000, 0] }))
    const [a, b] = [toLocal([0, 0, 0]), toLocal([0, 400, 0])]
    expect((Math.atan2(b[0] - a[0], b[1] - a[1]) * 180) / Math.PI).toBeCloseTo(0.5, 1)
  })
  test('is higher by the height offset, and says which heights were taken', () => {
    const plain = placementOf(box(0, 0, 0), options({ reference: 'EPSG:4548', origin: [572000, 4126000, 0] }))
    const raised = placementOf(box(0, 0, 0), options({ reference: 'EPSG:4548', origin: [572000, 4126000, 0], heightOffsetMeters: -7.1 }))
    expect(Math.hypot(...ecef(raised)) - Math.hypot(...ecef(plain))).toBeCloseTo(-7.1, 2)
    expect(plain.notes.join()).toMatch(/heights are taken as ellipsoidal/)
    expect(raised.notes.join()).toMatch(/-7\.1 m were added/)
  })
  test('may be given as ENU of a point', () => {
    const placed = placementOf(box(0, 0, 0), options(), said('ENU:37.25, 117.83', [0, 0, 0]))
    const { longitude } = { longitude: (Math.atan2(ecef(placed)[1]!, ecef(placed)[0]!) * 180) / Math.PI }
    expect(longitude).toBeCloseTo(117.83, 9)
  })
  test('with Y up is turned, not mirrored', () => {
    const { toLocal } = placementOf(box(0, 0, 0), options({ up: 'y' }))
    const turned = [toLocal([1, 0, 0]), toLocal([0, 1, 0]), toLocal([0, 0, 1])]
    const plain = [
      [1, 0, 0],
      [0, 0, 1],
      [0, -1, 0],
    ]
    turned.forEach((axis, i) => {
      axis.forEach((value, k) => {
        expect(value).toBeCloseTo(plain[i]![k]!, 12)
      })
    })
  })
})

describe('without a reference', () => {
  test('stays in its own metres, and says what the document must say', () => {
    const placed = placementOf(box(100, 50, 2), options())
    expect(placed.frame).toBe('local')
    expect(placed.transform).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 100, 50, 2, 1])
    expect(placed.toLocal([101, 50, 2])).toEqual([1, 0, 0])
    expect(placed.notes.join()).toMatch(/"at": "origin"/)
  })
  test('is refused where the numbers are surely of a grid', () =>
    expect(() => placementOf(box(572000, 4126000, 5), options())).toThrow(
      expect.objectContaining({ code: 'crs-missing', message: expect.stringMatching(/572000\.0, 4126000\.0, 5\.0.*--crs EPSG:4548/) }),
    ))
})

describe('a wrong reference is refused, with where it was read', () => {
  test('an unknown code', () =>
    expect(() => placementOf(box(0, 0, 0), options({ reference: 'EPSG:99999' }))).toThrow(
      expect.objectContaining({ code: 'reference-unknown', message: expect.stringMatching(/^--crs: EPSG:99999/) }),
    ))
  test('one that cannot hold the mesh', () =>
    expect(() => placementOf(box(0, 0, 0), options({ reference: 'EPSG:4548', origin: [4126000, 572000, 0] }))).toThrow(
      expect.objectContaining({ code: 'location-invalid', message: expect.stringMatching(/northing first/) }),
    ))
})

describe('what is hardly meant is told, and done', () => {
  const warned = (more: Partial<PlaceOptions>, file?: ReturnType<typeof said>, at = box(0, 0, 0)) =>
    placementOf(at, options(more), file).warnings
  const TOWN: [number, number, number] = [500_000, 4_100_000, 20]

  test('a --crs that contradicts the file: both are named, and how far apart they set the mesh', () =>
    expect(warned({ reference: 'EPSG:4548' }, said('EPSG:4547', TOWN))).toEqual([
      expect.stringMatching(/^--crs EPSG:4548 is used, but metadata\.xml says EPSG:4547, 26\d km away; leave --crs out/),
    ]))
  test('a --crs beside a file that cannot hold these numbers', () =>
    expect(warned({ reference: 'EPSG:4548' }, said('EPSG:99999', TOWN))).toEqual([
      expect.stringMatching(/says EPSG:99999, where these numbers have no place/),
    ]))
  test('not a --crs that says the same in other words', () =>
    expect(warned({ reference: '+proj=tmerc +lon_0=114 +k=1 +x_0=500000 +ellps=GRS80' }, said('EPSG:4547', TOWN))).toEqual([]))
  test('an --origin that contradicts the file', () =>
    expect(warned({ origin: [500_000, 4_000_000, 0] }, said('EPSG:4547', TOWN))).toEqual([
      expect.stringMatching(/^--origin 500000,4000000,0 is used, but metadata\.xml says 500000,4100000,20;/),
    ]))
  test('a grid without the origin that the mesh counts from', () =>
    expect(warned({ reference: 'EPSG:4548' })).toEqual([
      expect.stringMatching(/easting 0, northing 0 of EPSG:4548, which is in the sea .* Give that with --origin E,N,H/),
    ]))
  test('a middle outside the zone', () =>
    expect(warned({ reference: 'EPSG:4548', origin: [50_000, 4_100_000, 0] })).toEqual([
      expect.stringMatching(/easting 50000, northing 4100000, 5\.\d° from the central meridian 117° of EPSG:4548 and outside its zone/),
    ]))
  test('metres in a reference that counts degrees', () =>
    expect(warned({ reference: 'EPSG:4326', origin: [117, 37, 0] })).toEqual([
      expect.stringMatching(/^EPSG:4326 makes the mesh \d{4} km wide; its numbers may be metres/),
    ]))
  test('nothing of a place in its zone', () => expect(warned({ reference: 'EPSG:4548', origin: [572_000, 4_126_000, 0] })).toEqual([]))
})
