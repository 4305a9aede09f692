// Alarms of the worker -> rows in the reader's words. Pure; the list and the card show what comes out.

import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { AlarmShown } from '@twinmap/core/internal/worker/messages'
import type { AnyKind, Priority } from '@twinmap/core/kind'
import { ageWords, clockWords } from '../locale/ages.ts'
import { valueWords } from '../locale/quantity.ts'
import { type Locale, said, WORDS } from '../locale/words.ts'

export type Kinds = ReadonlyMap<string, AnyKind>

/** What an alarm is known by: each feed's server counts its own. */
export type AlarmRef = Pick<AlarmShown, 'feed' | 'id'>

/** One alarm as a list shows it. */
export interface AlarmRow extends AlarmRef {
  readonly priority: Priority
  /** What happened: `SOS 求助`. */
  readonly what: string
  /** To whom or what, masked: `Manhole M-12` where no layer shows it. */
  readonly whose: string
  /** Since the server last heard of it; a device's own clock may be wrong. */
  readonly age: string
  /** Since the server first heard of it. */
  readonly lasts: string
  /** What happened and when, by the twin's clock: `14:03 已按下`; where its rule has no words for that, since when. */
  readonly happened: string
  /** Occurrences while it stands. */
  readonly count: number
  /** Its state in words: who acknowledged it, and when; of a disclosure who goes there, and who reported it done. */
  readonly state: string
  /** It is a disclosure: others see what is behind it. */
  readonly disclosed: boolean
  /** It waits for an operator. */
  readonly open: boolean
  /** It is open for longer than its rule allows. */
  readonly escalated: boolean
  /** What was asked and the feed has not shown yet. */
  readonly asked: AlarmShown['asked']
  /** In a flood, what it is shown with: the alarms of one rule, or one disclosure, and one priority; null: it stands alone. */
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
/** It stands in the list. */
export const isShown = (alarm: AlarmShown): boolean => isOpen(alarm) || alarm.state === 'acknowledged'

/** What a record holds by a name of the wire, which may be that of what every object has. */
export const named = <T>(from: Readonly<Record<string, T>>, name: string | null): T | undefined =>
  name !== null && Object.hasOwn(from, name) ? from[name] : undefined

/** The words of its rule or its disclosure, or those of its category where that is not known here. */
export function alarmWords(alarm: Pick<AlarmShown, 'kind' | 'rule' | 'as' | 'category'>, kinds: Kinds, locale: Locale): string {
  const { alarms = {}, disclosures = {} } = kinds.get(alarm.kind) ?? {}
  const text = named(alarms, alarm.rule)?.text ?? named(disclosures, alarm.as)?.label
  return text === undefined ? WORDS[locale].alarmCategory[alarm.category] : said(text, locale)
}

/** The name of what is on the map; of what is not, its kind and its id. */
export function whoseWords({ name, handle, kind, entity }: AlarmShown, kinds: Kinds, locale: Locale): string {
  if (handle !== null) return name
  const known = kinds.get(kind)
  return `${known === undefined ? kind : said(known.label, locale)} ${entity}`
}

function stateWords({ as, state, acknowledged, done }: AlarmShown, locale: Locale, clock: (atMs: number) => string): string {
  const w = WORDS[locale]
  if (as === null && state === 'acknowledged' && acknowledged !== null) return w.acknowledgedBy(acknowledged.by, clock(acknowledged.atMs))
  if (as === null || state === 'normal') return w.alarmState[state]
  if (acknowledged === null && done === null) return w.disclosureOpen
  return [acknowledged && w.takenBy(acknowledged.by, clock(acknowledged.atMs)), done && w.doneBy(done.by, clock(done.atMs))]
    .filter((words) => words !== null)
    .join(' · ')
}

/** A latched rule is about a moment, which its field has words for: `14:03 已按下`. All else is told by its begin. */
function happenedWords(alarm: AlarmShown, kinds: Kinds, locale: Locale, clock: (atMs: number) => string): string {
  const w = WORDS[locale]
  const kind = kinds.get(alarm.kind)
  const rule = named(kind?.alarms ?? {}, alarm.rule)
  const field = rule?.latch === true && rule.when.op === 'is' ? named(kind?.fields ?? {}, rule.when.field) : undefined
  if (field === undefined || rule?.when.op !== 'is') return w.since(clock(alarm.raisedMs))
  return w.happened(valueWords(field, rule.when.value, locale), clock(alarm.lastMs))
}

/** @param timeZone - the twin's, whose clock the row tells. */
export function alarmRow(alarm: AlarmShown, kinds: Kinds, locale: Locale, nowMs: number, timeZone: string): AlarmRow {
  const clock = (atMs: number) => clockWords(atMs, nowMs, locale, timeZone)
  const style = alarm.priority === 1 ? 'exact' : 'short'
  return {
    feed: alarm.feed,
    id: alarm.id,
    priority: alarm.priority,
    what: alarmWords(alarm, kinds, locale),
    whose: whoseWords(alarm, kinds, locale),
    age: ageWords(nowMs - alarm.heardMs, locale, style),
    lasts: ageWords(nowMs - alarm.enteredMs, locale, style),
    happened: happenedWords(alarm, kinds, locale, clock),
    count: alarm.count,
    state: stateWords(alarm, locale, clock),
    disclosed: alarm.as !== null,
    open: isOpen(alarm),
    escalated: isEscalated(alarm),
    asked: alarm.asked,
    group: null,
  }
}

/** What stands, the most severe first; among equals what waits for an operator, then what the server heard last. */
export function bySeverity(alarms: readonly AlarmShown[]): readonly AlarmShown[] {
  return alarms
    .filter(isShown)
    .sort(
      (a, b) =>
        a.priority - b.priority || Number(isOpen(b)) - Number(isOpen(a)) || b.heardMs - a.heardMs || (alarmKey(a) < alarmKey(b) ? -1 : 1),
    )
}

const isFlood = (alarms: readonly AlarmShown[], nowMs: number): boolean =>
  alarms.filter((alarm) => isShown(alarm) && nowMs - alarm.heardMs < FLOOD.withinMs).length > FLOOD.moreThan

/** All that stands, in order. */
export function alarmRows(
  alarms: readonly AlarmShown[],
  kinds: Kinds,
  locale: Locale,
  nowMs: number,
  timeZone: string,
): readonly AlarmRow[] {
  const standing = bySeverity(alarms)
  const rows = standing.map((alarm) => alarmRow(alarm, kinds, locale, nowMs, timeZone))
  if (!isFlood(standing, nowMs)) return rows
  const keys = standing.map(({ kind, rule, as, priority }) => (priority === 1 ? '' : JSON.stringify([priority, kind, rule, as])))
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return rows.map((row, i) => ({ ...row, group: keys[i] !== '' && counts.get(keys[i]!)! > 1 ? keys[i]! : null }))
}
