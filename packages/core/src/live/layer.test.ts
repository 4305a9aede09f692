import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyPatch } from '../../test/apply-patch.ts'
import { type EntityState, mergeRecord, recordsOf } from '../intake/merge.ts'
import type { AnyKind } from '../kind/kind.ts'
import { toColumns } from '../record/columns.ts'
import type { Location, RecordColumns, TwinRecord, Value } from '../record/record.ts'
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
  takeBase,
  takeRecords,
  takeSnapshot,
  wipeLayer,
} from './layer.ts'
import { FRESHNESS_SHIFT, HIDDEN, WORDS } from './layout.ts'
import { placeAt } from './motion.ts'
import { createSeenWindow } from './seen.ts'
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
const ports = (twinMs = T0): LayerPorts => ({
  twinMs,
  toEnu: ([e, n, u], out) => out.set([e, n, u]),
  standing: createStanding(),
})
const record = (
  id: string,
  boot: number | null,
  seq: number,
  properties: Record<string, Value>,
  location?: Location,
  t = T0 + seq,
): TwinRecord => ({
  kind: 'Wristband',
  id,
  ...(boot === null ? {} : { boot, seq }),
  t,
  ...(location === undefined ? {} : { location }),
  properties,
})
const columns = (records: readonly TwinRecord[]): RecordColumns => ({
  kind: 'Wristband',
  id: records.map(({ id }) => id),
  boot: records.map(({ boot }) => boot ?? null),
  seq: records.map(({ seq }) => seq ?? null),
  t: records.map(({ t }) => t),
  location: records.map(({ location }) => location ?? null),
  properties: Object.fromEntries(Object.keys(kind.fields).map((name) => [name, records.map(({ properties }) => properties[name] ?? null)])),
})
const after = (...batches: (readonly TwinRecord[])[]): Layer => {
  const layer = createLayer('wristbands', kind, T0)
  const seen = createSeenWindow()
  for (const batch of batches) takeRecords(layer, columns(batch), seen, ports())
  return layer
}
/** All that must not depend on how records came. */
const state = (layer: Layer) =>
  Object.fromEntries(
    [...layer.slots.slotOf].sort().map(([id, slot]) => [
      id,
      {
        place: placeInLayer(layer, slot),
        shown: Array.from(layer.motion.f32.subarray(slot * WORDS, slot * WORDS + 3)),
        flags: layer.motion.u32[slot * WORDS + 7]! >>> 12,
        heardMs: layer.columns.heardMs[slot],
        values: [...layer.columns.properties].sort().map(([name, column]) => [name, valueAt(column, slot), timeAt(column, slot)]),
      },
    ]),
  )
const value = (layer: Layer, id: string, property: string) => valueAt(layer.columns.properties.get(property)!, layer.slots.slotOf.get(id)!)

test('an SOS record wipes no other property', () => {
  const layer = after([record('a', 1, 1, { heartRate: 90 }, [1, 2, 3])], [record('a', 1, 2, { sos: 'pressed' })])
  expect([value(layer, 'a', 'heartRate'), value(layer, 'a', 'sos'), placeInLayer(layer, 0)]).toEqual([90, 'pressed', [1, 2, 3]])
})

const metres = fc.integer({ min: -5000, max: 5000 })
const place = fc.tuple(metres, metres, metres) as unknown as fc.Arbitrary<Location>
/** Records with distinct (id, boot, seq), some without a boot, each carrying a part. */
const history = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      boot: fc.constantFrom(null, 1, 2),
      seq: fc.nat(90),
      t: fc.nat(50),
      location: fc.option(place, { nil: undefined }),
      heartRate: fc.option(fc.nat(300), { nil: undefined }),
      sos: fc.option(fc.constantFrom('pressed', 'released'), { nil: undefined }),
    }),
    { selector: ({ id, boot, seq, t }) => (boot === null ? `${id} ${t}` : `${id} ${boot} ${seq}`), maxLength: 60 },
  )
  .map((all) =>
    all.map(({ id, boot, seq, t, location, heartRate, sos }) =>
      record(id, boot, seq, { ...(heartRate === undefined ? {} : { heartRate }), ...(sos === undefined ? {} : { sos }) }, location, T0 + t),
    ),
  )
const arrivals = history.chain((sent) =>
  fc.tuple(fc.constant(sent), fc.shuffledSubarray([...sent, ...sent], { minLength: 2 * sent.length }), fc.nat(2 * sent.length)),
)

test('ends in one state whatever the order, the batches and the repeats', () => {
  fc.assert(
    fc.property(arrivals, ([sent, arrived, cut]) => {
      expect(state(after(arrived.slice(0, cut), arrived.slice(cut)))).toEqual(state(after(sent)))
    }),
  )
})

test('is the state that the server merged, heard live or from its snapshot', () => {
  fc.assert(
    fc.property(arrivals, ([sent, arrived]) => {
      const merged = new Map<string, EntityState>()
      for (const each of arrived) merged.set(each.id, mergeRecord(merged.get(each.id), each, T0))
      const snapshot = toColumns([...merged.values()].flatMap(recordsOf))
      const late = createLayer('wristbands', kind, T0)
      takeSnapshot(late, snapshot, createSeenWindow(), ports())
      const heard = (layer: Layer) =>
        Object.fromEntries(
          Object.entries(state(layer)).map(([id, { place: at, values }]) => [id, [at, values.filter(([, value]) => value !== null)]]),
        )
      const own = Object.entries(heard(after(sent))).filter(([, [at, values]]) => at !== null || values!.length > 0)
      expect(heard(late)).toEqual(Object.fromEntries(own))
    }),
  )
})

test('patches rebuild the motion on the other side, also where one waits for another', () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.nat(60), { maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      (sent, cuts, comesBack) => {
        const layer = createLayer('wristbands', kind, T0)
        const seen = createSeenWindow()
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
          takeRecords(layer, columns(sent.slice(from, cut)), seen, ports())
          from = cut
          if (i === 1) removeEntity(layer, 'a', seen, ports())
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
  const layer = after([record('a', 1, 1, {}, [1, 1, 1])])
  const first = patchLayer(layer, T0)!
  takeRecords(layer, columns([record('a', 1, 2, {}, [2, 2, 2])]), createSeenWindow(), ports())
  expect(patchLayer(layer, T0)).toBeNull()
  recycleLayer(layer, first.buffer)
  const second = patchLayer(layer, T0)!
  expect(Array.from(second.runs)).toEqual([0, 1])
  expect(second.buffer).toBe(first.buffer)
})

test('a removal is told with the generation that ended, its slot is hidden, and free only after the way back', () => {
  const layer = after([record('a', 1, 1, {}, [1, 1, 1])])
  recycleLayer(layer, patchLayer(layer, T0)!.buffer)
  removeEntity(layer, 'a', createSeenWindow(), ports())
  const patch = patchLayer(layer, T0)!
  expect([Array.from(patch.removals), patch.words[7]]).toEqual([[0, 0], HIDDEN])
  takeRecords(layer, columns([record('b', 1, 1, {})]), createSeenWindow(), ports())
  expect(layer.slots.slotOf.get('b')).toBe(1)
  recycleLayer(layer, patch.buffer)
  takeRecords(layer, columns([record('c', 1, 1, {})]), createSeenWindow(), ports())
  expect([layer.slots.slotOf.get('c'), idOf(layer.slots, 0, 0), idOf(layer.slots, 0, 1)]).toEqual([0, null, 'c'])
})

test('a snapshot equals hearing only what it says, and who is in it keeps the slot', () => {
  fc.assert(
    fc.property(history, history, (before, told) => {
      const layer = after(before)
      const slots = new Map(layer.slots.slotOf)
      takeSnapshot(layer, [columns(told)], createSeenWindow(), ports())
      expect(state(layer)).toEqual(state(after(told)))
      for (const [id, slot] of layer.slots.slotOf) if (slots.has(id)) expect(slot).toBe(slots.get(id))
    }),
  )
})

test('a marker whose place a snapshot repeats does not move', () => {
  const layer = after([record('a', 1, 1, { heartRate: 80 }, [1, 2, 3])])
  patchLayer(layer, T0)
  layer.motion.dirty.fill(0)
  takeSnapshot(layer, [columns([record('a', 1, 1, { heartRate: 80 }, [1, 2, 3])])], createSeenWindow(), ports())
  expect(layer.motion.dirty.includes(1)).toBe(false)
})

test('what the inventory knows outlives a snapshot without it, and yields to one with it', () => {
  const layer = createLayer('wristbands', kind, T0)
  const seen = createSeenWindow()
  takeBase(layer, [['a', { location: [5, 5, 5], properties: { name: 'lamp' } }]], ports())
  takeRecords(layer, columns([record('a', 1, 1, { name: 'moved' }, [6, 6, 6])]), seen, ports())
  expect([value(layer, 'a', 'name'), placeInLayer(layer, 0)]).toEqual(['moved', [6, 6, 6]])
  takeSnapshot(layer, [], seen, ports())
  expect([value(layer, 'a', 'name'), placeInLayer(layer, 0), Number.isNaN(layer.columns.heardMs[0])]).toEqual(['lamp', [5, 5, 5], true])
})

test('a layer at rest wakes exactly when an entity ages, and marks it alone', () => {
  const layer = after([record('a', 1, 0, {}, [0, 0, 0]), record('b', 1, 900, {}, [0, 0, 0])])
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
  const layer = after([record('a', 1, 1, {}, [0, 0, 0])], [record('a', 1, 500, {}, [9, 0, 0])])
  recycleLayer(layer, patchLayer(layer, T0)!.buffer)
  const later = T0 - 86_400_000
  seekLayer(layer, ports(later))
  const patch = patchLayer(layer, later)!
  const out = [0, 0, 0]
  placeAt(layer.motion, 0, later, out)
  expect([patch.whole, patch.glidesUntilMs, patch.timeBaseMs < later, out[0]]).toEqual([true, 0, true, 9])
})

test('a patch says until when something glides, and whole ones begin anew each 100 days', () => {
  const layer = after([record('a', 1, 1, {}, [0, 0, 0])], [record('a', 1, 501, {}, [9, 0, 0])])
  const patch = patchLayer(layer, T0)!
  expect(patch.glidesUntilMs).toBe(T0 + 500)
  recycleLayer(layer, patch.buffer)
  expect(patchLayer(layer, T0 + 101 * 86_400_000)).toMatchObject({ whole: true, glidesUntilMs: 0 })
})

test('signing out keeps no value, id or place, refuses old handles, and removes all slots at once though a patch is on its way', () => {
  const layer = after([record('龙湾-77', 1, 1, { name: '张建国', heartRate: 77.25 }, [123.5, 2, 3])])
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
  takeRecords(layer, columns([record('b', 1, 1, {})]), createSeenWindow(), ports())
  expect(idOf(layer.slots, layer.slots.slotOf.get('b')!, 0)).toBeNull()
})
