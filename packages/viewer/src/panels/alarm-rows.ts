// Alarms of the worker -> rows in the reader's words. Pure; the list and the card show what comes out.

import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { AlarmShown } from '@twinmap/core/internal/worker/messages'
import type { AnyKind, Priority } from '@twinmap/core/kind'
import { ageWords } from '../locale/ages.ts'
import { type Locale, said, WORDS } from '../locale/words.ts'

export type Kinds = ReadonlyMap<string, AnyKind>

/** What an alarm is known by: each feed's server counts its own. */
export type AlarmRef = Pick<AlarmShown, 'feed' | 'id'>

/** One alarm as a list shows it. */
export interface AlarmRow extends AlarmRef {
  readonly priority: Priority
  /** What happened: `SOS 求助`. */
  readonly what: string
  /** To whom or what, masked: `Manhole M-12` where no layer shows it; null where the role may not know. */
  readonly whose: string | null
  readonly age: string
  /** Occurrences while it stands. */
  readonly count: number
  readonly state: string
  /** It waits for an operator. */
  readonly open: boolean
  /** It is open for longer than its rule allows. */
  readonly escalated: boolean
  /** An acknowledgement is on its way. */
  readonly pending: boolean
  /** In a flood, what it is shown with: the rule's alarms of one priority; null: it stands alone. */
  readonly group: string | null
}

/**
 * A flood of alarms, as ISA-18.2 counts it: more than so many that an operator must look at, in so long. Its rules are then
 * shown as groups; the most severe never are, since each of those is a person in need.
 */
export const FLOOD = { moreThan: 10, withinMs: 10 * 60_000 } as const

export const isOpen = ({ state }: Pick<AlarmShown, 'state'>): boolean => state === 'unacknowledged' || state === 'returned-unacknowledged'
/** Nobody came for as long as its rule allows; once somebody has, that is past. */
export const isEscalated = (alarm: Pick<AlarmShown, 'state' | 'escalated'>): boolean => alarm.escalated && isOpen(alarm)
const isShown = (alarm: AlarmShown): boolean => isOpen(alarm) || alarm.state === 'acknowledged'

/** The rule's own words, or those of its category where the rule is not known here. */
export function alarmWords(alarm: Pick<AlarmShown, 'kind' | 'rule' | 'category'>, kinds: Kinds, locale: Locale): string {
  const rule = alarm.kind === null || alarm.rule === null ? undefined : kinds.get(alarm.kind)?.alarms[alarm.rule]
  return rule === undefined ? WORDS[locale].alarmCategory[alarm.category] : said(rule.text, locale)
}

/** The name of what is on the map; of what is not, its kind and its id. */
export function whoseWords({ name, handle, kind, entity }: AlarmShown, kinds: Kinds, locale: Locale): string | null {
  if (handle !== null || kind === null || entity === null) return name
  const known = kinds.get(kind)
  return `${known === undefined ? kind : said(known.label, locale)} ${entity}`
}

export function alarmRow(alarm: AlarmShown, kinds: Kinds, locale: Locale, nowMs: number): AlarmRow {
  return {
    feed: alarm.feed,
    id: alarm.id,
    priority: alarm.priority,
    what: alarmWords(alarm, kinds, locale),
    whose: whoseWords(alarm, kinds, locale),
    age: ageWords(nowMs - alarm.raisedMs, locale, alarm.priority === 1 ? 'exact' : 'short'),
    count: alarm.count,
    state: WORDS[locale].alarmState[alarm.state],
    open: isOpen(alarm),
    escalated: isEscalated(alarm),
    pending: alarm.pending,
    group: null,
  }
}

/** What stands, the most severe first; among equals what waits for an operator, then the newest. */
export function bySeverity(alarms: readonly AlarmShown[]): readonly AlarmShown[] {
  return alarms
    .filter(isShown)
    .sort(
      (a, b) =>
        a.priority - b.priority || Number(isOpen(b)) - Number(isOpen(a)) || b.lastMs - a.lastMs || (alarmKey(a) < alarmKey(b) ? -1 : 1),
    )
}

const isFlood = (alarms: readonly AlarmShown[], nowMs: number): boolean =>
  alarms.filter((alarm) => isShown(alarm) && nowMs - alarm.lastMs < FLOOD.withinMs).length > FLOOD.moreThan

/** All that stands, in order. */
export function alarmRows(alarms: readonly AlarmShown[], kinds: Kinds, locale: Locale, nowMs: number): readonly AlarmRow[] {
  const standing = bySeverity(alarms)
  const rows = standing.map((alarm) => alarmRow(alarm, kinds, locale, nowMs))
  if (!isFlood(standing, nowMs)) return rows
  const keys = standing.map(({ kind, rule, category, priority }) => (priority === 1 ? '' : [priority, kind, rule, category].join(' ')))
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return rows.map((row, i) => ({ ...row, group: keys[i] !== '' && counts.get(keys[i]!)! > 1 ? keys[i]! : null }))
}
