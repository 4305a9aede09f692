// Live flow: decode -> **standing alarms** -> flags of their entities, alarm list. The server decides and keeps alarms;
// here stands only what it told: a copy that a snapshot replaces and sign-out empties.
import type { Alarm, AlarmState } from '../record/alarm.ts'

/** An alarm with the feed that told it: two servers may give one id. */
export interface HeardAlarm extends Alarm {
  readonly feed: string
}

/** What one alarm is known by in a twin of several feeds. */
export const alarmKey = ({ feed, id }: { readonly feed: string; readonly id: string }): string => JSON.stringify([feed, id])

/** Memory: bounded by the number of standing alarms, which the server bounds. */
export interface Standing {
  /** By {@link alarmKey}. */
  readonly alarms: Map<string, HeardAlarm>
  /** Keys of the alarms of one entity, by kind and id. */
  readonly byEntity: Map<string, Map<string, Set<string>>>
}
export const createStanding = (): Standing => ({ alarms: new Map(), byEntity: new Map() })

/** States that colour a marker. One that is shelved, suppressed or out of service stays in the list alone. */
const COLOURS: readonly AlarmState[] = ['unacknowledged', 'acknowledged', 'returned-unacknowledged']
export const isUnacknowledged = (state: AlarmState): boolean => state === 'unacknowledged' || state === 'returned-unacknowledged'

/** Takes an alarm as a server told it; `normal` ends it. */
export function putAlarm(standing: Standing, alarm: HeardAlarm): void {
  const key = alarmKey(alarm)
  unlink(standing, key)
  if (alarm.state === 'normal') return
  standing.alarms.set(key, alarm)
  let ofKind = standing.byEntity.get(alarm.kind)
  if (ofKind === undefined) standing.byEntity.set(alarm.kind, (ofKind = new Map()))
  const keys = ofKind.get(alarm.entity)
  if (keys === undefined) ofKind.set(alarm.entity, new Set([key]))
  else keys.add(key)
}

function unlink({ alarms, byEntity }: Standing, key: string): void {
  const known = alarms.get(key)
  if (known === undefined) return
  alarms.delete(key)
  const ofKind = byEntity.get(known.kind)!
  const keys = ofKind.get(known.entity)!
  keys.delete(key)
  if (keys.size === 0) ofKind.delete(known.entity)
}

export function alarmsOf({ alarms, byEntity }: Standing, kind: string, id: string): HeardAlarm[] {
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
  const keys = standing.byEntity.get(kind)?.get(id)
  if (keys === undefined) return NO_MARK
  let priority: 0 | 1 | 2 | 3 | 4 = 0
  let unacknowledged = false
  for (const key of keys) {
    const alarm = standing.alarms.get(key)!
    if (!COLOURS.includes(alarm.state)) continue
    if (priority === 0 || alarm.priority < priority) priority = alarm.priority
    unacknowledged ||= isUnacknowledged(alarm.state)
  }
  return { priority, unacknowledged }
}

/** The most severe first, unacknowledged before acknowledged, then what the server heard last: a device's clock may be wrong. */
export function inOrder(alarms: Iterable<HeardAlarm>): HeardAlarm[] {
  const waits = ({ state }: HeardAlarm) => Number(isUnacknowledged(state))
  return [...alarms].sort(
    (a, b) => a.priority - b.priority || waits(b) - waits(a) || b.heardMs - a.heardMs || (alarmKey(a) < alarmKey(b) ? -1 : 1),
  )
}
