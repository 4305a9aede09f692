// Live flow: intake -> **rules on every record** -> alarms. A rule as declared becomes leaves (one comparison each) and a
// tree over them, and a record becomes one small word per leaf. From then on a rule knows no values: limits may change,
// samples that wait for their neighbours need not be judged again, and what is kept of them is no blood pressure.
import { TwinError } from '../error/twin-error.ts'
import type { AnyCondition, AnyKind, AnyRule, Limit } from '../kind/kind.ts'
import { STALE_INTERVALS } from '../kind/kind.ts'
import { hash32 } from '../record/hash.ts'
import type { Value } from '../record/record.ts'

/** What a sample says about a leaf: 0 nothing, 1 not met, 2 not met but inside the deadband, 3 met. */
export type LeafWord = 0 | 1 | 2 | 3
export const SAYS_NOTHING = 0
export const NOT_MET = 1
export const IN_DEADBAND = 2
export const MET = 3

type Leaf = Exclude<AnyCondition, { op: 'silent' | 'all' | 'any' }>
type Tree = number | { readonly op: 'all' | 'any'; readonly of: readonly Tree[] }

export interface CompiledRule {
  readonly kind: string
  readonly name: string
  readonly rule: AnyRule
  /** Tells one declaration of a rule from another: what was remembered under another does not count. */
  readonly signature: string
  readonly leaves: readonly Leaf[]
  /** Whether the condition is met, given which leaves are. */
  readonly met: (leafIsMet: (leaf: number) => boolean) => boolean
  /** Raised by silence, after so long, ms. Null: by records. */
  readonly silentMs: number | null
  /** With more than one sample in a row, only records that carry one of these count; empty: all do. */
  readonly counting: readonly number[]
  /** How far back samples are kept for late ones to be judged among them, ms. */
  readonly windowMs: number
}

/** What a late record may be late by, beyond the rule's own delays, ms. */
export const LATE_WINDOW_MS = 15 * 60_000

/** Rules of kinds, by the kind's name. */
export function compileRules(kinds: Iterable<AnyKind>): Map<string, readonly CompiledRule[]> {
  const byKind = new Map<string, readonly CompiledRule[]>()
  for (const kind of kinds)
    byKind.set(
      kind.kind,
      Object.entries(kind.alarms).map(([name, rule]) => compileRule(kind, name, rule)),
    )
  return byKind
}

/** @throws TwinError `kind-invalid` where `silent` is a part of another condition: it has no record to be judged on. */
export function compileRule(kind: AnyKind, name: string, rule: AnyRule): CompiledRule {
  const leaves: Leaf[] = []
  const treeOf = (condition: AnyCondition): Tree => {
    if (condition.op === 'all' || condition.op === 'any') return { op: condition.op, of: condition.of.map(treeOf) }
    if (condition.op === 'silent')
      throw new TwinError('kind-invalid', `${kind.kind}.alarms.${name}: silent stands alone; make it a rule of its own`, {
        kind: kind.kind,
        path: `alarms.${name}.when`,
      })
    return leaves.push(condition) - 1
  }
  const { when, latch, samples, onDelayMs, offDelayMs } = rule
  const signature = hash32(JSON.stringify([when, latch ?? false, samples ?? 1, onDelayMs ?? 0, offDelayMs ?? 0]))
  const base = { kind: kind.kind, name, rule, signature }
  if (rule.when.op === 'silent') {
    const silentMs = rule.when.forMs ?? STALE_INTERVALS * (kind.everyMs ?? Number.POSITIVE_INFINITY)
    return { ...base, leaves, met: () => false, silentMs, counting: [], windowMs: 0 }
  }
  const tree = treeOf(rule.when)
  const quantities = leaves.flatMap((leaf, i) => (leaf.op === 'is' ? [] : [i]))
  return {
    ...base,
    leaves,
    met: (leafIsMet) => holds(tree, leafIsMet),
    silentMs: null,
    counting: (rule.samples ?? 1) > 1 ? quantities : [],
    windowMs: Math.max(rule.onDelayMs ?? 0, rule.offDelayMs ?? 0) + LATE_WINDOW_MS,
  }
}

function holds(tree: Tree, leafIsMet: (leaf: number) => boolean): boolean {
  if (typeof tree === 'number') return leafIsMet(tree)
  return tree.op === 'all' ? tree.of.every((part) => holds(part, leafIsMet)) : tree.of.some((part) => holds(part, leafIsMet))
}

/** Values of the wearer's profile, by property; undefined where there is none. */
export type Profile = (property: string) => Value | undefined

/**
 * What a record says to a rule, a word per leaf; null where it carries none of its fields, and so is no sample of it.
 * The limits of the person are those that stand now.
 */
export function wordsOf(rule: CompiledRule, properties: Readonly<Record<string, Value>>, profile: Profile): LeafWord[] | null {
  let carried = false
  const words = rule.leaves.map((leaf): LeafWord => {
    const value = Object.hasOwn(properties, leaf.field) ? properties[leaf.field] : undefined
    if (value === undefined) return SAYS_NOTHING
    carried = true
    return wordOf(leaf, value, profile)
  })
  return carried ? words : null
}

function wordOf(leaf: Leaf, value: Value, profile: Profile): LeafWord {
  if (leaf.op === 'is') return value === leaf.value ? MET : NOT_MET
  if (typeof value !== 'number') return NOT_MET
  const limit = limitFor(leaf.limit, profile)
  const { deadband } = leaf
  switch (leaf.op) {
    case 'above':
      return value > limit ? MET : value > limit - deadband ? IN_DEADBAND : NOT_MET
    case 'atLeast':
      return value >= limit ? MET : value > limit - deadband ? IN_DEADBAND : NOT_MET
    case 'below':
      return value < limit ? MET : value < limit + deadband ? IN_DEADBAND : NOT_MET
    case 'atMost':
      return value <= limit ? MET : value < limit + deadband ? IN_DEADBAND : NOT_MET
  }
}

/**
 * The limit for one person: the profile's own; else that of the oldest age reached, by the profile's `ageYears`; else
 * `otherwise`.
 */
export function limitFor(limit: Limit, profile: Profile): number {
  if (typeof limit === 'number') return limit
  const own = profile(limit.property)
  if (typeof own === 'number') return own
  const age = profile('ageYears')
  if (typeof age !== 'number') return limit.otherwise
  let reached = { ageYears: Number.NEGATIVE_INFINITY, limit: limit.otherwise }
  for (const step of limit.fromAge ?? []) if (age >= step.ageYears && step.ageYears > reached.ageYears) reached = step
  return reached.limit
}
