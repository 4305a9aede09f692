import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { NOW_MS, row, twinOf } from '../../test/wells.ts'
import type { Location } from '../record/record.ts'
import { nearestInView } from './in-view.ts'
import type { LiveTwin } from './live-twin.ts'
import type { ViewState } from './messages.ts'

/** Straight above the origin, 100 m up: the ground is seen from −50 m to 50 m both ways, 8 px a metre east, 4 px north. */
const above: ViewState = {
  viewProjection: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, -1, 0, 0, 99, 100],
  eye: [0, 0, 100],
  width: 800,
  height: 400,
}
const seen = (twin: LiveTwin, most = 50) => nearestInView(twin, { view: above, twinMs: NOW_MS, most })
const at = (id: string, location: Location) => row(id, { location, properties: { keeper: `张${id}` } })
const wells = [{ id: 'wells' }]

test('tells whose each is and how far, the nearest to the eye first', () => {
  const twin = twinOf(
    wells,
    [at('far', [30, 40, 0]), at('nowhere', [0, 0, 0]), at('near', [1, 2, 95])],
    [sampleAlarm({ kind: 'Well', entity: 'far', priority: 2 })],
  )
  expect(seen(twin)).toEqual([
    {
      handle: { layer: 'wells', slot: 2, generation: 0 },
      kind: 'Well',
      id: 'near',
      name: '张**',
      priority: 0,
      distanceMeters: expect.closeTo(Math.hypot(1, 2, 5), 4),
    },
    { handle: { layer: 'wells', slot: 1, generation: 0 }, kind: 'Well', id: 'nowhere', name: '张**', priority: 0, distanceMeters: 100 },
    {
      handle: { layer: 'wells', slot: 0, generation: 0 },
      kind: 'Well',
      id: 'far',
      name: '张**',
      priority: 2,
      distanceMeters: expect.closeTo(Math.hypot(50, 100), 4),
    },
  ])
})

test('counts the distance from the eye in each direction', () => {
  const twin = twinOf(wells, [at('a', [7, 11, 0])])
  const view = { ...above, eye: [2, 5, 60] } as const
  expect(nearestInView(twin, { view, twinMs: NOW_MS, most: 5 })[0]!.distanceMeters).toBeCloseTo(Math.hypot(5, 6, 60), 4)
})

test('a foot on the edge of the picture is in it, one beyond is not, and neither is what is behind the eye or without a place', () => {
  const inside: Location[] = [
    [-50, 0, 0],
    [50, 0, 0],
    [0, -50, 0],
    [0, 50, 0],
  ]
  const outside: Location[] = [
    [-50.1, 0, 0],
    [50.1, 0, 0],
    [0, -50.1, 0],
    [0, 50.1, 0],
    [0, 0, 101],
  ]
  const twin = twinOf(wells, [
    ...inside.map((place, i) => at(`in-${i}`, place)),
    ...outside.map((place, i) => at(`out-${i}`, place)),
    row('unplaced'),
  ])
  expect(seen(twin).map(({ id }) => id)).toEqual(['in-0', 'in-1', 'in-2', 'in-3'])
})

test('a hidden layer counts by its alarms alone', () => {
  const twin = twinOf(wells, [at('calm', [1, 0, 0]), at('loud', [2, 0, 0])], [sampleAlarm({ kind: 'Well', entity: 'loud', priority: 4 })])
  twin.layers.get('wells')!.layer.visible = false
  expect(seen(twin).map(({ id, priority }) => [id, priority])).toEqual([['loud', 4]])
})

test('keeps the nearest of many, of those that are equally far the first, and none where none is asked for', () => {
  const place = fc.tuple(fc.integer({ min: -60, max: 60 }), fc.constantFrom(0, 3, -4, 51), fc.constantFrom(0, 50))
  fc.assert(
    fc.property(fc.array(place, { maxLength: 20 }), fc.nat(8), (places, most) => {
      const far = ([x, y, z]: readonly [number, number, number]) => Math.hypot(x, y, z - 100)
      const isSeen = ([x, y, z]: readonly [number, number, number]) => 2 * Math.max(Math.abs(x), Math.abs(y)) <= 100 - z
      const ids = places
        .map((of, i) => ({ id: `w-${i}`, of }))
        .filter(({ of }) => isSeen(of))
        .sort((a, b) => far(a.of) - far(b.of))
        .slice(0, most)
        .map(({ id }) => id)
      const twin = twinOf(
        wells,
        places.map((of, i) => at(`w-${i}`, of)),
      )
      expect(seen(twin, most).map(({ id }) => id)).toEqual(ids)
    }),
    {
      examples: [
        [
          [
            [1, 0, 0],
            [1, 0, 0],
            [1, 0, 0],
          ],
          2,
        ],
        [[[1, 0, 0]], 0],
      ],
    },
  )
})
