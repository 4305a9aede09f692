// Live flow: intake -> rules -> **judge** -> life cycle. What one rule of one entity remembers, and what a sample, a press or
// the passing of time makes of it: occurrences and ends, which life-cycle.ts turns into the alarm that people see.
import { compareOrder } from '../live/order.ts'
import { type CompiledRule, MET } from './compile-rule.ts'
import { advance, compareSamples, copyFold, createFold, dueMs, type Episode, episodesOf, type Fold, type Sample, step } from './timeline.ts'

/** What happened to a rule's condition. Times are phenomenon time, ms. */
export type Happening =
  /** It occurred; `overMs`: it is over already, since then. */
  { readonly type: 'occur'; readonly atMs: number; readonly overMs: number | null } | { readonly type: 'clear'; readonly atMs: number }

/**
 * Memory of a rule that is judged on samples. Bounded by age: samples for the rule's longest delay and 15 minutes, so a
 * wristband at one record in 10 minutes keeps two, one at a record each second 900 of about 20 bytes.
 */
export interface SampledMemory {
  readonly type: 'sampled'
  /** Before the oldest sample that is kept. */
  base: Fold
  /** Sorted by {@link compareSamples}. */
  samples: Sample[]
  /** After all of them. */
  head: Fold
  /** The server's time at which the newest sample came: from there its own time goes on, whatever its clock shows. */
  newestReceivedMs: number
  /** Told so far, inside the window. */
  told: Episode[]
  /** The server's time at which a delay runs out if no sample comes; null: none runs. */
  dueMs: number | null
  /** Samples from before the window, each judged after those that came before it. */
  backlog: { fold: Fold; t: number } | null
}

/** Memory of a latched rule: the newest word about its condition. */
export interface LatchedMemory {
  readonly type: 'latched'
  readonly boot: number
  readonly seq: number
  readonly t: number
  readonly met: boolean
}

/** Memory of a rule that is raised by silence. */
export interface SilentMemory {
  readonly type: 'silent'
  readonly raised: boolean
}

export type RuleMemory = SampledMemory | LatchedMemory | SilentMemory

export const createSampled = (rule: CompiledRule): SampledMemory => ({
  type: 'sampled',
  base: createFold(rule),
  samples: [],
  head: createFold(rule),
  newestReceivedMs: 0,
  told: [],
  dueMs: null,
  backlog: null,
})

export const copySampled = (memory: SampledMemory): SampledMemory => ({
  ...memory,
  base: copyFold(memory.base),
  samples: [...memory.samples],
  head: copyFold(memory.head),
  backlog: memory.backlog && { fold: copyFold(memory.backlog.fold), t: memory.backlog.t },
})

/** Judges a sample that was not seen before. Changes `memory`. */
export function judgeSample(memory: SampledMemory, rule: CompiledRule, sample: Sample, nowMs: number): Happening[] {
  const { samples } = memory
  const newest = samples.at(-1)
  if (newest !== undefined && sample.t < newest.t - rule.windowMs) return judgeBacklog(memory, rule, sample)
  if (newest === undefined || compareSamples(sample, newest) >= 0) {
    samples.push(sample)
    step(memory.head, rule, sample)
    memory.newestReceivedMs = nowMs
    forgetOld(memory, rule, sample.t - rule.windowMs)
  } else {
    samples.splice(placeOf(samples, sample), 0, sample)
    memory.head = copyFold(memory.base)
    for (const each of samples) step(memory.head, rule, each)
  }
  return judgeTime(memory, rule, nowMs)
}

/** Judges the passing of time: delays that run out. Changes `memory`. */
export function judgeTime(memory: SampledMemory, rule: CompiledRule, nowMs: number): Happening[] {
  const newest = memory.samples.at(-1)
  if (newest === undefined) return []
  const view = copyFold(memory.head)
  advance(view, rule, newest.t + Math.max(0, nowMs - memory.newestReceivedMs))
  const episodes = episodesOf(view)
  const happenings = compareEpisodes(memory.told, episodes, newest.t)
  memory.told = episodes
  const due = dueMs(view, rule)
  memory.dueMs = due === null ? null : memory.newestReceivedMs + (due - newest.t)
  return happenings
}

/** Judges one record of a latched rule, by itself: `met` is its own word. */
export function judgeLatched(
  memory: LatchedMemory | undefined,
  record: Omit<LatchedMemory, 'type'>,
): { readonly memory: LatchedMemory; readonly happenings: Happening[] } {
  const order = memory === undefined ? 1 : compareOrder(record.boot, record.seq, record.t, memory.boot, memory.seq, memory.t)
  const isNewest = order > 0 || (order === 0 && record.met)
  const next: LatchedMemory = isNewest || memory === undefined ? { ...record, type: 'latched' } : memory
  const happenings: Happening[] = []
  if (record.met) happenings.push({ type: 'occur', atMs: record.t, overMs: next.met ? null : next.t })
  else if (isNewest) happenings.push({ type: 'clear', atMs: record.t })
  return { memory: next, happenings }
}

/** Whether the words of one record meet a condition by themselves: what it does not carry is not met. */
export const metAlone = (rule: CompiledRule, words: readonly number[]): boolean => rule.met((leaf) => words[leaf] === MET)

function judgeBacklog(memory: SampledMemory, rule: CompiledRule, sample: Sample): Happening[] {
  const { base } = memory
  // Inside an episode that stands since before the window: it says nothing new.
  if (base.raisedMs !== null && sample.t >= base.raisedMs) return []
  if (memory.backlog === null || sample.t < memory.backlog.t) memory.backlog = { fold: createFold(rule), t: sample.t }
  const { fold } = memory.backlog
  const before = episodesOf(fold).length
  memory.backlog.t = sample.t
  step(fold, rule, sample)
  const happenings: Happening[] = episodesOf(fold)
    .slice(before)
    .map((episode) => ({ type: 'occur', atMs: episode.raisedMs, overMs: episode.clearedMs ?? sample.t }))
  const kept = fold.closed.length - (fold.raisedMs === null ? 1 : 0)
  if (kept > 0) fold.closed.splice(0, kept)
  return happenings
}

function compareEpisodes(told: readonly Episode[], now: readonly Episode[], newestT: number): Happening[] {
  const happenings: Happening[] = []
  const wasOpen = told.at(-1)?.clearedMs === null
  const isOpen = now.at(-1)?.clearedMs === null
  for (const episode of now) {
    const known = told.some((old) => overlap(old, episode))
    // What was told to be over and is not, after all, must be seen again.
    const again = episode.clearedMs === null && !wasOpen
    if (!known || again) happenings.push({ type: 'occur', atMs: episode.raisedMs, overMs: episode.clearedMs })
  }
  if (wasOpen && !isOpen) happenings.push({ type: 'clear', atMs: now.at(-1)?.clearedMs ?? newestT })
  return happenings
}

const overlap = (a: Episode, b: Episode): boolean =>
  a.raisedMs === b.raisedMs ||
  (a.raisedMs < (b.clearedMs ?? Number.POSITIVE_INFINITY) && b.raisedMs < (a.clearedMs ?? Number.POSITIVE_INFINITY))

function forgetOld(memory: SampledMemory, rule: CompiledRule, beforeMs: number): void {
  let old = 0
  while (old < memory.samples.length - 1 && memory.samples[old]!.t < beforeMs) step(memory.base, rule, memory.samples[old++]!)
  if (old > 0) memory.samples.splice(0, old)
  const isKept = (episode: Episode) => episode.clearedMs === null || episode.clearedMs >= beforeMs
  for (const fold of [memory.base, memory.head]) if (!fold.closed.every(isKept)) fold.closed = fold.closed.filter(isKept)
  memory.told = memory.told.filter(isKept)
}

/** Where a late sample belongs, by halving. */
function placeOf(samples: readonly Sample[], sample: Sample): number {
  let low = 0
  let high = samples.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareSamples(samples[middle]!, sample) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
