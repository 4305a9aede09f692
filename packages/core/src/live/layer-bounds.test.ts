// What a layer does at the bounds of its parts: where it grows, ages, hides, waits and forgets. The laws of whole histories are in
// layer.test.ts.
import { describe, expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { Location, RecordColumns } from '../record/record.ts'
import { NEVER, timeAt, valueAt } from './columns.ts'
import {
  countLayer,
  createLayer,
  type Layer,
  type LayerPorts,
  patchLayer,
  pickInLayer,
  placeInLayer,
  recycleLayer,
  refreshAges,
  refreshFlags,
  removeEntity,
  seekLayer,
  settledInLayer,
  settleLayer,
  takeBase,
  takeHeard,
  takeRecords,
  takeSnapshot,
  wipeLayer,
} from './layer.ts'
import { DURATION_MASK, FRESHNESS_SHIFT, HIDDEN, PRIORITY_SHIFT, TONE_SHIFT, UNACKNOWLEDGED, WORDS } from './layout.ts'
import { setFlags } from './motion.ts'
import type { PlateView } from './plate.ts'
import type { Settle } from './settle.ts'
import { createStanding, putAlarm } from './standing.ts'

const T0 = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000
const text = { zh: '', en: '' }
const kind: AnyKind = {
  kind: 'Wristband',
  label: text,
  fields: {
    name: { type: 'words', label: text },
    heartRate: { type: 'quantity', label: text, unit: '/min', range: [0, 300] },
    mode: { type: 'choice', label: text, values: { on: text, off: text } },
  },
  everyMs: 1000,
  symbol: { shape: 'circle', glyph: 'person', state: { field: 'mode', tone: { on: 'active' } } },
  alarms: {},
  card: [],
}
/** A mesh whose height tells both degrees. */
const mesh: Settle = (longitude, latitude) => ({ method: 'ground', heightEllipsoidalMeters: 100 * longitude + latitude, errorMeters: 0.5 })
const ports = (twinMs = T0, settle = mesh): LayerPorts => ({
  twinMs,
  toEnu: (e, n, u, out) => out.set([e, n, u]),
  settle,
  standing: createStanding(),
})

interface Told {
  readonly id: string
  readonly t?: number
  readonly heardMs?: number
  readonly off?: number
  readonly at?: Location
  readonly name?: string
  readonly heartRate?: number
}
const records = (...rows: readonly Told[]): RecordColumns => ({
  kind: 'Wristband',
  id: rows.map(({ id }) => id),
  t: rows.map(({ t = T0 }) => t),
  heardMs: rows.map(({ heardMs = T0 }) => heardMs),
  clockOffMs: rows.map(({ off }) => off ?? null),
  location: rows.map(({ at }) => at ?? null),
  properties: { name: rows.map(({ name }) => name ?? null), heartRate: rows.map(({ heartRate }) => heartRate ?? null) },
})
const layerOf = (...rows: readonly Told[]): Layer => {
  const layer = createLayer('wristbands', kind, T0)
  takeRecords(layer, records(...rows), ports())
  return layer
}
const placed = (count: number): Told[] => Array.from({ length: count }, (_, i) => ({ id: `e${i}`, at: [i, 10 + i, 20 + i] as Location }))
const shown = ({ motion: { f32 } }: Layer, slot: number) => Array.from(f32.subarray(slot * WORDS, slot * WORDS + 3))
const flags = ({ motion: { u32 } }: Layer, slot = 0) => (u32[slot * WORDS + 7]! & ~DURATION_MASK) >>> 0
const glideMs = ({ motion: { u32 } }: Layer, slot: number) => (u32[slot * WORDS + 7]! & DURATION_MASK) * 10
const marked = ({ motion: { dirty } }: Layer) => Array.from(dirty.keys()).filter((slot) => dirty[slot] === 1)
const clean = (layer: Layer) => layer.motion.dirty.fill(0)
/** A camera that looks north from the origin; see plate.test.ts. */
const view: PlateView = { viewProjection: [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, -1, 0], width: 400, height: 400 }
const pick = (layer: Layer, x = 200, y = 170) => pickInLayer(layer, { x, y, view, twinMs: T0 }).map(({ slot }) => slot)
/** The layer's grid after a pick has made it. */
const grid = (layer: Layer) => {
  pick(layer)
  return layer.grid!
}

test('begins empty, visible, with nothing on its way, and its first patch is whole', () => {
  const layer = createLayer('wristbands', kind, T0)
  const { id, onItsWay, toZero, whole, visible, nextAgeMs, dotBeyondMeters, spares } = layer
  expect({ id, onItsWay, toZero, whole, visible, nextAgeMs, dotBeyondMeters, spares, grid: layer.grid }).toEqual({
    id: 'wristbands',
    onItsWay: 0,
    toZero: 0,
    whole: true,
    visible: true,
    nextAgeMs: Number.POSITIVE_INFINITY,
    dotBeyondMeters: Number.POSITIVE_INFINITY,
    spares: [],
    grid: null,
  })
  expect([countLayer(layer), Array.from(layer.fixMs)]).toEqual([
    { count: 0, fresh: 0, late: 0, stale: 0, heardMs: null },
    Array(32).fill(Number.NaN),
  ])
})

describe('growing', () => {
  test('all its parts have room for 16 entities, for 32 with the 17th, and keep what they had', () => {
    const layer = layerOf(...placed(16))
    const { fixMs } = layer
    takeRecords(layer, records({ id: 'e15', at: [1, 1, 1] }), ports())
    expect([layer.fixMs === fixMs, layer.fixMs.length, layer.columns.capacity, layer.motion.dirty.length]).toEqual([true, 32, 16, 16])
    takeRecords(layer, records({ id: 'e16', at: [2, 2, 2] }), ports())
    expect([layer.fixMs.length, layer.columns.capacity, layer.motion.dirty.length, layer.motion.slots]).toEqual([64, 32, 32, 17])
    expect([Array.from(layer.fixMs.subarray(0, 34)), layer.fixMs[34]]).toEqual([Array(34).fill(T0), Number.NaN])
    expect(shown(layer, 14)).toEqual([14, 24, 34])
  })
  test('a fix of one that only an inventory placed is no glide, also beyond the first room', () => {
    const layer = createLayer('wristbands', kind, T0)
    takeBase(
      layer,
      placed(17).map(({ id, at }) => [id, { location: at!, properties: {} }]),
      ports(),
    )
    takeRecords(layer, records({ id: 'e16', at: [2, 2, 2] }), ports())
    expect([shown(layer, 16), layer.motion.glidesUntilMs]).toEqual([[2, 2, 2], 0])
  })
})

describe('taking records', () => {
  test('a property that the kind has not is left out, and what follows it is taken', () => {
    const layer = createLayer('wristbands', kind, T0)
    const told = records({ id: 'a', heartRate: 70, t: T0 + 1 }, { id: 'b', name: 'B', t: T0 + 2 })
    takeRecords(layer, { ...told, properties: { depth: [1, 2], ...told.properties } }, ports())
    const { properties } = layer.columns
    const [name, heartRate] = [properties.get('name')!, properties.get('heartRate')!]
    expect([...properties.keys()]).toEqual(['name', 'heartRate'])
    expect([0, 1].map((slot) => [valueAt(name, slot), valueAt(heartRate, slot), timeAt(name, slot), timeAt(heartRate, slot)])).toEqual([
      [null, 70, null, T0 + 1],
      ['B', null, T0 + 2, null],
    ])
  })
  test('a list that is shorter than the rows tells nothing of the others', () => {
    const layer = createLayer('wristbands', kind, T0)
    const told = records({ id: 'a', at: [1, 2, 3], heartRate: 1, off: 5 }, { id: 'b' })
    takeRecords(layer, { ...told, clockOffMs: [5], location: [[1, 2, 3]], properties: { heartRate: [1] } }, ports())
    expect([flags(layer, 0), flags(layer, 1), valueAt(layer.columns.properties.get('heartRate')!, 1)]).toEqual([0, HIDDEN, null])
    expect(Array.from(layer.columns.clockOffMs.subarray(0, 2))).toEqual([5, Number.NaN])
  })
  test('each glides for the gap between its own fixes, or between when they were heard where its clock is off', () => {
    const first = [100, 220, 350].map((ms, i): Told => ({ id: `e${i}`, t: T0 + ms, heardMs: T0 + 1000 + 7 * ms, at: [0, 0, i] }))
    const layer = layerOf(...first)
    takeRecords(
      layer,
      records(
        { id: 'e0', t: T0 + 400, heardMs: T0 + 9000, at: [1, 1, 1] },
        { id: 'e1', t: T0 + 430, heardMs: T0 + 2540 + 330, off: 1, at: [2, 2, 2] },
        { id: 'e2', t: T0 + 470, heardMs: T0 + 9000, at: [3, 3, 3] },
      ),
      ports(),
    )
    expect([0, 1, 2].map((slot) => glideMs(layer, slot))).toEqual([300, 330, 120])
    expect(Array.from(layer.fixMs.subarray(0, 6))).toEqual([T0 + 400, T0 + 9000, T0 + 430, T0 + 2870, T0 + 470, T0 + 9000])
  })
  test('a marker moves where any one of its coordinates differs, and stays where none does, as far as a float tells', () => {
    const place = [0.1, 0.2, 0.3] as const
    const layer = layerOf({ id: 'other', at: [7, 7, 7] }, { id: 'a', at: place })
    const next = grid(layer)
    clean(layer)
    takeRecords(layer, records({ id: 'a', at: place }), ports())
    expect([marked(layer), layer.grid === next]).toEqual([[], true])
    for (const k of [0, 1, 2]) {
      grid(layer)
      clean(layer)
      const moved = place.map((metre, i) => (i === k ? metre + 1 : metre)) as [number, number, number]
      takeRecords(layer, records({ id: 'a', at: moved }), ports())
      expect([shown(layer, 1), marked(layer), layer.grid]).toEqual([moved.map(Math.fround), [1], null])
      takeRecords(layer, records({ id: 'a', at: place }), ports())
    }
  })
  test('what comes first to the origin is placed there', () => {
    const layer = layerOf({ id: 'a', at: [0, 0, 0] })
    expect([flags(layer), Array.from(layer.motion.bounds)]).toEqual([0, [0, 0, 0, 0, 0, 0]])
  })
  test('each without a height stands on the mesh under it', () => {
    const layer = layerOf({ id: 'a', at: [1, 2, 3] }, { id: 'b', at: [4, 5] }, { id: 'c', at: [6, 7] })
    expect([0, 1, 2].map((slot) => shown(layer, slot)[2])).toEqual([3, 405, 607])
  })
})

test('on another mesh only what has no height moves', () => {
  const layer = layerOf(
    { id: 'a', at: [1, 2, 3] },
    { id: 'b', at: [4, 5] },
    { id: 'c', at: [6, 7] },
    { id: 'd', at: [8, 9, 10] },
    { id: 'e' },
  )
  clean(layer)
  settleLayer(
    layer,
    ports(T0, (longitude, latitude) => ({ ...mesh(latitude, longitude) })),
  )
  expect([marked(layer), flags(layer, 4)]).toEqual([[1, 2], HIDDEN])
  expect([0, 1, 2, 3].map((slot) => shown(layer, slot))).toEqual([
    [1, 2, 3],
    [4, 5, 504],
    [6, 7, 706],
    [8, 9, 10],
  ])
})

test('of one that nobody knows nothing is heard, removed or drawn anew', () => {
  const layer = layerOf({ id: 'a', at: [0, 1, 0] })
  const [kept, next] = [grid(layer), layer.nextAgeMs]
  takeHeard(layer, { b: 0 }, ports())
  removeEntity(layer, 'b', ports())
  expect([layer.grid === kept, layer.nextAgeMs, layer.slots.slotOf.size, Object.keys(layer.columns.heardMs).length]).toEqual([
    true,
    next,
    1,
    16,
  ])
})

test('each that is heard is as old as that, in whatever order they are told', () => {
  const layer = layerOf({ id: 'a' }, { id: 'b' }, { id: 'c' })
  takeHeard(layer, { nobody: T0 + 9, c: T0 + 3, a: T0 + 1 }, ports())
  expect(Array.from(layer.columns.heardMs.subarray(0, 3))).toEqual([T0 + 1, T0, T0 + 3])
})

describe('flags', () => {
  test('show the alarms of the entity, and leave the grid', () => {
    const layer = layerOf({ id: 'a', at: [0, 1, 0] }, { id: 'W-1', at: [0, 1, 0] })
    const kept = grid(layer)
    const withAlarm = ports()
    putAlarm(withAlarm.standing, { feed: 'town', ...sampleAlarm({ id: 'x', priority: 2, state: 'unacknowledged' }) })
    for (const slot of [0, 1]) refreshFlags(layer, slot, withAlarm)
    expect([flags(layer, 0), flags(layer, 1), layer.grid === kept]).toEqual([0, (2 << PRIORITY_SHIFT) | UNACKNOWLEDGED, true])
  })
  test('of a place that is no longer told hide it, and what was written of it is gone', () => {
    const layer = layerOf({ id: 'a', at: [4, 5, 6] }, { id: 'b', at: [1, 2, 3] })
    grid(layer)
    takeSnapshot(layer, [records({ id: 'a', at: [4, 5, 6] }), records({ id: 'b', name: 'B' })], ports())
    expect([flags(layer, 0), flags(layer, 1), shown(layer, 0), shown(layer, 1), layer.grid]).toEqual([
      0,
      HIDDEN,
      [4, 5, 6],
      [0, 0, 0],
      null,
    ])
  })
  test('of a hidden one that has a place show it', () => {
    const layer = layerOf({ id: 'a' }, { id: 'b', at: [4, 5, 6] })
    setFlags(layer.motion, 1, HIDDEN)
    grid(layer)
    refreshFlags(layer, 1, ports())
    expect([flags(layer, 1), shown(layer, 1), layer.grid]).toEqual([0, [4, 5, 6], null])
  })
  test('of one that stays hidden leave the grid', () => {
    const layer = layerOf({ id: 'a', at: [4, 5, 6] }, { id: 'b' })
    const kept = grid(layer)
    refreshFlags(layer, 1, ports())
    expect(layer.grid === kept).toBe(true)
  })
})

describe('ages', () => {
  const age = (layer: Layer, slot = 0) => (flags(layer, slot) >>> FRESHNESS_SHIFT) & 3
  test('the next change is the earliest of all, whichever was heard first', () => {
    expect(layerOf({ id: 'a', heardMs: T0 + 50 }, { id: 'b', heardMs: T0 + 20 }, { id: 'c', heardMs: T0 + 90 }).nextAgeMs).toBe(T0 + 1520)
    const layer = layerOf({ id: 'a', heardMs: T0 + 50 }, { id: 'b', heardMs: T0 - 900 }, { id: 'c', heardMs: T0 + 90 })
    refreshAges(layer, ports(T0 + 1540))
    expect([layer.nextAgeMs, [0, 1, 2].map((slot) => age(layer, slot))]).toEqual([T0 + 1550, [0, 1, 0]])
    refreshAges(layer, ports(T0 + 1600))
    expect([layer.nextAgeMs, [0, 1, 2].map((slot) => age(layer, slot))]).toEqual([T0 + 2550, [1, 2, 1]])
  })
  test('change nothing else in the flags, and not before their time', () => {
    const layer = layerOf({ id: 'a', at: [0, 0, 0] }, { id: 'b', at: [0, 0, 0] })
    const both = () => [flags(layer, 0), flags(layer, 1)]
    setFlags(layer.motion, 0, 0xff3f_c000)
    setFlags(layer.motion, 1, 0x1e27_0000)
    refreshAges(layer, ports(T0 + 1499.9))
    expect(both()).toEqual([0xff3f_c000, 0x1e27_0000])
    refreshAges(layer, ports(T0 + 1500))
    expect(both()).toEqual([0xff3f_a000, 0x1e27_2000])
    refreshAges(layer, ports(T0 + 2500))
    expect(both()).toEqual([0xff3f_c000, 0x1e27_4000])
  })
  test('are read anew at a seek, also backwards', () => {
    const layer = layerOf({ id: 'a', at: [0, 1, 0] })
    refreshAges(layer, ports(T0 + 5000))
    grid(layer)
    patchLayer(layer, T0 + 5000)
    seekLayer(layer, ports(T0 + 1700))
    expect([age(layer), layer.nextAgeMs, layer.grid, layer.whole]).toEqual([1, T0 + 2500, null, true])
  })
  test('are counted, with when the last was heard', () => {
    const layer = layerOf({ id: 'a' }, { id: 'b', heardMs: T0 - 1000 }, { id: 'c', heardMs: T0 + 70 }, { id: 'd', heardMs: T0 - 9000 })
    takeBase(layer, [['e', { location: null, properties: {} }]], ports())
    refreshAges(layer, ports(T0 + 1550))
    expect(countLayer(layer)).toEqual({ count: 5, fresh: 2, late: 1, stale: 2, heardMs: T0 + 70 })
  })
})

describe('an inventory', () => {
  const base = { location: [5, 6, 7], properties: { name: 'lamp', heartRate: 1, depth: 3 } } as const
  test('fills a thing with its place and properties, all of them without a time', () => {
    const layer = createLayer('wristbands', kind, T0)
    takeBase(
      layer,
      [
        ['nowhere', { location: null, properties: {} }],
        ['a', base],
      ],
      ports(),
    )
    const { properties, place } = layer.columns
    expect([...properties].map(([name, column]) => [name, valueAt(column, 1), column.t[1]])).toEqual([
      ['name', 'lamp', NEVER],
      ['heartRate', 1, NEVER],
    ])
    expect([place.t[1], shown(layer, 1), flags(layer, 0), flags(layer, 1), [...layer.base.keys()]]).toEqual([
      NEVER,
      [5, 6, 7],
      HIDDEN,
      0,
      ['nowhere', 'a'],
    ])
  })
  test('that is read again over a feed changes nothing, and the next fix glides from that of the feed', () => {
    const layer = layerOf({ id: 'a', at: [1, 1, 1] })
    takeBase(layer, [['a', base]], ports())
    expect(shown(layer, 0)).toEqual([1, 1, 1])
    takeRecords(layer, records({ id: 'a', t: T0 + 300, at: [2, 2, 2] }), ports())
    expect(glideMs(layer, 0)).toBe(300)
  })
  test('gives a marker its tone and age as it comes, when the feed removes it, and under a snapshot', () => {
    const layer = createLayer('wristbands', kind, T0)
    takeBase(layer, [['a', { location: [5, 6, 7], properties: { mode: 'on' } }]], ports())
    expect(flags(layer)).toBe(1 << TONE_SHIFT)
    takeRecords(layer, { ...records({ id: 'a' }), properties: { mode: ['off'] } }, ports(T0 + 9000))
    expect(flags(layer)).toBe(2 << FRESHNESS_SHIFT)
    removeEntity(layer, 'a', ports(T0 + 9000))
    expect(flags(layer)).toBe(1 << TONE_SHIFT)
    takeSnapshot(layer, [records({ id: 'a', name: 'A' })], ports())
    expect(flags(layer)).toBe(1 << TONE_SHIFT)
  })
  test('gives back its thing when the feed removes it, in the same slot', () => {
    const layer = layerOf({ id: 'a', at: [1, 1, 1], name: 'moved' }, { id: 'b', at: [2, 2, 2] })
    takeBase(layer, [['a', base]], ports())
    grid(layer)
    for (const id of ['a', 'b']) {
      grid(layer)
      removeEntity(layer, id, ports())
      expect(layer.grid).toBeNull()
    }
    expect([[...layer.slots.slotOf], layer.slots.ended, flags(layer, 0), flags(layer, 1), shown(layer, 0), shown(layer, 1)]).toEqual([
      [['a', 0]],
      [1, 0],
      0,
      HIDDEN,
      [5, 6, 7],
      [0, 0, 0],
    ])
  })
  test('fills what a snapshot leaves open, also of one among others', () => {
    const layer = createLayer('wristbands', kind, T0)
    takeBase(layer, [['a', base]], ports())
    takeSnapshot(layer, [records({ id: 'b', at: [1, 1, 1] }), records({ id: 'a', name: 'told' })], ports())
    const { properties } = layer.columns
    expect([flags(layer, 0), shown(layer, 0), valueAt(properties.get('name')!, 0), valueAt(properties.get('heartRate')!, 0)]).toEqual([
      0,
      [5, 6, 7],
      'told',
      1,
    ])
    expect([flags(layer, 1), layer.slots.slotOf.get('b')]).toEqual([0, 1])
  })
  test('decides what a card tells of a place and its height, where no feed did', () => {
    const layer = layerOf({ id: 'told', at: [1, 2] }, { id: 'told high', at: [1, 2, 3] }, { id: 'nowhere' })
    takeBase(
      layer,
      [
        ['given', { location: [4, 5, 6], properties: {} }],
        ['open', { location: [7, 8], properties: {} }],
      ],
      ports(),
    )
    const settled = [0, 1, 2, 3, 4].map((slot) => settledInLayer(layer, slot, mesh))
    expect(settled).toEqual([
      { method: 'ground', heightEllipsoidalMeters: 102, errorMeters: 0.5 },
      null,
      null,
      { method: 'given', heightEllipsoidalMeters: 6, errorMeters: null },
      { method: 'ground', heightEllipsoidalMeters: 708, errorMeters: 0.5 },
    ])
    expect(settled.map((each, slot) => placeInLayer(layer, slot, each))).toEqual([[1, 2], [1, 2, 3], null, [4, 5, 6], [7, 8, 708]])
    expect(placeInLayer(layer, 4, null)).toEqual([7, 8])
    expect(placeInLayer(layer, 2, mesh(1, 2))).toBeNull()
  })
})

describe('patches', () => {
  test('begin a new base after 100 days and not before, and only then are whole', () => {
    const layer = layerOf({ id: 'a', at: [1, 1, 1] })
    const send = (twinMs: number) => {
      setFlags(layer.motion, 0, (layer.motion.u32[7]! ^ UNACKNOWLEDGED) >>> 0)
      const patch = patchLayer(layer, twinMs)!
      recycleLayer(layer, patch.buffer)
      return [patch.whole, patch.timeBaseMs - T0]
    }
    const base = -600_000
    expect([send(T0), send(T0 + 5), send(T0 + base + 100 * DAY_MS), send(T0 + base + 100 * DAY_MS + 1)]).toEqual([
      [true, base],
      [false, base],
      [false, base],
      [true, 100 * DAY_MS + 2 * base],
    ])
  })
  test('wait for each other one by one, and where nothing changed none is on its way', () => {
    const layer = layerOf({ id: 'a', at: [1, 1, 1] })
    const first = patchLayer(layer, T0)!
    expect([first.layer, layer.onItsWay, layer.whole]).toEqual(['wristbands', 1, false])
    recycleLayer(layer, first.buffer)
    expect([patchLayer(layer, T0), patchLayer(layer, T0, {}), layer.onItsWay, layer.spares.length]).toEqual([null, null, 0, 1])
    clean(layer)
    expect(patchLayer(layer, T0, { atOnce: true })).toBeNull()
  })
  test('a buffer that comes back though none was sent holds none up', () => {
    const layer = layerOf({ id: 'a', at: [1, 1, 1] })
    recycleLayer(layer, new ArrayBuffer(8))
    expect(layer.onItsWay).toBe(0)
  })
  test('of two that are on their way only those before a sign-out are zeroed', () => {
    const layer = layerOf({ id: 'a', at: [1, 1, 1] })
    const before = patchLayer(layer, T0)!
    wipeLayer(layer)
    const after = patchLayer(layer, T0, { atOnce: true })!
    expect([layer.onItsWay, layer.toZero]).toEqual([2, 1])
    recycleLayer(layer, before.buffer)
    expect([layer.onItsWay, layer.toZero, layer.slots.free, before.words.some((word) => word !== 0)]).toEqual([1, 0, [], false])
    recycleLayer(layer, after.buffer)
    expect([layer.onItsWay, layer.toZero, layer.slots.free, after.words[7]]).toEqual([0, 0, [0], HIDDEN])
  })
})

test('a sign-out overwrites each array in its place and leaves the layer as new', () => {
  const layer = layerOf({ id: 'a', at: [1, 2, 3], name: 'A', heartRate: 70, off: 9 }, { id: 'b', at: [4, 5, 6], name: 'B', heartRate: 80 })
  takeRecords(layer, records({ id: 'b', t: T0 + 500, at: [7, 7, 7] }), ports())
  takeBase(layer, [['c', { location: [1, 1, 1], properties: {} }]], ports())
  const { columns, motion } = layer
  const [name, heartRate] = [columns.properties.get('name')!, columns.properties.get('heartRate')!]
  const { words } = name
  grid(layer)
  const spare = new Uint8Array(8).fill(7)
  recycleLayer(layer, spare.buffer)
  clean(layer)
  layer.whole = false
  wipeLayer(layer)
  for (const array of [name.t, heartRate.t, heartRate.numbers!, spare]) expect(array.every((value) => value === 0)).toBe(true)
  for (const array of [columns.place.values, columns.place.t, columns.heardMs, columns.clockOffMs, layer.fixMs, motion.bounds])
    expect(array.every(Number.isNaN)).toBe(true)
  expect([words, columns.properties.size, layer.base.size, layer.spares.length, layer.slots.slotOf.size]).toEqual([[], 0, 0, 0, 0])
  expect([0, 1, 2].map((slot) => Array.from(motion.u32.subarray(slot * WORDS, slot * WORDS + 8)))).toEqual(
    Array(3).fill([0, 0, 0, 0, 0, 0, 0, HIDDEN]),
  )
  expect([marked(layer), motion.glidesUntilMs, layer.grid, layer.nextAgeMs, layer.toZero, layer.whole]).toEqual([
    [0, 1, 2],
    0,
    null,
    Number.POSITIVE_INFINITY,
    0,
    true,
  ])
  expect(layer.slots.ended).toEqual([0, 0, 1, 0, 2, 0])
})

test('a pick builds the grid once; of a layer that is unticked it meets only alarms, and dots as they are drawn', () => {
  const layer = layerOf({ id: 'a', at: [0, 10, 0] }, { id: 'b', at: [0, 20, 0] })
  const kept = grid(layer)
  expect([pick(layer), layer.grid === kept]).toEqual([[0, 1], true])
  layer.visible = false
  expect(pick(layer)).toEqual([])
  setFlags(layer.motion, 1, 4 << PRIORITY_SHIFT)
  expect(pick(layer)).toEqual([1])
  layer.visible = true
  layer.dotBeyondMeters = 9
  expect([pick(layer, 200, 175), pick(layer, 200, 200)]).toEqual([[1], [0]])
})
