import { expect, test } from 'vitest'
import { groundPoint, groundWords } from './ground-point.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const
const doc = (reference?: string) => ({ origin, ...(reference !== undefined && { reference }) })
const hit = { enu: [0, 0, 0], location: [117.83, 37.25, 6.4], distanceMeters: 100 } as const

test('gives the numbers of the document’s grid, to the centimetre', async () => {
  const point = await groundPoint(hit, doc('EPSG:4548'))
  // 0.83° east of the central meridian 117° at 37.25° north.
  expect(point.grid!.easting).toBeCloseTo(573_625, -2)
  expect(point.grid!.northing).toBeCloseTo(4_124_500, -3)
  expect(groundWords(point)).toMatch(/^E 573\d{3}\.\d\d · N 412\d{4}\.\d\d · H 13\.50 m · h 6\.40 m · EPSG:4548$/)
})
test('gives degrees where the document names no reference, or one that nobody knows', async () => {
  expect(groundWords(await groundPoint(hit, doc()))).toBe('117.8300000°, 37.2500000° · H 13.50 m · h 6.40 m')
  expect((await groundPoint(hit, doc('EPSG:999999'))).grid).toBeNull()
})
