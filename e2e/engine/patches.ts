// Patches as the worker would send them, made on one line; used in Node and in the page.
import {
  FRESHNESS_SHIFT,
  HAS_HEADING,
  HEADING_SHIFT,
  HIDDEN,
  type Patch,
  PRIORITY_SHIFT,
  STEP_MS,
  TONE_SHIFT,
  TONES,
  UNACKNOWLEDGED,
  WORDS,
} from '../../packages/core/src/live/layout.ts'

export interface Slot {
  readonly enu: readonly [number, number, number]
  readonly step?: readonly [number, number, number]
  readonly tToMs?: number
  readonly durationMs?: number
  readonly priority?: 0 | 1 | 2 | 3 | 4
  readonly unacknowledged?: boolean
  readonly tone?: (typeof TONES)[number]
  readonly freshness?: 0 | 1 | 2
  readonly headingDeg?: number
  readonly hidden?: boolean
}

export interface PatchOptions {
  readonly layer?: string
  readonly first?: number
  readonly slots?: number
  readonly whole?: boolean
  readonly timeBaseMs?: number
  readonly glidesUntilMs?: number
  readonly removals?: readonly number[]
}

/** One run of neighbouring slots. */
export function patchOf(rows: readonly Slot[], options: PatchOptions = {}): Patch {
  const { layer = 'things', first = 0, timeBaseMs = 0, whole = true, glidesUntilMs = 0, removals = [] } = options
  const bytes = new ArrayBuffer(Math.max(1, rows.length) * WORDS * 4)
  const [f32, u32] = [new Float32Array(bytes), new Uint32Array(bytes)]
  for (const [i, slot] of rows.entries()) {
    f32.set([...slot.enu, ...(slot.step ?? [0, 0, 0])], i * WORDS)
    u32[i * WORDS + 6] = Math.max(0, Math.round(((slot.tToMs ?? timeBaseMs) - timeBaseMs) / STEP_MS))
    u32[i * WORDS + 7] =
      (Math.round((slot.durationMs ?? 0) / STEP_MS) |
        (slot.hidden ? HIDDEN : 0) |
        ((slot.freshness ?? 0) << FRESHNESS_SHIFT) |
        (slot.unacknowledged ? UNACKNOWLEDGED : 0) |
        ((slot.priority ?? 0) << PRIORITY_SHIFT) |
        (TONES.indexOf(slot.tone ?? 'calm') << TONE_SHIFT) |
        (slot.headingDeg === undefined ? 0 : HAS_HEADING | (Math.round((slot.headingDeg / 360) * 256) << HEADING_SHIFT))) >>>
      0
  }
  return {
    layer,
    timeBaseMs,
    slots: options.slots ?? first + rows.length,
    whole,
    runs: Uint32Array.of(first, rows.length),
    words: u32,
    removals: Uint32Array.from(removals),
    glidesUntilMs,
  }
}
