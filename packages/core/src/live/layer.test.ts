import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyPatch } from '../../test/apply-patch.ts'
import type { AnyKind } from '../kind/kind.ts'
import { toColumns } from '../record/columns.ts'
import type { Location, RecordColumns, Row, Value } from '../record/record.ts'
import { timeAt, valueAt } from './columns.ts'
import {
  countLayer,
  createLayer,
  type Layer,
  type LayerPorts,
  patchLayer,
  placeInLayer,
  recycleLayer,
  refreshAges,
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
import { FRESHNESS_SHIFT, HIDDEN, WORDS } from './layout.ts'
import { placeAt } from './motion.ts'
import { NO_GROUND, type Settle, settleOn } from './settle.ts'
import { idOf } from './slots.ts'
import { createStanding } from './standing.ts'

const text = { zh: '', en: '' }
const kind: AnyKind = {
  kind: 'Wristband',
  label: text,
  fields: {
    name: { type: 'words', label: text },
    sos: { type: 'choice', label: text, values: { pressed: text, released: text } },
    heartRate: { type: 'quantity', label: text, unit: '/min', range: [0, 300] },
  },
  everyMs: 1000,
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {},
  card: [],
}
const T0 = Date.UTC(2026, 0, 1)
const atOrigin = settleOn(NO_GROUND, 0)
const onMesh: Settle = (e) => ({ method: 'ground', heightEllipsoidalMeters: 100 + e, errorMeters: 0.1 })
const ports = (twinMs = T0, settle: Settle = atOrigin): LayerPorts => ({
  twinMs,
  toEnu: (e, n, u, out) => out.set([e, n, u]),
  settle,
  standing: createStanding(),
})
const row = (id: string, atMs: number, properties: Record<string, Value>, location?: Location, more: Partial<Row> = {}): Row => ({
  kind: 'Wristband',
  id,
  t: T0 + atMs,
  heardMs: T0 + atMs,
  ...(location === undefined ? {} : { location }),
  properties,
  ...more,
})
const columns = (rows: readonly Row[]): RecordColumns => ({
  kind: 'Wristband',
  id: rows.map(({ id }) => id),
  t: rows.map(({ t }) => t),
  heardMs: rows.map(({ heardMs }) => heardMs),
  clockOffMs: rows.map(({ clockOffMs }) => clockOffMs ?? null),
  location: rows.map(({ location }) => location ?? null),
  properties: Object.fromEntries(Object.keys(kind.fields).map((name) => [name, rows.map(({ properties }) => properties[name] ?? null)])),
})
const after = (...batches: (readonly Row[])[]): Layer => {
  const layer = createLayer('wristbands', kind, T0)
  for (const batch of batches) takeRecords(layer, columns(batch), ports())
  return layer
}
const told = (layer: Layer, slot: number, settle = atOrigin) => placeInLayer(layer, slot, settledInLayer(layer, slot, settle))
/** All that must not depend on how rows were cut into envelopes. */
const state = (layer: Layer) =>
  Object.fromEntries(
    [...layer.slots.slotOf].sort().map(([id, slot]) => [
      id,
      {
        place: told(layer, slot),
        shown: Array.from(layer.motion.f32.subarray(slot * WORDS, slot * WORDS + 3)),
        flags: layer.motion.u32[slot * WORDS + 7]! >>> 12,
        heardMs: layer.columns.heardMs[slot],
        clockOffMs: layer.columns.clockOffMs[slot],
        values: [...layer.columns.properties]
          .map(([name, column]) => [name, valueAt(column, slot), timeAt(column, slot)] as const)
          .filter(([, value]) => value !== null)
          .sort(),
      },
    ]),
  )
const value = (layer: Layer, id: string, property: string) => valueAt(layer.columns.properties.get(property)!, layer.slots.slotOf.get(id)!)
const freshness = (layer: Layer, slot = 0) => (layer.motion.u32[slot * WORDS + 7]! >>> FRESHNESS_SHIFT) & 3
const shownAt = (layer: Layer, twinMs: number, slot = 0) => {
  const out = [0, 0, 0]
  placeAt(layer.motion, slot, twinMs, out)
  return out
}

test('an SOS record wipes no other property', () => {
  const layer = after([row('a', 1, { heartRate: 90 }, [1, 2, 3])], [row('a', 2, { sos: 'pressed' })])
  expect([value(layer, 'a', 'heartRate'), value(layer, 'a', 'sos'), told(layer, 0)]).toEqual([90, 'pressed', [1, 2, 3]])
})

test('a row that comes later holds, whatever its own time says: the page orders nothing', () => {
  const layer = after([row('a', 100, { heartRate: 90 }, [1, 2, 3])], [row('a', 5, { heartRate: 40 }, [4, 5, 6])])
  expect([value(layer, 'a', 'heartRate'), told(layer, 0)]).toEqual([40, [4, 5, 6]])
})

const metres = fc.integer({ min: -5000, max: 5000 })
const place = fc.oneof(fc.tuple(metres, metres, metres), fc.tuple(metres, metres)) as unknown as fc.Arbitrary<Location>
/** Rows in the order in which the server tells them, each carrying a part, their own times in any order. */
const history: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      t: fc.integer({ min: -50, max: 50 }),
      clockOffMs: fc.option(fc.constantFrom(-3_600_000, 60_000), { nil: undefined }),
      location: fc.option(place, { nil: undefined }),
      heartRate: fc.option(fc.nat(300), { nil: undefined }),
      sos: fc.option(fc.constantFrom('pressed', 'released'), { nil: undefined }),
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ id, t, clockOffMs, location, heartRate, sos }, i) =>
      row(id, t, { ...(heartRate === undefined ? {} : { heartRate }), ...(sos === undefined ? {} : { sos }) }, location, {
        heardMs: T0 + i,
        ...(clockOffMs !== undefined && { clockOffMs }),
      }),
    ),
  )
/** Where a stream is cut. */
const cuts = fc.array(fc.nat(60), { maxLength: 5 }).map((all) => [...all.sort((a, b) => a - b), 60])

/** What a server tells of the state after some rows: per entity one row for each time that still holds something, oldest first. */
function snapshotOf(rows: readonly Row[]): Row[] {
  const entities = new Map<string, { last: Row; owners: Map<string, Row> }>()
  for (const each of rows) {
    const known = entities.get(each.id) ?? { last: each, owners: new Map<string, Row>() }
    entities.set(each.id, { last: each, owners: known.owners })
    for (const name of [...Object.keys(each.properties), ...(each.location ? ['location'] : [])]) known.owners.set(name, each)
  }
  return [...entities.values()].flatMap(({ last, owners }) => {
    const { clockOffMs, ...lastRow } = last
    const off = clockOffMs === undefined ? {} : { clockOffMs }
    const times = [...new Set([last.t, ...[...owners.values()].map(({ t }) => t)])].sort((a, b) => a - b)
    return times.map((t): Row => {
      const at: Row = { ...lastRow, ...off, t, properties: {} }
      const owned = [...owners].filter(([, owner]) => owner.t === t)
      const placed = owned.find(([name]) => name === 'location')?.[1].location
      const { location: _, ...bare } = at
      const properties = Object.fromEntries(owned.flatMap(([name, { properties: p }]) => (name === 'location' ? [] : [[name, p[name]!]])))
      return { ...bare, properties, ...(placed && { location: placed }) }
    })
  })
}

test('ends in one state however the rows are cut into envelopes', () => {
  fc.assert(
    fc.property(history, cuts, (rows, ends) => {
      const batches = ends.map((end, i) => rows.slice(ends[i - 1] ?? 0, end))
      expect(state(after(...batches))).toEqual(state(after(rows)))
    }),
  )
})

test('is in one state heard from the beginning, or from a snapshot and what came after it', () => {
  fc.assert(
    fc.property(history, fc.nat(60), cuts, (rows, joined, ends) => {
      const late = createLayer('wristbands', kind, T0)
      takeSnapshot(late, toColumns(snapshotOf(rows.slice(0, joined))), ports())
      const rest = rows.slice(joined)
      ends.forEach((end, i) => {
        takeRecords(late, columns(rest.slice(ends[i - 1] ?? 0, end)), ports())
      })
      expect(state(late)).toEqual(state(after(rows)))
    }),
  )
})

test('is as old as the server last heard it, not as its device says', () => {
  const layer = after([
    row('a', 0, { heartRate: 1 }, [0, 0, 0], { t: T0 - 36e5, clockOffMs: -36e5 }),
    row('b', 0, {}, undefined, { t: T0 + 9e9 }),
  ])
  expect([freshness(layer, 0), freshness(layer, 1), countLayer(layer).heardMs]).toEqual([0, 0, T0])
  refreshAges(layer, ports(T0 + 2500))
  expect([freshness(layer, 0), freshness(layer, 1)]).toEqual([2, 2])
})

test('what was heard without a row is no older than that; a name that is not known makes nothing', () => {
  const layer = after([row('a', 0, {}, [0, 0, 0])])
  refreshAges(layer, ports(T0 + 2500))
  takeHeard(layer, { a: T0 + 2400, b: T0 }, ports(T0 + 2500))
  expect([freshness(layer), layer.columns.heardMs[0], layer.slots.slotOf.size]).toEqual([0, T0 + 2400, 1])
  takeHeard(layer, { a: T0 }, ports(T0 + 2500))
  expect(layer.columns.heardMs[0]).toBe(T0 + 2400)
})

test('how far a clock is off is what the last row says of it', () => {
  const layer = after([row('a', 0, {}, undefined, { clockOffMs: 60_000 })])
  expect(layer.columns.clockOffMs[0]).toBe(60_000)
  takeRecords(layer, { ...columns([row('a', 1, {})]), clockOffMs: undefined } as unknown as RecordColumns, ports())
  expect(layer.columns.clockOffMs[0]).toBeNaN()
})

test('a fix glides for the gap between the times of the fixes, by the server where the clock is off', () => {
  const glides = (second: Partial<Row>) => {
    const layer = after([row('a', 0, {}, [0, 0, 0])])
    takeRecords(layer, columns([row('a', 0, {}, [10, 0, 0], second)]), ports())
    return layer.motion.glidesUntilMs - T0
  }
  expect(glides({ t: T0 + 300, heardMs: T0 + 400 })).toBe(300)
  expect(glides({ t: T0 - 9e12, heardMs: T0 + 400, clockOffMs: -9e12 })).toBe(400)
  expect(glides({ t: T0 - 300, heardMs: T0 + 400 })).toBe(-T0) // a jump: no glide at all
})

test('the first fix of what its inventory placed is shown in place', () => {
  const layer = createLayer('wristbands', kind, T0)
  takeBase(layer, [['a', { location: [5, 5, 5], properties: {} }]], ports())
  takeRecords(layer, columns([row('a', 0, {}, [6, 6, 6])]), ports())
  expect([shownAt(layer, T0), layer.motion.glidesUntilMs]).toEqual([[6, 6, 6], 0])
})

test('whoever comes into the slot of another does not glide from there', () => {
  const layer = after([row('a', 0, {}, [5, 5, 5])])
  removeEntity(layer, 'a', ports())
  recycleLayer(layer, patchLayer(layer, T0)!.buffer)
  takeRecords(layer, columns([row('b', 900, {}, [6, 6, 6])]), ports())
  expect([layer.slots.slotOf.get('b'), shownAt(layer, T0)]).toEqual([0, [6, 6, 6]])
})

test('a fix glides no longer than its kind says', () => {
  const glides = (glideMs?: number) => {
    const layer = createLayer('wristbands', { ...kind, ...(glideMs !== undefined && { glideMs }) }, T0)
    for (const [atMs, e] of [
      [0, 0],
      [9000, 10],
    ] as const)
      takeRecords(layer, columns([row('a', atMs, {}, [e, 0, 0])]), ports())
    return layer.motion.glidesUntilMs - T0
  }
  expect([glides(), glides(400), glides(5000)]).toEqual([1000, 400, 5000])
})

test('two coordinates stay two, and stand on the mesh; on a better mesh at once, without a glide', () => {
  const layer = after([row('a', 0, {}, [5, 6]), row('b', 0, {}, [5, 6, 7])])
  expect([shownAt(layer, T0, 0), shownAt(layer, T0, 1)]).toEqual([
    [5, 6, 0],
    [5, 6, 7],
  ])
  layer.motion.dirty.fill(0)
  settleLayer(layer, ports(T0, onMesh))
  expect([shownAt(layer, T0, 0), told(layer, 0, onMesh), layer.motion.glidesUntilMs]).toEqual([[5, 6, 105], [5, 6], 0])
  expect([layer.motion.dirty[0], layer.motion.dirty[1]]).toEqual([1, 0])
  expect(settledInLayer(layer, 0, onMesh)).toEqual({ method: 'ground', heightEllipsoidalMeters: 105, errorMeters: 0.1 })
  expect(settledInLayer(layer, 1, onMesh)).toBeNull()
  takeRecords(layer, columns([row('a', 500, {}, [7, 6])]), ports(T0 + 500, onMesh))
  expect([shownAt(layer, T0 + 500)[0], shownAt(layer, T0 + 1000)]).toEqual([5, [7, 6, 107]])
})

test('an inventory tells the height that it gives, or that of the mesh', () => {
  const layer = createLayer('wristbands', kind, T0)
  const base = [
    ['a', { location: [5, 6, 7], properties: {} }],
    ['b', { location: [5, 6], properties: {} }],
    ['c', { location: null, properties: {} }],
  ] as const
  takeBase(layer, base, ports(T0, onMesh))
  expect([0, 1, 2].map((slot) => told(layer, slot, onMesh))).toEqual([[5, 6, 7], [5, 6, 105], null])
  expect([0, 1, 2].map((slot) => settledInLayer(layer, slot, onMesh)?.method)).toEqual(['given', 'ground', undefined])
})

test('patches rebuild the motion on the other side, also where one waits for another', () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.nat(60), { maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      (sent, cuts, comesBack) => {
        const layer = createLayer('wristbands', kind, T0)
        const mirror = new Uint32Array(16 * WORDS)
        const flying: ArrayBuffer[] = []
        const flush = () => {
          const patch = patchLayer(layer, T0)
          if (patch === null) return
          applyPatch(mirror, patch)
          flying.push(patch.buffer)
        }
        let from = 0
        for (const [i, cut] of [...cuts.sort((a, b) => a - b), 60].entries()) {
          takeRecords(layer, columns(sent.slice(from, cut)), ports())
          from = cut
          if (i === 1) removeEntity(layer, 'a', ports())
          flush()
          if (comesBack[i]) for (const buffer of flying.splice(0)) recycleLayer(layer, buffer)
        }
        for (const buffer of flying.splice(0)) recycleLayer(layer, buffer)
        flush()
        expect(mirror.subarray(0, layer.motion.slots * WORDS)).toEqual(layer.motion.u32.subarray(0, layer.motion.slots * WORDS))
      },
    ),
  )
})

test('a second patch waits until the first came back, and then carries what gathered', () => {
  const layer = after([row('a', 1, {}, [1, 1, 1])])
  const first = patchLayer(layer, T0)!
  takeRecords(layer, columns([row('a', 2, {}, [2, 2, 2])]), ports())
  expect(patchLayer(layer, T0)).toBeNull()
  recycleLayer(layer, first.buffer)
  const second = patchLayer(layer, T0)!
  expect(Array.from(second.runs)).toEqual([0, 1])
  expect(second.buffer).toBe(first.buffer)
})

test('a removal is told with the generation that ended, its slot is hidden, and free only after the way back', () => {
  const layer = after([row('a', 1, {}, [1, 1, 1])])
  recycleLayer(layer, patchLayer(layer, T0)!.buffer)
  removeEntity(layer, 'a', ports())
  const patch = patchLayer(layer, T0)!
  expect([Array.from(patch.removals), patch.words[7]]).toEqual([[0, 0], HIDDEN])
  takeRecords(layer, columns([row('b', 1, {})]), ports())
  expect(layer.slots.slotOf.get('b')).toBe(1)
  recycleLayer(layer, patch.buffer)
  takeRecords(layer, columns([row('c', 1, {})]), ports())
  expect([layer.slots.slotOf.get('c'), idOf(layer.slots, 0, 0), idOf(layer.slots, 0, 1)]).toEqual([0, null, 'c'])
})

test('a slot is free only when every patch on its way came back, also after a sign-out', () => {
  const layer = after([row('a', 1, {}, [1, 1, 1])])
  const first = patchLayer(layer, T0)!
  wipeLayer(layer)
  const second = patchLayer(layer, T0, { atOnce: true })!
  recycleLayer(layer, first.buffer)
  takeRecords(layer, columns([row('b', 1, {})]), ports())
  expect(layer.slots.slotOf.get('b')).toBe(1)
  recycleLayer(layer, second.buffer)
  takeRecords(layer, columns([row('c', 1, {})]), ports())
  expect(layer.slots.slotOf.get('c')).toBe(0)
})

test('a snapshot equals hearing only what it says, and who is in it keeps the slot', () => {
  fc.assert(
    fc.property(history, history, (before, said) => {
      const layer = after(before)
      const slots = new Map(layer.slots.slotOf)
      takeSnapshot(layer, [columns(said)], ports())
      expect(state(layer)).toEqual(state(after(said)))
      for (const [id, slot] of layer.slots.slotOf) if (slots.has(id)) expect(slot).toBe(slots.get(id))
    }),
  )
})

test('a marker whose place a snapshot repeats does not move', () => {
  const layer = after([row('a', 1, { heartRate: 80 }, [1, 2, 3])])
  patchLayer(layer, T0)
  layer.motion.dirty.fill(0)
  takeSnapshot(layer, [columns([row('a', 1, { heartRate: 80 }, [1, 2, 3])])], ports())
  expect(layer.motion.dirty.includes(1)).toBe(false)
})

test('what the inventory knows outlives a snapshot without it, and yields to one with it', () => {
  const layer = createLayer('wristbands', kind, T0)
  takeBase(layer, [['a', { location: [5, 5, 5], properties: { name: 'lamp' } }]], ports())
  takeRecords(layer, columns([row('a', 1, { name: 'moved' }, [6, 6, 6])]), ports())
  expect([value(layer, 'a', 'name'), told(layer, 0)]).toEqual(['moved', [6, 6, 6]])
  takeSnapshot(layer, [], ports())
  expect([value(layer, 'a', 'name'), told(layer, 0), Number.isNaN(layer.columns.heardMs[0])]).toEqual(['lamp', [5, 5, 5], true])
})

test('a layer at rest wakes exactly when an entity ages, and marks it alone', () => {
  const layer = after([row('a', 0, {}, [0, 0, 0]), row('b', 900, {}, [0, 0, 0])])
  patchLayer(layer, T0)
  expect(layer.nextAgeMs).toBe(T0 + 1500)
  refreshAges(layer, ports(T0 + 1499))
  expect(layer.motion.dirty.includes(1)).toBe(false)
  refreshAges(layer, ports(T0 + 1500))
  expect([layer.motion.dirty[0], layer.motion.dirty[1], (layer.motion.u32[7]! >>> FRESHNESS_SHIFT) & 3]).toEqual([1, 0, 1])
  expect(layer.nextAgeMs).toBe(T0 + 2400)
  refreshAges(layer, ports(T0 + 99_999))
  expect([countLayer(layer).stale, layer.nextAgeMs]).toEqual([2, Number.POSITIVE_INFINITY])
})

test('a seek sends the whole layer on a new base, all at rest', () => {
  const layer = after([row('a', 1, {}, [0, 0, 0])], [row('a', 500, {}, [9, 0, 0])])
  recycleLayer(layer, patchLayer(layer, T0)!.buffer)
  const later = T0 - 86_400_000
  seekLayer(layer, ports(later))
  const patch = patchLayer(layer, later)!
  const out = [0, 0, 0]
  placeAt(layer.motion, 0, later, out)
  expect([patch.whole, patch.glidesUntilMs, patch.timeBaseMs < later, out[0]]).toEqual([true, 0, true, 9])
})

test('a patch says until when something glides, and whole ones begin anew each 100 days', () => {
  const layer = after([row('a', 1, {}, [0, 0, 0])], [row('a', 501, {}, [9, 0, 0])])
  const patch = patchLayer(layer, T0)!
  expect(patch.glidesUntilMs).toBe(T0 + 500)
  recycleLayer(layer, patch.buffer)
  expect(patchLayer(layer, T0 + 101 * 86_400_000)).toMatchObject({ whole: true, glidesUntilMs: 0 })
})

test('signing out keeps nothing in buffers that came back, and nothing of an inventory', () => {
  const layer = after([row('a', 1, {}, [123.5, 2, 3])])
  takeBase(layer, [['b', { location: [5, 5, 5], properties: { name: '张建国' } }]], ports())
  const { buffer } = patchLayer(layer, T0)!
  recycleLayer(layer, buffer)
  expect(new Float32Array(buffer).includes(123.5)).toBe(true)
  wipeLayer(layer)
  expect([new Float32Array(buffer).some((word) => word !== 0), layer.base.size, layer.spares.length]).toEqual([false, 0, 0])
})

test('signing out keeps no value, id or place, refuses old handles, and removes all slots at once though a patch is on its way', () => {
  const layer = after([row('龙湾-77', 1, { name: '张建国', heartRate: 77.25 }, [123.5, 2, 3])])
  const flying = patchLayer(layer, T0)!
  wipeLayer(layer)
  const patch = patchLayer(layer, T0, { atOnce: true })!
  expect([patch.whole, Array.from(patch.removals), Array.from(patch.words)]).toEqual([true, [0, 0], [0, 0, 0, 0, 0, 0, 0, HIDDEN]])
  expect(new Float32Array(flying.buffer).includes(123.5)).toBe(true)
  recycleLayer(layer, flying.buffer)
  expect(new Float32Array(flying.buffer).some((word) => word !== 0)).toBe(false)
  recycleLayer(layer, patch.buffer)
  const left = JSON.stringify(layer, (_, held) =>
    held instanceof Map || held instanceof Set ? [...held] : ArrayBuffer.isView(held) ? Array.from(held as Float64Array) : held,
  )
  expect(left).not.toMatch(/张建国|龙湾-77|77\.25|123\.5/)
  expect(idOf(layer.slots, 0, 0)).toBeNull()
  takeRecords(layer, columns([row('b', 1, {})]), ports())
  expect(idOf(layer.slots, layer.slots.slotOf.get('b')!, 0)).toBeNull()
})
