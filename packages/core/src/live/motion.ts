// Live flow: decode -> order -> **motion** -> patch -> engine. Worker side; no DOM, no clock of its own, no allocation
// per fix. The words are those of layout.ts, ready for the GPU as they are.
import { BYTES, DURATION_MASK, HIDDEN, STEP_MS, WORDS } from './layout.ts'

/**
 * Where each slot goes, how far it comes, and until when, beside the flags. Memory: 33 bytes a slot.
 *
 * Times lie on the grid of 10 ms steps already here: a time rounded later, on the other side, was 78 mm off at 30 m/s.
 */
export interface Motion {
  f32: Float32Array<ArrayBuffer>
  /** The same bytes as `f32`. */
  u32: Uint32Array<ArrayBuffer>
  /** 1 where a slot changed since the last patch. */
  dirty: Uint8Array<ArrayBuffer>
  /** Slots in use at the most. */
  slots: number
  /** UTC ms of the twin's clock at which `tTo` is 0; a multiple of 10. */
  timeBaseMs: number
  /** The last end of any glide, twin ms. */
  glidesUntilMs: number
  /** min e, n, u, max e, n, u over all that was placed since the last {@link tightenBounds}; holds everything, maybe more. */
  readonly bounds: Float64Array<ArrayBuffer>
}

export const LONGEST_GLIDE_MS = DURATION_MASK * STEP_MS
/** A base lies a little in the past, so that a clock that is set back by less than a seek stays above 0. */
const BASE_BEHIND_MS = 600_000
/** u32 steps would last 497 days; a new base each 100 keeps far from the end. */
export const BASE_LASTS_MS = 100 * 86_400_000

const timeBaseFor = (twinMs: number): number => Math.floor((twinMs - BASE_BEHIND_MS) / STEP_MS) * STEP_MS

export function createMotion(twinMs: number): Motion {
  const bytes = new ArrayBuffer(16 * BYTES)
  return {
    f32: new Float32Array(bytes),
    u32: new Uint32Array(bytes),
    dirty: new Uint8Array(16),
    slots: 0,
    timeBaseMs: timeBaseFor(twinMs),
    glidesUntilMs: 0,
    bounds: new Float64Array(6).fill(Number.NaN),
  }
}

/** Makes room for `slots`; new ones are hidden until they have a place. */
export function growMotion(motion: Motion, slots: number): void {
  if (slots * WORDS > motion.u32.length) {
    const capacity = Math.max(slots, (motion.u32.length / WORDS) * 2)
    const bytes = new ArrayBuffer(capacity * BYTES)
    const u32 = new Uint32Array(bytes)
    u32.set(motion.u32)
    const dirty = new Uint8Array(capacity)
    dirty.set(motion.dirty)
    motion.u32 = u32
    motion.f32 = new Float32Array(bytes)
    motion.dirty = dirty
  }
  for (let slot = motion.slots; slot < slots; slot++) {
    motion.u32[slot * WORDS + 7] = HIDDEN
    motion.dirty[slot] = 1
  }
  motion.slots = Math.max(motion.slots, slots)
}

/** Where a slot is shown at a twin time, by the shader's own formula; metres, ENU, into `out`. */
export function placeAt({ f32, u32, timeBaseMs }: Motion, slot: number, twinMs: number, out: Float64Array | number[]): void {
  const at = slot * WORDS
  const durationMs = (u32[at + 7]! & DURATION_MASK) * STEP_MS
  const leftMs = timeBaseMs + u32[at + 6]! * STEP_MS - twinMs
  const left = leftMs <= 0 ? 0 : Math.min(1, leftMs / durationMs) // at rest the step is zero, whatever is left
  for (let k = 0; k < 3; k++) out[k] = f32[at + k]! - f32[at + 3 + k]! * left
}

const from = new Float64Array(3)

/**
 * Sends a slot to a place. A live fix is already past when it arrives, so the glide begins where the slot is shown now
 * and lasts min(`gapMs`, `glideMs`, 40.95 s). A slot without a place yet, and a gap that is not positive, jump.
 *
 * @param gapMs - from the fix before to this one, by their own times.
 */
export function glideTo(
  motion: Motion,
  slot: number,
  e: number,
  n: number,
  u: number,
  gapMs: number,
  glideMs: number,
  twinMs: number,
): void {
  const { f32, u32, timeBaseMs } = motion
  const at = slot * WORDS
  const placed = (u32[at + 7]! & HIDDEN) === 0
  const duration = placed && gapMs > 0 ? Math.round(Math.min(gapMs, glideMs, LONGEST_GLIDE_MS) / STEP_MS) : 0
  const start = Math.max(0, Math.ceil((twinMs - timeBaseMs) / STEP_MS))
  placeAt(motion, slot, timeBaseMs + start * STEP_MS, from)
  f32[at] = e
  f32[at + 1] = n
  f32[at + 2] = u
  for (let k = 0; k < 3; k++) {
    const begin = duration > 0 ? from[k]! : f32[at + k]!
    f32[at + 3 + k] = f32[at + k]! - begin
    widen(motion.bounds, k, f32[at + k]!)
    widen(motion.bounds, k, begin)
  }
  u32[at + 6] = duration > 0 ? start + duration : 0
  u32[at + 7] = (u32[at + 7]! & ~(DURATION_MASK | HIDDEN)) | duration
  if (duration > 0) motion.glidesUntilMs = Math.max(motion.glidesUntilMs, timeBaseMs + (start + duration) * STEP_MS)
  motion.dirty[slot] = 1
}

/** Replaces a slot's flags, all but the duration of its glide. Marks it only where they changed. */
export function setFlags(motion: Motion, slot: number, flags: number): void {
  const at = slot * WORDS + 7
  const next = ((motion.u32[at]! & DURATION_MASK) | (flags & ~DURATION_MASK)) >>> 0
  if (motion.u32[at] === next) return
  motion.u32[at] = next
  motion.dirty[slot] = 1
}

/** Empties a slot: no place, nothing to read. */
export function hideSlot(motion: Motion, slot: number): void {
  motion.u32.fill(0, slot * WORDS, (slot + 1) * WORDS)
  motion.u32[slot * WORDS + 7] = HIDDEN
  motion.dirty[slot] = 1
}

/** A new time base, after a seek, at a repatch or each 100 days. Glides that run at `twinMs` go on; a seek ends them all. */
export function rebase(motion: Motion, twinMs: number, { seek }: { readonly seek: boolean }): void {
  const base = timeBaseFor(twinMs)
  const moved = (motion.timeBaseMs - base) / STEP_MS
  const { u32 } = motion
  for (let at = 0; at < motion.slots * WORDS; at += WORDS) {
    const tTo = u32[at + 6]! + moved
    if (!seek && tTo * STEP_MS + base > twinMs && (u32[at + 7]! & DURATION_MASK) > 0) {
      u32[at + 6] = tTo
      continue
    }
    u32.fill(0, at + 3, at + 7) // the step, which is zero in either reading, and its end
    u32[at + 7] = u32[at + 7]! & ~DURATION_MASK
  }
  motion.timeBaseMs = base
  if (seek) motion.glidesUntilMs = 0
}

/** Exact bounds anew, where slots ended. */
export function tightenBounds({ f32, u32, slots, bounds }: Motion): void {
  bounds.fill(Number.NaN)
  for (let at = 0; at < slots * WORDS; at += WORDS) {
    if ((u32[at + 7]! & HIDDEN) !== 0) continue
    for (let k = 0; k < 3; k++) {
      widen(bounds, k, f32[at + k]!)
      widen(bounds, k, f32[at + k]! - f32[at + 3 + k]!)
    }
  }
}

function widen(bounds: Float64Array, k: number, value: number): void {
  if (!(bounds[k]! <= value)) bounds[k] = value
  if (!(bounds[k + 3]! >= value)) bounds[k + 3] = value
}
