// What a source is told about clocks and numbers of its devices; docs/formats/wire.md has the table.
import type { SourceRecord, Told } from '../record/record.ts'
import { AGREE_MS, EARLIEST_MS, type TimeBasis } from './device-clock.ts'
import type { Placed } from './generation.ts'

type Sentence = Pick<Told, 'code' | 'message'>

/** A number of seconds of our time, where milliseconds are expected. */
const looksLikeSeconds = (t: number, nowMs: number): boolean => t >= EARLIEST_MS / 1_000 && t <= (nowMs * 1.1) / 1_000

/** @param offMs - how far the device's clock is ahead; null: by less than a minute. */
export function toldOfClock(
  { kind, id, t }: SourceRecord,
  { basis, offMs, receivedMs }: { readonly basis: TimeBasis; readonly offMs: number | null; readonly receivedMs: number },
): Sentence | null {
  // Of a t that was not believed its own distance is told: the clock may be right.
  const isReplaced = basis === 'receipt' && t !== null
  const awayMs = isReplaced ? t - receivedMs : (offMs ?? 0)
  if (Math.abs(awayMs) < AGREE_MS) return null
  const [code, way] = awayMs > 0 ? (['time-ahead', 'ahead'] as const) : (['time-behind', 'behind'] as const)
  const away = `${durationOf(Math.abs(awayMs))} ${way}`
  if (!isReplaced) return { code, message: `${kind} ${id}: the device's clock is ${away}; its times are corrected by that; set the clock` }
  const hint = looksLikeSeconds(t, receivedMs) ? 't looks like seconds, send milliseconds' : 'set the clock of the device'
  return { code, message: `${kind} ${id}: t ${t} is ${away}; the time of receipt stands in its place; ${hint}` }
}

export function toldOfNumbers({ kind, id, boot, seq }: SourceRecord, what: NonNullable<Placed['told']>): Sentence {
  const numbers = `${kind} ${id}: boot ${boot}, seq ${seq}`
  switch (what) {
    case 'boot-fell':
      return {
        code: 'boot-fell',
        message: `${numbers} is below what the device counted before; the record is kept as new; let boot grow with each start`,
      }
    case 'boot-lost':
      return {
        code: 'boot-fell',
        message: `${kind} ${id}: seq ${seq} comes without boot, which the device sent before; the record is ordered by its time; send both`,
      }
    case 'sequence-reused':
      return {
        code: 'sequence-reused',
        message: `${numbers} was used before for something else; the record is kept as new; let boot grow with each start, seq with each record`,
      }
    case 'crowded':
      return {
        code: 'sequence-reused',
        message: `${numbers} was used before, and that again and again: two devices may share this id; they are ordered as they are received; give each its own id`,
      }
  }
}

function durationOf(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 120) return `${Math.round(minutes)} min`
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`
  return `${Math.round(minutes / 1_440)} days`
}
