// Worker: handle -> **describe** -> card, alarm list. The only way out for strings, and where names are masked.
import { timeAt, valueAt } from '../live/columns.ts'
import { type Layer, placeInLayer, settledInLayer } from '../live/layer.ts'
import { FRESHNESS_MASK, FRESHNESS_SHIFT, type Handle, WORDS } from '../live/layout.ts'
import { maskName } from '../live/mask-name.ts'
import type { Settle } from '../live/settle.ts'
import { alarmKey, alarmsOf, type HeardAlarm, inOrder } from '../live/standing.ts'
import type { Location, Value } from '../record/record.ts'
import type { LiveTwin } from './live-twin.ts'
import type { AlarmShown, Described, DescribedField } from './messages.ts'

const FRESHNESS = ['fresh', 'late', 'stale'] as const

export const handleOf = (layer: Layer, slot: number): Handle => ({ layer: layer.id, slot, generation: layer.slots.generation[slot]! })

/** What an entity is called to people: its name, masked where it is a person's, else its id. */
export function shownName(layer: Layer, slot: number): string {
  const name = layer.kind.name === undefined ? null : shownValue(layer, slot, layer.kind.name)
  return typeof name === 'string' && name !== '' ? name : layer.slots.ids[slot]!
}

/** A property as it may leave the worker. */
export function shownValue(layer: Layer, slot: number, property: string): Value | null {
  const column = layer.columns.properties.get(property)
  const value = column === undefined ? null : valueAt(column, slot)
  const isPersonsName = property === layer.kind.name && layer.kind.fields[property]?.privacy === 'personal'
  return isPersonsName && typeof value === 'string' ? maskName(value) : value
}

export function describe(twin: LiveTwin, layer: Layer, slot: number, settle: Settle): Described {
  const id = layer.slots.ids[slot]!
  const fields: DescribedField[] = []
  for (const field of layer.kind.card) {
    const value = shownValue(layer, slot, field)
    if (value !== null) fields.push({ field, value, tMs: timeAt(layer.columns.properties.get(field)!, slot) })
  }
  const heardMs = layer.columns.heardMs[slot]!
  const clockOffMs = layer.columns.clockOffMs[slot]!
  const settled = settledInLayer(layer, slot, settle)
  const freshness = (layer.motion.u32[slot * WORDS + 7]! & FRESHNESS_MASK) >>> FRESHNESS_SHIFT
  return {
    handle: handleOf(layer, slot),
    kind: layer.kind.kind,
    id,
    name: shownName(layer, slot),
    fields,
    location: placeInLayer(layer, slot, settled),
    settled,
    heardMs: Number.isNaN(heardMs) ? null : heardMs,
    clockOffMs: Number.isNaN(clockOffMs) ? null : clockOffMs,
    freshness: FRESHNESS[freshness]!,
    alarms: inOrder(alarmsOf(twin.standing, layer.kind.kind, id)).map((alarm) => showAlarm(twin, alarm, settle)),
  }
}

export function showAlarm(twin: LiveTwin, alarm: HeardAlarm, settle: Settle): AlarmShown {
  const found = findEntity(twin, alarm.kind, alarm.entity)
  const asked = twin.pending.get(alarmKey(alarm))?.type ?? null
  return {
    ...alarm,
    name: found === null ? alarm.entity : shownName(found.layer, found.slot),
    handle: found === null ? null : handleOf(found.layer, found.slot),
    at: (found === null ? null : standsAt(found.layer, found.slot, settle)) ?? alarm.place,
    pending: asked !== null,
    asked,
  }
}

/** Its place with a height, whoever told that; null where it has no place. */
function standsAt(layer: Layer, slot: number, settle: Settle): Location | null {
  const settled = settledInLayer(layer, slot, settle)
  const told = placeInLayer(layer, slot, settled)
  return told === null || told.length === 3 || settled === null ? told : [told[0], told[1], settled.heightEllipsoidalMeters]
}

/** All that stands, in the order of the list. */
export const showAlarms = (twin: LiveTwin, settle: Settle): AlarmShown[] =>
  inOrder(twin.standing.alarms.values()).map((alarm) => showAlarm(twin, alarm, settle))

export function findEntity({ layers }: LiveTwin, kind: string, id: string): { readonly layer: Layer; readonly slot: number } | null {
  for (const { layer } of layers.values()) {
    const slot = layer.kind.kind === kind ? layer.slots.slotOf.get(id) : undefined
    if (slot !== undefined) return { layer, slot }
  }
  return null
}
