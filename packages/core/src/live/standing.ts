// Live flow: decode -> **standing alarms** -> flags of their entities, alarm list. The server decides and keeps alarms;
// here stands only what it told: a copy that a snapshot replaces and sign-out empties.
import type { Alarm, AlarmState } from '../record/alarm.ts'

/** Memory: bounded by the number of standing alarms, which the server bounds. */
export interface Standing {
  readonly alarms: Map<string, Alarm>
  /** Ids of the alarms of one entity, by kind and id. */
  readonly byEntity: Map<string, Map<string, Set<string>>>
}
export const createStanding = (): Standing => ({ alarms: new Map(), byEntity: new Map() })

/** States that colour a marker. One that is shelved, suppressed or out of service stays in the list alone. */
const COLOURS: readonly AlarmState[] = ['unacknowledged', 'acknowledged', 'returned-unacknowledged']
export const isUnacknowledged = (state: AlarmState): boolean => state === 'unacknowledged' || state === 'returned-unacknowledged'

/** Takes an alarm as the server told it; `normal` ends it. */
export function putAlarm(standing: Standing, alarm: Alarm): void {
  unlink(standing, alarm.id)
  if (alarm.state === 'normal') return
  standing.alarms.set(alarm.id, alarm)
  if (alarm.kind === null || alarm.entity === null) return
  let ofKind = standing.byEntity.get(alarm.kind)
  if (ofKind === undefined) standing.byEntity.set(alarm.kind, (ofKind = new Map()))
  const ids = ofKind.get(alarm.entity)
  if (ids === undefined) ofKind.set(alarm.entity, new Set([alarm.id]))
  else ids.add(alarm.id)
}

function unlink({ alarms, byEntity }: Standing, id: string): void {
  const known = alarms.get(id)
  if (known === undefined) return
  alarms.delete(id)
  if (known.kind === null || known.entity === null) return
  const ids = byEntity.get(known.kind)?.get(known.entity)
  ids?.delete(id)
  if (ids?.size === 0) byEntity.get(known.kind)?.delete(known.entity)
}

export function alarmsOf({ alarms, byEntity }: Standing, kind: string, id: string): Alarm[] {
  return [...(byEntity.get(kind)?.get(id) ?? [])].map((alarm) => alarms.get(alarm)!)
}

interface Mark {
  readonly priority: 0 | 1 | 2 | 3 | 4
  readonly unacknowledged: boolean
}
const NO_MARK: Mark = { priority: 0, unacknowledged: false }

/** What an entity's marker shows of its alarms: the worst priority that stands, and whether any waits for a word. */
export function markOf(
  standing: Standing,
  kind: string,
  id: string,
): { readonly priority: 0 | 1 | 2 | 3 | 4; readonly unacknowledged: boolean } {
  const ids = standing.byEntity.get(kind)?.get(id)
  if (ids === undefined) return NO_MARK
  let priority: 0 | 1 | 2 | 3 | 4 = 0
  let unacknowledged = false
  for (const alarmId of ids) {
    const alarm = standing.alarms.get(alarmId)!
    if (!COLOURS.includes(alarm.state)) continue
    if (priority === 0 || alarm.priority < priority) priority = alarm.priority
    unacknowledged ||= isUnacknowledged(alarm.state)
  }
  return { priority, unacknowledged }
}

/** The most severe first, unacknowledged before acknowledged, then the newest. */
export function inOrder(alarms: Iterable<Alarm>): Alarm[] {
  const waits = (alarm: Alarm) => (isUnacknowledged(alarm.state) ? 0 : 1)
  return [...alarms].sort((a, b) => a.priority - b.priority || waits(a) - waits(b) || b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1))
}
