// Live flow: intake -> rules -> **judge** -> life cycle. What one rule of one entity remembers, and what a sample, a press or
// the passing of time makes of it: occurrences and ends, which life-cycle.ts turns into the alarm that people see.
import { isAfter, type Order } from '../record/order.ts'
import { type CompiledRule, MET } from './compile-rule.ts'
import { appendSample, dropFirst, EMPTY_LOG, firstOf, insertSample, type SampleLog, samplesOf } from './sample-log.ts'
import { advance, compareSamples, copyFold, createFold, dueMs, type Episode, episodesOf, type Fold, type Sample, step } from './timeline.ts'

/** What happened to a rule's condition. Times are phenomenon time, ms. */
export type Happening =
  /** It occurred; `overMs`: it is over already, since then. */
  { readonly type: 'occur'; readonly atMs: number; readonly overMs: number | null } | { readonly type: 'clear'; readonly atMs: number }

/** Where a sample stands. */
export interface Mark {
  readonly t: number
  readonly at: number
}

/**
 * Memory of a rule that is judged on samples. Bounded by age: samples for the rule's longest delay and 15 minutes. A judged
 * memory is a new object; folds are copied, samples are shared (sample-log.ts), so a record costs the same whatever is kept.
 *
 * The store keeps all but the samples: what a record said to each rule stands with the record. After a start the samples
 * between `base` and `cold` are still there alone, and are fetched when a late sample must be judged among them.
 */
export interface SampledMemory {
  readonly type: 'sampled'
  /** What the rule looked like; one that was declared otherwise begins anew. */
  readonly signature: string
  /** After all samples up to `baseMark`. */
  base: Fold
  baseMark: Mark | null
  /** After all samples that are in the store alone; null: none are. */
  cold: { readonly fold: Fold; readonly mark: Mark } | null
  samples: SampleLog
  /** After all of them. */
  head: Fold
  /** The newest sample; null: there was none. */
  newest: Mark | null
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
  readonly order: Order
  readonly met: boolean
}

/** Memory of a rule that is raised by silence. */
export interface SilentMemory {
  readonly type: 'silent'
  readonly raised: boolean
}

export type RuleMemory = SampledMemory | LatchedMemory | SilentMemory

/** A memory as the store keeps it. */
export type KeptMemory = Omit<SampledMemory, 'samples' | 'cold'> | LatchedMemory | SilentMemory

export function toKept(memory: RuleMemory): KeptMemory {
  if (memory.type !== 'sampled') return memory
  const { samples: _samples, cold: _cold, ...kept } = memory
  return kept
}

export function fromKept(kept: KeptMemory): RuleMemory {
  if (kept.type !== 'sampled') return kept
  const { newest } = kept
  return { ...kept, samples: EMPTY_LOG(), cold: newest === null ? null : { fold: copyFold(kept.head), mark: newest } }
}

export const createSampled = (rule: CompiledRule): SampledMemory => ({
  type: 'sampled',
  signature: rule.signature,
  base: createFold(rule),
  baseMark: null,
  cold: null,
  samples: EMPTY_LOG(),
  head: createFold(rule),
  newest: null,
  newestReceivedMs: 0,
  told: [],
  dueMs: null,
  backlog: null,
})

/** A copy that {@link judgeSample} and {@link judgeTime} may change; `base` is replaced there, never changed in place. */
export const copySampled = (memory: SampledMemory): SampledMemory => ({
  ...memory,
  head: copyFold(memory.head),
  backlog: memory.backlog && { fold: copyFold(memory.backlog.fold), t: memory.backlog.t },
})

/** Whether a sample is from before the window: it is judged by itself, and not kept among the others. */
export const isBacklog = ({ newest }: SampledMemory, { windowMs }: CompiledRule, t: number): boolean =>
  newest !== null && t < newest.t - windowMs

/**
 * Judges a sample that was not seen before. Changes `memory`.
 *
 * @param cold - the samples that are in the store alone, ascending.
 */
export function judgeSample(
  memory: SampledMemory,
  rule: CompiledRule,
  sample: Sample,
  nowMs: number,
  cold: () => readonly Sample[] = () => [],
): Happening[] {
  const { newest } = memory
  // Time passes with a backlog too: a delay that runs out meanwhile is judged here or never.
  if (isBacklog(memory, rule, sample.t)) return [...judgeBacklog(memory, rule, sample), ...judgeTime(memory, rule, nowMs)]
  if (newest === null || compareSamples(sample, newest) > 0) {
    memory.samples = appendSample(memory.samples, sample)
    step(memory.head, rule, sample)
    memory.newest = { t: sample.t, at: sample.at }
    memory.newestReceivedMs = nowMs
    forgetOld(memory, rule, sample.t - rule.windowMs)
  } else {
    if (memory.cold !== null && compareSamples(memory.cold.mark, sample) > 0) {
      const items = [...cold(), ...samplesOf(memory.samples)]
      memory.samples = { items, start: 0, end: items.length }
      memory.cold = null
    }
    memory.samples = insertSample(memory.samples, sample)
    memory.head = copyFold(memory.cold?.fold ?? memory.base)
    for (const each of samplesOf(memory.samples)) step(memory.head, rule, each)
    // What was over before the window was told and forgotten; folded again, it must not be told anew.
    forgetEpisodes(memory.head, newest.t - rule.windowMs)
  }
  return judgeTime(memory, rule, nowMs)
}

/** Judges the passing of time: delays that run out. Changes `memory`. */
export function judgeTime(memory: SampledMemory, rule: CompiledRule, nowMs: number): Happening[] {
  const { newest } = memory
  if (newest === null) return []
  let view = memory.head
  // Where no delay runs, time changes nothing: most samples of most rules.
  if (dueMs(view, rule) !== null) {
    view = copyFold(view)
    advance(view, rule, newest.t + Math.max(0, nowMs - memory.newestReceivedMs))
  }
  const episodes = episodesOf(view)
  const happenings = compareEpisodes(memory.told, episodes, newest.t)
  memory.told = episodes
  const due = dueMs(view, rule)
  memory.dueMs = due === null ? null : memory.newestReceivedMs + (due - newest.t)
  return happenings
}

/** Judges one record of a latched rule, by itself: `met` is its own word. `isNewest`: it is the newest record of its entity. */
export function judgeLatched(
  memory: LatchedMemory | undefined,
  { order, met, isNewest: isNewestOfAll }: Omit<LatchedMemory, 'type'> & { readonly isNewest: boolean },
): { readonly memory: LatchedMemory; readonly happenings: Happening[] } {
  const isNewest = isNewestOfAll || memory === undefined || isAfter(order, memory.order)
  const next: LatchedMemory = isNewest ? { type: 'latched', order, met } : memory
  const happenings: Happening[] = []
  if (met) happenings.push({ type: 'occur', atMs: order.t, overMs: next.met ? null : next.order.t })
  else if (isNewest) happenings.push({ type: 'clear', atMs: order.t })
  return { memory: next, happenings }
}

/** Whether the words of one record meet a condition by themselves: what it does not carry is not met. */
export const metAlone = (rule: CompiledRule, words: readonly number[]): boolean => rule.met((leaf) => words[leaf] === MET)

function judgeBacklog(memory: SampledMemory, rule: CompiledRule, sample: Sample): Happening[] {
  // Inside an episode that was told already: it says nothing new. Those that are remembered end inside the window, or later.
  if (memory.told.some(({ raisedMs }) => raisedMs <= sample.t)) return []
  if (memory.backlog === null || sample.t < memory.backlog.t) memory.backlog = { fold: createFold(rule), t: sample.t }
  const { fold } = memory.backlog
  const before = episodesOf(fold).length
  memory.backlog.t = sample.t
  step(fold, rule, sample)
  const happenings: Happening[] = episodesOf(fold)
    .slice(before)
    .map((episode) => ({ type: 'occur', atMs: episode.raisedMs, overMs: episode.clearedMs ?? sample.t }))
  fold.closed = []
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
  if (memory.cold !== null && firstOf(memory.samples)!.t < beforeMs) {
    // Samples in the store alone are older still: they are forgotten at once.
    memory.base = memory.cold.fold
    memory.cold = null
  }
  let base: Fold | null = null
  let old = 0
  for (const sample of samplesOf(memory.samples)) {
    if (sample.t >= beforeMs) break
    base ??= copyFold(memory.base)
    step(base, rule, sample)
    memory.baseMark = { t: sample.t, at: sample.at }
    old++
  }
  if (base !== null) {
    // What ended by them was over before the window.
    memory.base = { ...base, closed: [] }
    memory.samples = dropFirst(memory.samples, old)
  }
  forgetEpisodes(memory.head, beforeMs)
}

/** Forgets what was over before a time. */
function forgetEpisodes(fold: Fold, beforeMs: number): void {
  fold.closed = fold.closed.filter(({ clearedMs }) => clearedMs! >= beforeMs)
}
