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
  { basis, offMs: noted, receivedMs }: { readonly basis: TimeBasis; readonly offMs: number | null; readonly receivedMs: number },
): Sentence | null {
  const isReplaced = basis === 'receipt' && t !== null
  const offMs = noted ?? (isReplaced && Math.abs(t - receivedMs) >= AGREE_MS ? t - receivedMs : null)
  if (offMs === null) return null
  const code = offMs > 0 ? 'time-ahead' : 'time-behind'
  const off = `${durationOf(Math.abs(offMs))} ${offMs > 0 ? 'ahead' : 'behind'}`
  if (basis === 'trusted')
    return { code, message: `${kind} ${id}: the device's clock is ${off}; its times are corrected by that; set the clock` }
  const hint = t !== null && looksLikeSeconds(t, receivedMs) ? 't looks like seconds, send milliseconds' : 'set the clock of the device'
  return { code, message: `${kind} ${id}: t ${t} is ${off}; the time of receipt stands in its place; ${hint}` }
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
