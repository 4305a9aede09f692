// What the worker describes -> a card in the reader's words. Pure; twin-card only shows it.

import type { Value } from '@twinmap/core/internal/record/record'
import type { AlarmShown, Described } from '@twinmap/core/internal/worker/messages'
import type { AnyCondition, AnyKind, Priority } from '@twinmap/core/kind'
import { agoWords, clockOffWords, clockWords } from '../locale/ages.ts'
import { valueWords, withUnit } from '../locale/quantity.ts'
import { type Locale, said, WORDS } from '../locale/words.ts'
import { type AlarmAct, actsOf } from './alarm-acts.ts'
import { type AlarmRow, alarmRow, bySeverity, type Kinds, named, whoseWords } from './alarm-rows.ts'

export interface CardRow {
  readonly label: string
  readonly value: string
  /** Its limit, or when it was measured, if that is not when the whole was heard. */
  readonly note: string
  /** The worst standing alarm that reads this field. */
  readonly priority: Priority | null
}

/** An alarm with its buttons, in order. */
export interface CardAlarm extends AlarmRow {
  readonly acts: readonly AlarmAct[]
}

export interface CardModel {
  readonly title: string
  /** The worst standing alarm. */
  readonly priority: Priority | null
  readonly symbol: Pick<AnyKind['symbol'], 'shape' | 'glyph'> | null
  /** Its kind, how old it is, and by how much its device's clock is off. */
  readonly sub: string
  readonly stale: boolean
  readonly rows: readonly CardRow[]
  readonly alarms: readonly CardAlarm[]
}

export interface CardContext {
  readonly kinds: Kinds
  readonly locale: Locale
  readonly nowMs: number
  readonly timeZone: string
}

/** A reading older than the last word by more than this is shown with its own time. */
const OWN_TIME_MS = 60_000

export function entityCard(described: Described, context: CardContext): CardModel {
  const { kinds, locale, nowMs } = context
  const kind = kinds.get(described.kind)
  const label = kind === undefined ? described.kind : said(kind.label, locale)
  const standing = bySeverity(described.alarms)
  const w = WORDS[locale]
  const heard = described.heardMs === null ? w.still : agoWords(nowMs - described.heardMs, locale, 'exact')
  return {
    title: described.name,
    priority: standing[0]?.priority ?? null,
    symbol: kind?.symbol ?? null,
    sub: [
      label,
      heard,
      described.freshness === 'stale' ? w.stale : '',
      described.clockOffMs === null ? '' : clockOffWords(described.clockOffMs, locale),
    ]
      .filter((part) => part !== '')
      .join(' · '),
    stale: described.freshness === 'stale',
    rows: kind === undefined ? [] : fieldRows(described, kind, standing, context),
    alarms: standing.map((alarm) => cardAlarm(alarm, standing, context)),
  }
}

const cardAlarm = (alarm: AlarmShown, beside: readonly AlarmShown[], { kinds, locale, nowMs, timeZone }: CardContext): CardAlarm => ({
  ...alarmRow(alarm, kinds, locale, nowMs, timeZone),
  acts: actsOf(alarm, beside, kinds),
})

/**
 * An alarm whose entity is not known here: what, where and how severe, and it can be acted on all the same.
 *
 * @param beside - all that stands: another alarm of the same entity may be behind it.
 */
export function alarmCard(alarm: AlarmShown, beside: readonly AlarmShown[], context: CardContext): CardModel {
  const { kinds, locale, nowMs } = context
  const w = WORDS[locale]
  const rows: CardRow[] = []
  if (alarm.place !== null) {
    const [longitude, latitude] = alarm.place
    rows.push({ label: w.place, value: `${longitude.toFixed(6)}°, ${latitude.toFixed(6)}°`, note: '', priority: null })
  }
  const row = cardAlarm(alarm, beside, context)
  rows.push({ label: w.state, value: row.state, note: '', priority: null })
  return {
    title: whoseWords(alarm, kinds, locale),
    priority: alarm.priority,
    symbol: null,
    sub: `${w.alarmPriority[alarm.priority]} · ${agoWords(nowMs - alarm.heardMs, locale, 'exact')}`,
    stale: false,
    rows,
    alarms: [row],
  }
}

function fieldRows(described: Described, kind: AnyKind, standing: readonly AlarmShown[], context: CardContext): readonly CardRow[] {
  const { locale, nowMs, timeZone } = context
  return kind.card.flatMap((name) => {
    const field = kind.fields[name]
    const known = described.fields.find((f) => f.field === name)
    // The name stands in the title, what the role may not see does not come, and of what nobody reports only its list tells:
    // no row of dashes for these.
    const neverComes = field?.privacy !== undefined || described.heardMs === null
    if (field === undefined || name === kind.name || (known === undefined && neverComes)) return []
    const reading = known === undefined ? null : firstReading(name, known.value, kind, standing)
    const measured =
      known !== undefined && known.tMs !== null && described.heardMs !== null && described.heardMs - known.tMs > OWN_TIME_MS
        ? clockWords(known.tMs, nowMs, locale, timeZone)
        : ''
    const limit = reading === null || field.type !== 'quantity' ? '' : limitWords(reading.condition, field.unit, field.digits ?? 0, locale)
    return [
      {
        label: said(field.label, locale),
        value:
          known !== undefined && isPast(name, known.value, kind, standing)
            ? WORDS[locale].nowIs(valueWords(field, known.value, locale))
            : valueWords(field, known?.value, locale),
        note: [limit, measured].filter((part) => part !== '').join(' · '),
        priority: reading?.priority ?? null,
      },
    ]
  })
}

interface Reading {
  readonly priority: Priority
  readonly condition: AnyCondition
}

/** The worst standing alarm that this value is the reason of, with the condition that it fulfils. */
function firstReading(field: string, value: Value, kind: AnyKind, standing: readonly AlarmShown[]): Reading | null {
  for (const alarm of standing) {
    const rule = named(kind.alarms, alarm.rule)
    const condition = rule === undefined ? null : fulfilledBy(field, value, rule.when)
    if (condition !== null) return { priority: alarm.priority, condition }
  }
  return null
}

/** A latched alarm stands for what this field said once; now it says something else, and both are true. */
function isPast(field: string, value: Value, { alarms }: AnyKind, standing: readonly AlarmShown[]): boolean {
  return standing.some((alarm) => {
    const rule = named(alarms, alarm.rule)
    return rule?.latch === true && rule.when.op === 'is' && rule.when.field === field && rule.when.value !== value
  })
}

function fulfilledBy(field: string, value: Value, when: AnyCondition): AnyCondition | null {
  if (when.op === 'silent') return null
  if (when.op === 'all' || when.op === 'any')
    return when.of.map((part) => fulfilledBy(field, value, part)).find((found) => found !== null) ?? null
  return when.field === field && fulfils(value, when) ? when : null
}

/** Limits of a person are the server's alone; here the usual one stands for them, so a field is never marked on a guess. */
function fulfils(value: Value, when: Extract<AnyCondition, { readonly field: string }>): boolean {
  if (when.op === 'is') return value === when.value
  const limit = typeof when.limit === 'number' ? when.limit : when.limit.otherwise
  if (typeof value !== 'number') return false
  if (when.op === 'above') return value > limit
  if (when.op === 'atLeast') return value >= limit
  return when.op === 'below' ? value < limit : value <= limit
}

function limitWords(condition: AnyCondition, unit: string, digits: number, locale: Locale): string {
  if (!('limit' in condition) || typeof condition.limit !== 'number') return ''
  return WORDS[locale].limitOver[condition.op] + withUnit(condition.limit, unit, digits, locale)
}
