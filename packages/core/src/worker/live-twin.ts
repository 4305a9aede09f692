// Worker: envelope -> **live twin** (layers, standing alarms) -> patches, list, labels. Which layers hear which feed, and
// what an envelope does to them. Pure: time and places come in. The page judges and orders nothing: rows come in the order in
// which they hold, and are set over what is there.

import { createPending, type Pending, settlePending } from '../actions/pending.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { Layer, LayerPorts } from '../live/layer.ts'
import { createLayer, refreshFlags, removeEntity, takeHeard, takeRecords, takeSnapshot, wipeLayer } from '../live/layer.ts'
import { alarmKey, createStanding, type HeardAlarm, putAlarm, type Standing } from '../live/standing.ts'
import type { Envelope } from '../record/envelope.ts'

/** A layer with what it hears: two layers of one kind each hear every row. */
export interface LiveLayer {
  readonly layer: Layer
  readonly feed: string | null
  /** Property that labels its markers, from the document's style. */
  readonly label: string | null
}

/** Memory: that of its layers and of the standing alarms; nothing here grows with time. */
export interface LiveTwin {
  readonly layers: Map<string, LiveLayer>
  readonly standing: Standing
  readonly pending: Pending
}

export const createLiveTwin = (): LiveTwin => ({
  layers: new Map(),
  standing: createStanding(),
  pending: createPending(),
})

export function addLayer(
  twin: LiveTwin,
  {
    id,
    kind,
    feed,
    label,
    twinMs,
  }: { readonly id: string; readonly kind: AnyKind; readonly feed: string | null; readonly label: string | null; readonly twinMs: number },
): LiveLayer {
  const added: LiveLayer = { layer: createLayer(id, kind, twinMs), feed, label }
  twin.layers.set(id, added)
  return added
}

export type Ports = Omit<LayerPorts, 'standing'>

/** Takes the next envelope of a feed. @returns whether the list of alarms changed. */
export function takeEnvelope(twin: LiveTwin, feed: string, envelope: Envelope, given: Ports): boolean {
  const ports: LayerPorts = { ...given, standing: twin.standing }
  // Alarms first: the flags of the records' entities are then read once, and right.
  const touched = takeAlarms(twin, feed, envelope)
  for (const { layer, feed: from } of twin.layers.values()) {
    if (from !== feed) continue
    const records = (envelope.records ?? []).filter(({ kind }) => kind === layer.kind.kind)
    if (envelope.snapshot) takeSnapshot(layer, records, ports)
    else for (const each of records) takeRecords(layer, each, ports)
    takeHeard(layer, ofKind(envelope.heard, layer.kind.kind) ?? {}, ports)
    for (const id of ofKind(envelope.gone, layer.kind.kind) ?? []) removeEntity(layer, id, ports)
  }
  for (const { kind, entity } of touched) {
    for (const { layer } of twin.layers.values()) {
      const slot = layer.kind.kind === kind ? layer.slots.slotOf.get(entity) : undefined
      if (slot !== undefined) refreshFlags(layer, slot, ports)
    }
  }
  return touched.length > 0
}

/** A kind may be called as a property that every object has. */
const ofKind = <T>(told: Readonly<Record<string, T>> | undefined, kind: string): T | undefined =>
  told !== undefined && Object.hasOwn(told, kind) ? told[kind] : undefined

function takeAlarms({ standing, pending }: LiveTwin, feed: string, { snapshot, alarms = [] }: Envelope): HeardAlarm[] {
  const touched: HeardAlarm[] = []
  const put = (alarm: HeardAlarm) => {
    const before = standing.alarms.get(alarmKey(alarm))
    if (before !== undefined) touched.push(before)
    touched.push(alarm)
    putAlarm(standing, alarm)
    settlePending(pending, alarm)
  }
  if (snapshot) {
    const told = new Set(alarms.map(({ id }) => id))
    for (const alarm of [...standing.alarms.values()]) {
      // A snapshot of one feed ends no alarm of another.
      if (alarm.feed === feed && !told.has(alarm.id)) put({ ...alarm, state: 'normal' })
    }
  }
  for (const alarm of alarms) put({ ...alarm, feed })
  return touched
}

/** Signed out: nothing of anybody stays. Layers keep their generations alone, so that old handles are refused. */
export function wipeTwin({ layers, standing, pending }: LiveTwin): void {
  for (const { layer } of layers.values()) wipeLayer(layer)
  standing.alarms.clear()
  standing.byEntity.clear()
  pending.clear()
}
