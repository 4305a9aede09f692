// Live flow: intake -> rules -> **timeline** -> life cycle. When the condition of one rule stood, as a fold over its samples
// sorted by phenomenon time: delays, samples in a row and deadband live here and nowhere else. Because it is a fold over a
// sorted list, a late sample is judged among its neighbours by folding again, and the order of arrival does not matter.
import { type CompiledRule, IN_DEADBAND, type LeafWord, MET, SAYS_NOTHING } from './compile-rule.ts'

export interface Sample {
  readonly t: number
  /** Number of its record among all that were kept: samples of one time count in the order in which they came. */
  readonly at: number
  readonly words: readonly LeafWord[]
}

/** From when to when an alarm of the rule was due; `clearedMs` null: it still is. Phenomenon time, ms. */
export interface Episode {
  readonly raisedMs: number
  readonly clearedMs: number | null
}

/** Where the fold stands after some samples. Plain data: it is kept in the store. */
export interface Fold {
  /** Newest word of each leaf: a value holds until the next one. */
  readonly held: LeafWord[]
  /** Leaves that are met with the deadband counted: set by {@link MET}, kept by {@link IN_DEADBAND}. */
  readonly sticky: boolean[]
  /** Samples in a row that fulfil the condition, and the t of the first. */
  row: number
  rowSinceMs: number
  /** Since when the condition holds; null: it does not. */
  onSinceMs: number | null
  /** Since when it is over, while the alarm is still due. */
  offSinceMs: number | null
  /** When the alarm became due; null: it is not. */
  raisedMs: number | null
  /** What ended inside the window, oldest first. */
  closed: Episode[]
}

export const createFold = (rule: CompiledRule): Fold => ({
  held: rule.leaves.map(() => SAYS_NOTHING),
  sticky: rule.leaves.map(() => false),
  row: 0,
  rowSinceMs: 0,
  onSinceMs: null,
  offSinceMs: null,
  raisedMs: null,
  closed: [],
})

export const copyFold = (fold: Fold): Fold => ({
  ...fold,
  held: [...fold.held],
  sticky: [...fold.sticky],
  closed: [...fold.closed],
})

export const compareSamples = (a: Omit<Sample, 'words'>, b: Omit<Sample, 'words'>): number => a.t - b.t || a.at - b.at

/** Lets time pass to `t` without a sample: delays run out. */
export function advance(fold: Fold, rule: CompiledRule, t: number): void {
  if (fold.raisedMs === null && fold.onSinceMs !== null) {
    const dueMs = fold.onSinceMs + (rule.rule.onDelayMs ?? 0)
    if (t >= dueMs) fold.raisedMs = dueMs
  }
  if (fold.raisedMs !== null && fold.offSinceMs !== null) {
    const overMs = fold.offSinceMs + (rule.rule.offDelayMs ?? 0)
    if (t < overMs) return
    fold.closed.push({ raisedMs: fold.raisedMs, clearedMs: overMs })
    fold.raisedMs = fold.onSinceMs = fold.offSinceMs = null
    fold.row = 0
  }
}

/** Takes the next sample; its t is not before that of the last. */
export function step(fold: Fold, rule: CompiledRule, sample: Sample): void {
  advance(fold, rule, sample.t)
  for (let leaf = 0; leaf < sample.words.length; leaf++) {
    const word = sample.words[leaf]!
    if (word === SAYS_NOTHING) continue
    fold.held[leaf] = word
    fold.sticky[leaf] = word === MET || (word === IN_DEADBAND && fold.sticky[leaf]!)
  }
  const met = rule.met((leaf) => fold.held[leaf] === MET)
  const sticks = rule.met((leaf) => fold.sticky[leaf]!)
  if (fold.raisedMs !== null) {
    if (met || sticks) fold.offSinceMs = null
    else fold.offSinceMs ??= sample.t
  } else if (met) {
    if (rule.counting.length === 0 || rule.counting.some((leaf) => sample.words[leaf] !== SAYS_NOTHING)) {
      if (fold.row === 0) fold.rowSinceMs = sample.t
      fold.row++
    }
    if (fold.row >= (rule.rule.samples ?? 1)) fold.onSinceMs = fold.rowSinceMs
  } else if (fold.onSinceMs === null || !sticks) {
    // A value that trembles around its limit does not start a delay anew; a row of samples is of those that fulfil.
    fold.row = 0
    fold.onSinceMs = null
  }
  advance(fold, rule, sample.t)
}

/** When a delay runs out if no sample comes; null: none runs. Phenomenon time. */
export function dueMs(fold: Fold, rule: CompiledRule): number | null {
  if (fold.raisedMs === null) return fold.onSinceMs === null ? null : fold.onSinceMs + (rule.rule.onDelayMs ?? 0)
  return fold.offSinceMs === null ? null : fold.offSinceMs + (rule.rule.offDelayMs ?? 0)
}

/** All episodes inside the window, oldest first; the last may be open. */
export const episodesOf = (fold: Fold): Episode[] =>
  fold.raisedMs === null ? [...fold.closed] : [...fold.closed, { raisedMs: fold.raisedMs, clearedMs: null }]
