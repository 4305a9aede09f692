// Actions under way: from the click until the feed shows the effect, by whoever's key.
import { alarmKey, type HeardAlarm, isUnacknowledged } from '../live/standing.ts'
import type { Action } from '../record/action.ts'

/** What was asked of an alarm; `count` is what the operator saw when acknowledging, else 0. */
export interface Asked {
  readonly type: Action['type']
  readonly count: number
}

/**
 * Actions that the feed has not shown yet, by `alarmKey`. Memory: at most one an alarm, and none for longer than
 * {@link PENDING_LASTS_MS}.
 */
export type Pending = Map<string, Asked & { readonly key: string; readonly sinceMs: number }>

/** After this a row may be pressed again: the server keeps what it heard, so nothing is lost by asking twice. */
export const PENDING_LASTS_MS = 30_000

export const createPending = (): Pending => new Map()

/** An action with the feed whose server takes it. */
export type SentAction = Action & { readonly feed: string }

export function beginPending(pending: Pending, action: SentAction, nowMs: number): void {
  const { feed, alarm: id, key, type } = action
  pending.set(alarmKey({ feed, id }), { key, type, count: type === 'acknowledge' ? action.count : 0, sinceMs: nowMs })
}

/** The server did not take it. */
export function failPending(pending: Pending, { feed, alarm: id, key }: SentAction): void {
  const alarm = alarmKey({ feed, id })
  if (pending.get(alarm)?.key === key) pending.delete(alarm)
}

/**
 * Whether an alarm shows that what was asked is done, by whoever's key, or that it must be asked anew: an alarm that grew since
 * it was seen has a press in it that nobody has acknowledged. What was withdrawn ends.
 */
export function isSettled({ type, count }: Asked, alarm: Pick<HeardAlarm, 'state' | 'count' | 'acknowledged' | 'done'>): boolean {
  if (alarm.state === 'normal') return true
  if (type === 'acknowledge') return !isUnacknowledged(alarm.state) || alarm.count > count
  if (type === 'take') return alarm.acknowledged !== null
  return type === 'done' && alarm.done !== null
}

/** What the feed shows of an alarm. */
export function settlePending(pending: Pending, alarm: HeardAlarm): void {
  const key = alarmKey(alarm)
  const waits = pending.get(key)
  if (waits !== undefined && isSettled(waits, alarm)) pending.delete(key)
}

/** After a snapshot: alarms that are not in it are over. @returns whether any was let go. */
export function keepPending(pending: Pending, standing: ReadonlyMap<string, HeardAlarm>, nowMs: number): boolean {
  const before = pending.size
  for (const [alarm, { sinceMs }] of pending) if (!standing.has(alarm) || nowMs - sinceMs >= PENDING_LASTS_MS) pending.delete(alarm)
  return pending.size < before
}

/** Twin of {@link keepPending}'s clock: when the next one runs out; Infinity: none waits. */
export function nextPendingMs(pending: Pending): number {
  let next = Number.POSITIVE_INFINITY
  for (const { sinceMs } of pending.values()) next = Math.min(next, sinceMs + PENDING_LASTS_MS)
  return next
}
