// The samples of one rule that are kept for late ones to be judged among: a list that grows at its end and is forgotten from its
// start, in constant time each. A version is a window on an array that versions share, so a draft that is dropped costs nothing.
import { compareSamples, type Sample } from './timeline.ts'

export interface SampleLog {
  readonly items: Sample[]
  readonly start: number
  readonly end: number
}

export const EMPTY_LOG = (): SampleLog => ({ items: [], start: 0, end: 0 })

export const lengthOf = ({ start, end }: SampleLog): number => end - start
export const firstOf = ({ items, start, end }: SampleLog): Sample | undefined => (start < end ? items[start] : undefined)

export function* samplesOf({ items, start, end }: SampleLog): Generator<Sample> {
  for (let i = start; i < end; i++) yield items[i]!
}

/** Behind its end nothing stands but what a dropped draft left. */
export function appendSample({ items, start, end }: SampleLog, sample: Sample): SampleLog {
  if (items.length > end) items.length = end
  items.push(sample)
  return { items, start, end: end + 1 }
}

/** Sets a late sample in its place, in a copy. */
export function insertSample({ items, start, end }: SampleLog, sample: Sample): SampleLog {
  let low = start
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareSamples(items[middle]!, sample) <= 0) low = middle + 1
    else high = middle
  }
  const copy = [...items.slice(start, low), sample, ...items.slice(low, end)]
  return { items: copy, start: 0, end: copy.length }
}

/** Forgets the first `count`. What was forgotten is let go once it is most of the array. */
export function dropFirst({ items, start, end }: SampleLog, count: number): SampleLog {
  const from = start + count
  if (from < 64 || from < end - from) return { items, start: from, end }
  const copy = items.slice(from, end)
  return { items: copy, start: 0, end: copy.length }
}
