// Live flow: decode -> **layer** (columns -> motion, flags) -> patch. One kind of things in one twin: it joins the parts of
// this room and has no law of its own. Pure: time, places and alarms come in.
import { type AnyKind, DEFAULT_GLIDE_MS } from '../kind/kind.ts'
import type { Location, RecordColumns, Value } from '../record/record.ts'
import { type Columns, clearRow, columnOf, createColumns, growColumns, hasPlace, NEVER, placeOf, putPlace, putValue } from './columns.ts'
import { flagsOf } from './flags.ts'
import { freshnessOf, nextAgeMs } from './freshness.ts'
import { buildGrid, type Candidate, type Grid, pickInGrid } from './grid.ts'
import { FRESHNESS_MASK, FRESHNESS_SHIFT, HIDDEN, type Patch, PRIORITY_MASK, WORDS } from './layout.ts'
import { BASE_LASTS_MS, createMotion, glideTo, growMotion, hideSlot, type Motion, rebase, setFlags } from './motion.ts'
import { keepSpare, type Spares, takePatch } from './patch.ts'
import type { PlateView } from './plate.ts'
import type { Settle, Settled } from './settle.ts'
import { createSlots, endSlot, freeTold, type Slots, takeSlot } from './slots.ts'
import { markOf, type Standing } from './standing.ts'
import type { ToEnu } from './to-enu.ts'

/** What an inventory says of one thing; any row of a feed is newer. */
export interface BaseRow {
  readonly location: Location | null
  readonly properties: Readonly<Record<string, Value>>
}

export interface Layer {
  readonly id: string
  readonly kind: AnyKind
  readonly slots: Slots
  readonly columns: Columns
  readonly motion: Motion
  /** Rows of its inventory; they stay where the feed knows nothing of them. */
  readonly base: Map<string, BaseRow>
  /** Own time of the fix that each slot was last sent to, and when the server heard it, UTC ms: 2 a slot; NaN: none. */
  fixMs: Float64Array<ArrayBuffer>
  readonly spares: Spares
  /** Patches on their way; until `recycle` changes gather. */
  onItsWay: number
  /** Of those, how many were filled before a sign-out: zeroed when they come back. */
  toZero: number
  /** The next patch holds every slot, as the first does. */
  whole: boolean
  grid: Grid | null
  /** Twin time at which the age of some entity changes next, or earlier. */
  nextAgeMs: number
  visible: boolean
  /** Further than this along the view its markers at rest are dots. */
  dotBeyondMeters: number
}

/** What changes with time and place, given by the host. */
export interface LayerPorts {
  readonly twinMs: number
  readonly toEnu: ToEnu
  readonly settle: Settle
  readonly standing: Standing
}

export function createLayer(id: string, kind: AnyKind, twinMs: number): Layer {
  return {
    id,
    kind,
    slots: createSlots(),
    columns: createColumns(kind),
    motion: createMotion(twinMs),
    base: new Map(),
    fixMs: new Float64Array(32).fill(Number.NaN),
    spares: [],
    onItsWay: 0,
    toZero: 0,
    whole: true,
    grid: null,
    nextAgeMs: Number.POSITIVE_INFINITY,
    visible: true,
    dotBeyondMeters: Number.POSITIVE_INFINITY,
  }
}

function slotFor(layer: Layer, id: string): number {
  const slot = takeSlot(layer.slots, id)
  growMotion(layer.motion, layer.slots.ids.length)
  growColumns(layer.columns, layer.slots.ids.length)
  if (layer.fixMs.length < 2 * layer.columns.capacity) {
    const more = new Float64Array(2 * layer.columns.capacity).fill(Number.NaN)
    more.set(layer.fixMs)
    layer.fixMs = more
  }
  return slot
}

const enu = new Float64Array(3)

/**
 * Sets rows of the layer's kind over what it has: they come in the order in which they hold. Column by column, so that no
 * row becomes an object.
 */
export function takeRecords(layer: Layer, records: RecordColumns, ports: LayerPorts): void {
  const { columns } = layer
  const count = records.id.length
  const rows = new Int32Array(count) // the slot of each
  for (let i = 0; i < count; i++) {
    const slot = (rows[i] = slotFor(layer, records.id[i]!))
    const heardMs = records.heardMs[i]!
    hear(columns, slot, heardMs)
    columns.clockOffMs[slot] = records.clockOffMs?.[i] ?? Number.NaN
    const location = records.location[i]
    if (location !== null && location !== undefined) takePlace(layer, slot, location, records.t[i]!, heardMs, ports)
  }
  for (const property in records.properties) {
    const values = records.properties[property]!
    const column = columnOf(columns, property)
    if (column === null) continue
    for (let i = 0; i < count; i++) {
      const value = values[i]
      if (value !== null && value !== undefined) putValue(column, rows[i]!, value, records.t[i]!)
    }
  }
  for (let i = 0; i < count; i++) refreshFlags(layer, rows[i]!, ports)
}

/** Entities that were heard and said nothing new to this viewer: they are no older than that. */
export function takeHeard(layer: Layer, heard: Readonly<Record<string, number>>, ports: LayerPorts): void {
  for (const id of Object.keys(heard)) {
    const slot = layer.slots.slotOf.get(id)
    if (slot === undefined) continue
    hear(layer.columns, slot, heard[id]!)
    refreshFlags(layer, slot, ports)
  }
}

/** A late record was heard late too, so the last row has the last time; a snapshot's rows are ordered by their own times. */
function hear({ heardMs }: Columns, slot: number, ms: number): void {
  if (!(heardMs[slot]! >= ms)) heardMs[slot] = ms
}

function takePlace(layer: Layer, slot: number, location: Location, t: number, heardMs: number, ports: LayerPorts): void {
  if (!putPlace(layer.columns, slot, location, t)) return
  const { fixMs, columns } = layer
  // The times of a clock that is off are a guess, so the gap to the fix before is then measured by the server's.
  const gapMs = Number.isNaN(columns.clockOffMs[slot]!) ? t - fixMs[2 * slot]! : heardMs - fixMs[2 * slot + 1]!
  fixMs[2 * slot] = t === NEVER ? Number.NaN : t
  fixMs[2 * slot + 1] = heardMs
  sendMarker(layer, slot, gapMs, ports)
}

/** Sends a marker to where its columns say that it is; one that is there already stays. */
function sendMarker(layer: Layer, slot: number, gapMs: number, { toEnu, settle, twinMs }: LayerPorts): void {
  const { values } = layer.columns.place
  const [longitude, latitude, height] = [values[3 * slot]!, values[3 * slot + 1]!, values[3 * slot + 2]!]
  toEnu(longitude, latitude, Number.isNaN(height) ? settle(longitude, latitude).heightEllipsoidalMeters : height, enu)
  const { f32, u32 } = layer.motion
  const at = slot * WORDS
  const there = (u32[at + 7]! & HIDDEN) === 0
  if (there && f32[at] === Math.fround(enu[0]!) && f32[at + 1] === Math.fround(enu[1]!) && f32[at + 2] === Math.fround(enu[2]!)) return
  glideTo(layer.motion, slot, enu[0]!, enu[1]!, enu[2]!, gapMs, layer.kind.glideMs ?? DEFAULT_GLIDE_MS, twinMs)
  layer.grid = null
}

/** The mesh is another one, or is known only now: what came without a height is set on it, at once. */
export function settleLayer(layer: Layer, ports: LayerPorts): void {
  const { columns, slots } = layer
  for (const slot of slots.slotOf.values())
    if (hasPlace(columns, slot) && Number.isNaN(columns.place.values[3 * slot + 2]!)) sendMarker(layer, slot, Number.NaN, ports)
}

/** Reads flags anew: what the symbol, the alarms and the age say of a slot. */
export function refreshFlags(layer: Layer, slot: number, { twinMs, standing }: LayerPorts): void {
  const { columns, kind, slots } = layer
  const heardMs = columns.heardMs[slot]!
  const freshness = freshnessOf(heardMs, twinMs, kind.everyMs)
  layer.nextAgeMs = Math.min(layer.nextAgeMs, nextAgeMs(heardMs, twinMs, kind.everyMs))
  const hidden = layer.motion.u32[slot * WORDS + 7]! & HIDDEN
  const { priority, unacknowledged } = markOf(standing, kind.kind, slots.ids[slot]!)
  const flags = flagsOf(columns, slot, { priority, unacknowledged, freshness })
  if (hidden !== (flags & HIDDEN)) {
    layer.grid = null
    if ((flags & HIDDEN) !== 0) hideSlot(layer.motion, slot) // where it was is no longer to be known
  }
  setFlags(layer.motion, slot, flags)
}

/** Ages all where the time has come; a layer at rest wakes once for each change. */
export function refreshAges(layer: Layer, ports: LayerPorts): void {
  if (ports.twinMs < layer.nextAgeMs) return
  const { columns, kind, motion, slots } = layer
  let next = Number.POSITIVE_INFINITY
  for (const slot of slots.slotOf.values()) {
    const heardMs = columns.heardMs[slot]!
    const freshness = freshnessOf(heardMs, ports.twinMs, kind.everyMs)
    setFlags(motion, slot, (motion.u32[slot * WORDS + 7]! & ~FRESHNESS_MASK) | (freshness << FRESHNESS_SHIFT))
    next = Math.min(next, nextAgeMs(heardMs, ports.twinMs, kind.everyMs))
  }
  layer.nextAgeMs = next
}

/** Sets the inventory's rows: things without time. */
export function takeBase(layer: Layer, base: Iterable<readonly [id: string, row: BaseRow]>, ports: LayerPorts): void {
  for (const [id, row] of base) {
    layer.base.set(id, row)
    const slot = slotFor(layer, id)
    putBase(layer, slot, row, ports)
    refreshFlags(layer, slot, ports)
  }
}

function putBase(layer: Layer, slot: number, row: BaseRow, ports: LayerPorts): void {
  if (row.location !== null) takePlace(layer, slot, row.location, NEVER, Number.NaN, ports)
  for (const property of Object.keys(row.properties)) {
    const column = columnOf(layer.columns, property)
    if (column !== null) putValue(column, slot, row.properties[property]!, NEVER)
  }
}

/** Takes entities out; one that the inventory knows falls back to what that says. */
export function removeEntity(layer: Layer, id: string, ports: LayerPorts): void {
  const slot = layer.slots.slotOf.get(id)
  if (slot === undefined) return
  clearRow(layer.columns, slot)
  layer.grid = null
  const base = layer.base.get(id)
  if (base !== undefined) {
    putBase(layer, slot, base, ports)
    refreshFlags(layer, slot, ports)
    return
  }
  endSlot(layer.slots, slot)
  hideSlot(layer.motion, slot)
}

/**
 * Replaces what the feed told: state that is not in the snapshot goes, entities that are in it keep their slot, so a card
 * that stands open stays open, and a marker that stayed where it is does not move.
 */
export function takeSnapshot(layer: Layer, records: readonly RecordColumns[], ports: LayerPorts): void {
  const { slots, columns } = layer
  const present = new Set(records.flatMap(({ id }) => id))
  for (const [id, slot] of [...slots.slotOf]) {
    if (present.has(id)) clearRow(columns, slot)
    else removeEntity(layer, id, ports)
  }
  for (const each of records) takeRecords(layer, each, ports)
  // The inventory comes last and fills only what the snapshot leaves: else a marker would jump to its place there and back.
  for (const id of present) {
    const base = layer.base.get(id)
    if (base === undefined) continue
    putBase(layer, slots.slotOf.get(id)!, base, ports)
    refreshFlags(layer, slots.slotOf.get(id)!, ports)
  }
}

/** Signed out: every value, id, place and buffer is overwritten; the next patch removes all slots. */
export function wipeLayer(layer: Layer): void {
  const { slots, columns, motion } = layer
  for (const slot of slots.slotOf.values()) {
    endSlot(slots, slot)
    hideSlot(motion, slot)
  }
  for (const { numbers, words, t } of columns.properties.values()) {
    for (const array of [numbers, t]) array?.fill(0)
    if (words !== null) words.length = 0
  }
  columns.properties.clear()
  columns.place.values.fill(Number.NaN)
  for (const times of [columns.place.t, columns.heardMs, columns.clockOffMs, layer.fixMs]) times.fill(Number.NaN)
  motion.bounds.fill(Number.NaN)
  motion.glidesUntilMs = 0
  layer.base.clear()
  for (const spare of layer.spares.splice(0)) new Uint8Array(spare).fill(0)
  layer.grid = null
  layer.nextAgeMs = Number.POSITIVE_INFINITY
  layer.toZero = layer.onItsWay
  layer.whole = true
}

/** The twin's clock was set: what glided is there now, and every age is read anew. */
export function seekLayer(layer: Layer, ports: LayerPorts): void {
  rebase(layer.motion, ports.twinMs, { seek: true })
  layer.whole = true
  layer.grid = null
  layer.nextAgeMs = Number.NEGATIVE_INFINITY
  refreshAges(layer, ports)
}

/** The next patch, or null where nothing changed or one is still on its way; `atOnce`, for a sign-out, does not wait for that. */
export function patchLayer(
  layer: Layer,
  twinMs: number,
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): (Patch & { readonly buffer: ArrayBuffer }) | null {
  if (layer.onItsWay > 0 && !atOnce) return null
  if (twinMs - layer.motion.timeBaseMs > BASE_LASTS_MS) layer.whole = true
  const { whole } = layer
  if (whole) rebase(layer.motion, twinMs, { seek: false })
  const patch = takePatch(layer.motion, layer.slots, layer.spares, { layer: layer.id, whole, twinMs })
  layer.whole = false
  if (patch !== null) layer.onItsWay++
  return patch
}

/** A patch came back: its buffer is filled again, and the slots it removed are free. */
export function recycleLayer(layer: Layer, buffer: ArrayBuffer): void {
  layer.onItsWay = Math.max(0, layer.onItsWay - 1)
  if (layer.onItsWay === 0) freeTold(layer.slots)
  if (layer.toZero > 0) {
    layer.toZero--
    new Uint8Array(buffer).fill(0)
  }
  keepSpare(layer.spares, buffer)
}

export function pickInLayer(
  layer: Layer,
  at: { readonly x: number; readonly y: number; readonly view: PlateView; readonly twinMs: number },
): Candidate[] {
  layer.grid ??= buildGrid(layer.motion)
  const met = pickInGrid(layer.grid, layer.motion, { shape: layer.kind.symbol.shape, dotBeyondMeters: layer.dotBeyondMeters }, at)
  // An alarm of a hidden layer is drawn all the same.
  return layer.visible ? met : met.filter(({ slot }) => (layer.motion.u32[slot * WORDS + 7]! & PRIORITY_MASK) !== 0)
}

/** How many are known, and how old they are. */
export function countLayer(layer: Layer): { count: number; fresh: number; late: number; stale: number; heardMs: number | null } {
  const by: [number, number, number] = [0, 0, 0]
  let heardMs = Number.NEGATIVE_INFINITY
  for (const slot of layer.slots.slotOf.values()) {
    const freshness = (layer.motion.u32[slot * WORDS + 7]! & FRESHNESS_MASK) >>> FRESHNESS_SHIFT
    by[freshness as 0 | 1 | 2]++
    const heard = layer.columns.heardMs[slot]!
    if (heard > heardMs) heardMs = heard
  }
  const [fresh, late, stale] = by
  return { count: layer.slots.slotOf.size, fresh, late, stale, heardMs: heardMs === Number.NEGATIVE_INFINITY ? null : heardMs }
}

/** Where an entity is, as its feed told it: two coordinates stay two. Of what an inventory places, with the height of `settled`. */
export function placeInLayer(layer: Layer, slot: number, settled: Settled | null): Location | null {
  const told = placeOf(layer.columns, slot)
  if (told === null || settled === null || layer.columns.place.t[slot] !== NEVER) return told
  return [told[0], told[1], settled.heightEllipsoidalMeters]
}

/** How it came by its height; null without a place, and where its feed told the height. */
export function settledInLayer(layer: Layer, slot: number, settle: Settle): Settled | null {
  const told = placeOf(layer.columns, slot)
  if (told === null) return null
  const [longitude, latitude, height] = told
  if (height === undefined) return settle(longitude, latitude)
  return layer.columns.place.t[slot] === NEVER ? { method: 'given', heightEllipsoidalMeters: height, errorMeters: null } : null
}
