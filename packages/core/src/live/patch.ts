// Live flow: motion -> **patch** -> postMessage (transferred) -> engine -> bufferSubData, one call a run. The format is
// fixed by layout.ts and docs/formats/patch.md.

import type { Patch } from './layout.ts'
import { WORDS } from './layout.ts'
import { type Motion, tightenBounds } from './motion.ts'
import { type Slots, tellEnded } from './slots.ts'

/** Slots at rest between two runs that are sent along to save a GPU call: one call costs as much as 2 kB of bytes. */
const JOIN_GAP = 64

/**
 * Buffers that came back, to be filled again: filling a new 3.2 MB takes 1.8 ms, an old one 0.27, and none becomes
 * garbage on the page. At most two are kept.
 */
export type Spares = ArrayBuffer[]
const SPARES_KEPT = 2

export function keepSpare(spares: Spares, buffer: ArrayBuffer): void {
  spares.push(buffer)
  spares.sort((a, b) => b.byteLength - a.byteLength)
  spares.length = Math.min(spares.length, SPARES_KEPT)
}

/**
 * Takes what changed out of `motion`, which is clean afterwards; its removals are on their way from then on. All three
 * arrays of the answer are views of one buffer, so one transfer carries them and one `recycle` brings them back.
 *
 * @returns null where nothing changed.
 */
export function takePatch(
  motion: Motion,
  slots: Slots,
  spares: Spares,
  {
    layer,
    whole,
    twinMs,
    joinGap = JOIN_GAP,
  }: { readonly layer: string; readonly whole: boolean; readonly twinMs: number; readonly joinGap?: number },
): (Patch & { readonly buffer: ArrayBuffer }) | null {
  const runs = whole ? wholeRun(motion) : dirtyRuns(motion, joinGap)
  const removals = tellEnded(slots)
  if (!whole && runs.length === 0 && removals.length === 0) return null
  if (whole || removals.length > 0) tightenBounds(motion)
  motion.dirty.fill(0)
  let count = 0
  for (let r = 1; r < runs.length; r += 2) count += runs[r]!
  const words = count * WORDS
  const buffer = bufferOf(spares, (words + runs.length + removals.length) * 4)
  const all = new Uint32Array(buffer)
  for (let r = 0, at = 0; r < runs.length; r += 2) {
    const first = runs[r]! * WORDS
    const length = runs[r + 1]! * WORDS
    all.set(motion.u32.subarray(first, first + length), at)
    at += length
  }
  all.set(runs, words)
  all.set(removals, words + runs.length)
  return {
    layer,
    timeBaseMs: motion.timeBaseMs,
    slots: motion.slots,
    whole,
    runs: new Uint32Array(buffer, words * 4, runs.length),
    words: new Uint32Array(buffer, 0, words),
    removals: new Uint32Array(buffer, (words + runs.length) * 4, removals.length),
    glidesUntilMs: motion.glidesUntilMs > twinMs ? motion.glidesUntilMs : 0,
    buffer,
  }
}

const wholeRun = ({ slots }: Motion): number[] => (slots === 0 ? [] : [0, slots])

function dirtyRuns({ dirty }: Motion, joinGap: number): number[] {
  const runs: number[] = []
  let end = Number.NEGATIVE_INFINITY // one past the last slot of the open run
  for (let slot = dirty.indexOf(1); slot >= 0; slot = dirty.indexOf(1, slot + 1)) {
    if (slot - end <= joinGap) runs[runs.length - 1]! += slot + 1 - end
    else runs.push(slot, 1)
    end = slot + 1
  }
  return runs
}

function bufferOf(spares: Spares, bytes: number): ArrayBuffer {
  for (let i = spares.length - 1; i >= 0; i--) if (spares[i]!.byteLength >= bytes) return spares.splice(i, 1)[0]!
  let size = 1024
  while (size < bytes) size *= 2
  return new ArrayBuffer(size)
}
