// A patch as an engine takes it up, without a GPU: what tests compare.
import { type Patch, WORDS } from '../src/live/layout.ts'

export function applyPatch(mirror: Uint32Array, { runs, words }: Patch): void {
  for (let r = 0, at = 0; r < runs.length; r += 2) {
    const length = runs[r + 1]! * WORDS
    mirror.set(words.subarray(at, at + length), runs[r]! * WORDS)
    at += length
  }
}
