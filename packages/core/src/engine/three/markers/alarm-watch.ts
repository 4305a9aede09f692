// Which slots carry an alarm, and which of their rings pulse now. Flow: patch bytes (read once, not kept) -> **watch** -> uniforms.

import type { Patch } from '../../../live/layout.ts'
import { HIDDEN, PRIORITY_MASK, PRIORITY_SHIFT, UNACKNOWLEDGED, WORDS } from '../../../live/layout.ts'

export const PULSE_MS = 800
/** A new ring pulses so often. */
const NEW_PULSES = 3
/** An unacknowledged red one pulses once again each so many ms. */
export const REMIND_MS = 10_000

interface Standing {
  readonly priority: number
  readonly unacknowledged: boolean
  /** When its ring began to pulse, on the frame's clock; null: it does not. */
  readonly pulsesFromMs: number | null
}

/** What of a layer pulses at one moment, 0 to 1 of a pulse each; and when that next changes by itself. */
export interface Pulses {
  readonly slots: readonly { readonly slot: number; readonly share: number }[]
  readonly red: number
  /** Draw each frame now. */
  readonly moving: boolean
  /** When to wake, on the frame's clock; Infinity: never. */
  readonly nextMs: number
}

export class AlarmWatch {
  /** Sparse: only slots with an alarm, so its size is that of the alarm list. */
  readonly #standing = new Map<number, Standing>()
  #heard = false
  /** Since when an unacknowledged red one stands, on the frame's clock. */
  #redSinceMs: number | null = null

  /** How many slots stand at a priority, 1 to 4. */
  count(priority: number): number {
    let n = 0
    for (const each of this.#standing.values()) if (each.priority === priority) n++
    return n
  }

  has(slot: number): boolean {
    return this.#standing.has(slot)
  }

  get size(): number {
    return this.#standing.size
  }

  /** Notes the alarms of a patch. Those of the first are not new: the page just opened. */
  read({ runs, words, whole }: Pick<Patch, 'runs' | 'words' | 'whole'>, nowMs: number): void {
    const before = whole ? new Map(this.#standing) : this.#standing
    if (whole) this.#standing.clear()
    for (let r = 0, at = 7; r < runs.length; r += 2) {
      const end = runs[r]! + runs[r + 1]!
      for (let slot = runs[r]!; slot < end; slot++, at += WORDS) {
        const flags = words[at]!
        if ((flags & PRIORITY_MASK) === 0 || (flags & HIDDEN) !== 0) {
          if (before.size > 0) this.#standing.delete(slot)
          continue
        }
        const priority = (flags & PRIORITY_MASK) >>> PRIORITY_SHIFT
        const unacknowledged = (flags & UNACKNOWLEDGED) !== 0
        const was = before.get(slot)
        const isNew = unacknowledged && (was === undefined || !was.unacknowledged || priority < was.priority)
        const pulsesFromMs = isNew ? (this.#heard ? nowMs : null) : unacknowledged ? (was?.pulsesFromMs ?? null) : null
        this.#standing.set(slot, { priority, unacknowledged, pulsesFromMs })
      }
    }
    this.#heard = true
    const red = [...this.#standing.values()].some((each) => each.priority === 1 && each.unacknowledged)
    this.#redSinceMs = red ? (this.#redSinceMs ?? nowMs) : null
  }

  forget(): void {
    this.#standing.clear()
    this.#redSinceMs = null
  }

  at(nowMs: number, most: number): Pulses {
    const slots: { slot: number; share: number }[] = []
    const lastsMs = PULSE_MS * NEW_PULSES
    for (const [slot, { pulsesFromMs }] of this.#standing) {
      if (pulsesFromMs === null || nowMs - pulsesFromMs >= lastsMs) continue
      // The newest are at the end; where more are new at once than can pulse, the oldest give way.
      if (slots.length === most) slots.shift()
      slots.push({ slot, share: ((nowMs - pulsesFromMs) % PULSE_MS) / PULSE_MS })
    }
    if (this.#redSinceMs === null) return { slots, red: 0, moving: slots.length > 0, nextMs: Infinity }
    const since = nowMs - this.#redSinceMs
    const inTurn = since % REMIND_MS
    const red = since >= REMIND_MS && inTurn < PULSE_MS ? inTurn / PULSE_MS : 0
    return { slots, red, moving: slots.length > 0 || red > 0, nextMs: nowMs + REMIND_MS - inTurn }
  }
}
