// The patch layout: the contract of worker, engine and shader. docs/formats/patch.md fixes it.

/**
 * 32 bytes a slot, little-endian, all for show:
 *
 *     word 0..2  f32  to: metres, local ENU of the twin's origin
 *          3..5  f32  step: to − from; all zero at rest
 *          6     u32  tTo: end of the glide in 10 ms steps since `timeBaseMs`, on the twin's clock
 *          7     u32  flags, below
 *
 * Floats, because they keep 4 mm at 60 km both at rest and on long steps, where a packed 24 bytes lost 0.8 m.
 */
export const WORDS = 8
export const BYTES = WORDS * 4
export const STEP_MS = 10

/** Bits 0–11: duration of the glide in 10 ms steps, so at most 40.95 s. */
export const DURATION_MASK = 0xfff
/** Bit 12: its place is not known, or the slot is empty. */
export const HIDDEN = 1 << 12
/** Bits 13–14: 0 fresh, 1 late, 2 stale. */
export const FRESHNESS_SHIFT = 13
export const FRESHNESS_MASK = 0b11 << FRESHNESS_SHIFT
/** Bit 15: an unacknowledged alarm stands. */
export const UNACKNOWLEDGED = 1 << 15
/** Bits 16–18: worst standing priority 1–4; 0: none. */
export const PRIORITY_SHIFT = 16
export const PRIORITY_MASK = 0b111 << PRIORITY_SHIFT
/** Bits 19–20: tone: 0 calm, 1 active, 2 off. */
export const TONE_SHIFT = 19
/** Bit 21: the heading in bits 24–31 means something. */
export const HAS_HEADING = 1 << 21
/** Bits 24–31: heading, 1/256 turn clockwise from true north. */
export const HEADING_SHIFT = 24

export const FRESH = 0
export const LATE = 1
export const STALE = 2

export const TONES = ['calm', 'active', 'off'] as const

/** What a pick returns and a card asks by. A slot that was reused has another generation and is refused as `entity-gone`. */
export interface Handle {
  readonly layer: string
  readonly slot: number
  readonly generation: number
}

/** What changed in a layer since the last patch, as runs of neighbouring slots ready for the GPU as they are. */
export interface Patch {
  readonly layer: string
  /** UTC ms at which `tTo` is 0. A seek, a repatch or 100 days begin a new one; then the patch holds every slot. */
  readonly timeBaseMs: number
  /** Slots in use at the most; the engine's buffer holds at least these. */
  readonly slots: number
  /** True: all slots are here, whatever was held before is void. */
  readonly whole: boolean
  /** u32 × 2 per run: first slot, number of slots. Ascending, never touching. */
  readonly runs: Uint32Array<ArrayBuffer>
  /** The slots of the runs, one after another. */
  readonly words: Uint32Array<ArrayBuffer>
  /** u32 × 2 per removal: slot, generation that ended. Such a slot is HIDDEN in `words`; `recycle` frees it. */
  readonly removals: Uint32Array<ArrayBuffer>
  /** Twin time, ms, until which something glides, so the engine must draw; 0: all at rest. */
  readonly glidesUntilMs: number
}

/** One chip beside a marker: the worker chooses at most 24. */
export interface LabelShown {
  readonly handle: Handle
  readonly text: string
  /** 0: no alarm. */
  readonly priority: 0 | 1 | 2 | 3 | 4
  /** Which side of its plate is free. Default right. */
  readonly side?: 'left' | 'right'
}
