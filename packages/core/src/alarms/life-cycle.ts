// Live flow: rules -> **life cycle** -> store and stream. The alarm as ISA-18.2 § 5 (IEC 62682) tells it, as a pure reducer.
// docs/formats/wire.md shows the table. What a reader of the code must know: nothing but an acknowledgement ends an alarm
// that nobody acknowledged, and `count` never falls.
import type { AnyRule } from '../kind/kind.ts'
import type { Alarm } from '../record/alarm.ts'
import type { Location } from '../record/record.ts'

/** An alarm as its authority keeps it: whose it is, and what the reducer needs. */
export interface KeptAlarm extends Omit<Alarm, 'rule' | 'as' | 'done'> {
  readonly rule: string
  readonly latch: boolean
  /** When it escalates if nobody acknowledges it, server's time; null: never, or it did. */
  readonly escalatesAtMs: number | null
}

export type AlarmEvent =
  | {
      readonly type: 'occur'
      readonly atMs: number
      /** Its condition is over already, since then; null: it holds. */
      readonly overMs: number | null
      readonly nowMs: number
      readonly place: Location | null
      /** So long after an acknowledgement was taken back it escalates, ms. */
      readonly escalateMs?: number | undefined
    }
  | { readonly type: 'clear'; readonly atMs: number }
  | { readonly type: 'acknowledge'; readonly by: string; readonly nowMs: number }
  | { readonly type: 'escalate' }

export interface Raised {
  readonly id: string
  readonly kind: string
  readonly entity: string
  readonly name: string
  readonly rule: AnyRule
}

/** A new alarm by its first occurrence. A latched one stands unacknowledged though its condition is over. */
export function raiseAlarm({ id, kind, entity, name, rule }: Raised, event: Extract<AlarmEvent, { type: 'occur' }>): KeptAlarm {
  const latch = rule.latch === true
  return {
    id,
    kind,
    entity,
    rule: name,
    category: rule.category,
    place: event.place,
    priority: rule.priority,
    state: event.overMs === null || latch ? 'unacknowledged' : 'returned-unacknowledged',
    raisedMs: event.atMs,
    lastMs: event.atMs,
    enteredMs: event.nowMs,
    heardMs: event.nowMs,
    clearedMs: event.overMs,
    count: 1,
    acknowledged: null,
    escalated: false,
    latch,
    escalatesAtMs: rule.escalateMs === undefined ? null : event.nowMs + rule.escalateMs,
  }
}

/** What an event makes of a standing alarm; the same object where it changes nothing. */
export function reduceAlarm(alarm: KeptAlarm, event: AlarmEvent): KeptAlarm {
  // Ended, or taken out by a human: no record brings it back; a new occurrence raises a new alarm.
  if (alarm.state === 'normal' || alarm.state === 'shelved' || alarm.state === 'suppressed' || alarm.state === 'out-of-service')
    return alarm
  switch (event.type) {
    case 'occur':
      return occur(alarm, event)
    case 'clear':
      return clear(alarm, event.atMs)
    case 'acknowledge':
      return acknowledge(alarm, event)
    case 'escalate':
      return alarm.state === 'acknowledged' || alarm.escalated ? alarm : { ...alarm, escalated: true, escalatesAtMs: null }
  }
}

function occur(alarm: KeptAlarm, { atMs, overMs, nowMs, place, escalateMs }: Extract<AlarmEvent, { type: 'occur' }>): KeptAlarm {
  // A late occurrence that is over tells nothing about the condition, which holds or not by what was known before.
  const clearedMs = alarm.latch ? overMs : overMs === null ? null : alarm.clearedMs
  const wasAcknowledged = alarm.state === 'acknowledged'
  return {
    ...alarm,
    place: atMs >= alarm.lastMs ? (place ?? alarm.place) : (alarm.place ?? place),
    state: clearedMs === null || alarm.latch ? 'unacknowledged' : 'returned-unacknowledged',
    raisedMs: Math.min(alarm.raisedMs, atMs),
    lastMs: Math.max(alarm.lastMs, atMs),
    heardMs: nowMs,
    clearedMs,
    count: alarm.count + 1,
    acknowledged: null,
    escalated: wasAcknowledged ? false : alarm.escalated,
    escalatesAtMs: !wasAcknowledged ? alarm.escalatesAtMs : escalateMs === undefined ? null : nowMs + escalateMs,
  }
}

function clear(alarm: KeptAlarm, atMs: number): KeptAlarm {
  if (alarm.state === 'acknowledged') return { ...alarm, state: 'normal', clearedMs: atMs }
  if (alarm.latch) return alarm.clearedMs === atMs ? alarm : { ...alarm, clearedMs: atMs }
  return alarm.state === 'returned-unacknowledged' ? alarm : { ...alarm, state: 'returned-unacknowledged', clearedMs: atMs }
}

function acknowledge(alarm: KeptAlarm, { by, nowMs }: { readonly by: string; readonly nowMs: number }): KeptAlarm {
  if (alarm.state === 'acknowledged') return alarm
  return { ...alarm, state: alarm.clearedMs === null ? 'acknowledged' : 'normal', acknowledged: { by, atMs: nowMs }, escalatesAtMs: null }
}

/** As the wire carries it, before it is redacted. */
export function toWire({ latch: _latch, escalatesAtMs: _escalatesAtMs, ...alarm }: KeptAlarm): Alarm {
  return { ...alarm, as: null, done: null }
}
