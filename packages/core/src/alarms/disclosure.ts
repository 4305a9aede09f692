// Live flow: life cycle -> **disclosure** -> store and stream. What roles see that may not read a rule's fields: that help is
// needed, and where. docs/formats/wire.md, "By role".
//
// The law: a disclosure depends only on whether any alarm behind it stands, and, once it was withdrawn, on whether one of them
// is raised anew. Neither a second cause nor a grade, a count, an acknowledgement or a shelve behind it changes anything of it.
import { errorToData, TwinError } from '../error/twin-error.ts'
import type { AlarmCategory, AnyKind, Priority } from '../kind/kind.ts'
import type { AboutDisclosure, ActionAnswer } from '../record/action.ts'
import type { Alarm } from '../record/alarm.ts'
import type { Location } from '../record/record.ts'
import type { Redaction } from '../record/redact.ts'
import type { KeptAlarm } from './life-cycle.ts'

/** One disclosure as its authority keeps it: it stands while any alarm behind it stands, and says nothing of those. */
export interface KeptDisclosure {
  readonly id: string
  readonly kind: string
  readonly entity: string
  readonly as: string
  readonly category: AlarmCategory
  readonly priority: Priority
  readonly place: Location | null
  /** `withdrawn`: it stands for nobody, until a rule behind it is raised anew. `ended`: nothing changes it any more. */
  readonly state: 'open' | 'taken' | 'withdrawn' | 'ended'
  /** Server's time of the raise. */
  readonly raisedMs: number
  /** Server's time at which it was over for everybody, withdrawn or ended; null: it stands. */
  readonly overMs: number | null
  readonly taken: Signed | null
  readonly done: Signed | null
  readonly withdrawn: Signed | null
}

interface Signed {
  readonly by: string
  readonly atMs: number
}

export interface DisclosuresInput {
  readonly kind: AnyKind
  readonly entity: string
  /** Alarms of the entity that stand after this input, in any state but `normal`. */
  readonly standing: readonly Pick<KeptAlarm, 'rule' | 'state'>[]
  /** Those of them that were raised, or occurred anew, in this input. */
  readonly raised: readonly Pick<KeptAlarm, 'rule' | 'state'>[]
  /** Disclosures of the entity that are not `ended`. */
  readonly known: readonly KeptDisclosure[]
  /** Where the entity is. */
  readonly place: Location | null
  readonly nowMs: number
  /** An id that nobody can guess. */
  readonly newId: () => string
}

/** What one input makes of an entity's disclosures: only those that changed, an ended one before the one that follows it. */
export function reduceDisclosures(input: DisclosuresInput): KeptDisclosure[] {
  const { kind, entity, standing, raised, known, place, nowMs, newId } = input
  const declared = kind.disclosures ?? {}
  const behind = (alarms: DisclosuresInput['standing'], as: string): boolean =>
    alarms.some(({ rule, state }) => state !== 'normal' && discloses(kind, rule, as))
  const changed: KeptDisclosure[] = []
  for (const as of new Set([...Object.keys(declared), ...known.map((each) => each.as)])) {
    const before = known.find((each) => each.as === as && each.state !== 'ended')
    const stands = behind(standing, as)
    const isWithdrawn = before?.state === 'withdrawn'
    const begins = stands && (before === undefined || (isWithdrawn && behind(raised, as)))
    if (before !== undefined && (!stands || begins)) changed.push({ ...before, state: 'ended', overMs: before.overMs ?? nowMs })
    if (!begins) continue
    const { category, priority } = declared[as]!
    changed.push({
      id: newId(),
      kind: kind.kind,
      entity,
      as,
      category,
      priority,
      place,
      state: 'open',
      raisedMs: nowMs,
      overMs: null,
      taken: null,
      done: null,
      withdrawn: null,
    })
  }
  return changed
}

const discloses = (kind: AnyKind, rule: string, as: string): boolean =>
  Object.hasOwn(kind.disclosures ?? {}, as) &&
  Object.hasOwn(kind.alarms, rule) &&
  kind.alarms[rule]!.discloses?.some((each) => each.as === as) === true

/** Whether any rule of a kind discloses something: for the others there is nothing to reduce. */
export const hasDisclosures = (kind: AnyKind): boolean => Object.keys(kind.disclosures ?? {}).length > 0

/** Whether a role may do this: those that it is disclosed to go there; one that reads what is behind it may withdraw it. */
export function mayOnDisclosure(
  redaction: Redaction,
  { kind, as }: Pick<KeptDisclosure, 'kind' | 'as'>,
  type: AboutDisclosure['type'],
): boolean {
  const insight = redaction.disclosure(kind, as)
  return insight !== null && (type === 'withdraw' ? insight.reads : insight.told)
}

/**
 * What an action makes of a disclosure. Done again, by whomever, it answers who was first.
 *
 * @param disclosure - as it stands, or as it was when it ended.
 * @returns the answer, and what the disclosure becomes where this changes it.
 */
export function actOnDisclosure(
  disclosure: KeptDisclosure,
  { key, type, by, nowMs }: Pick<AboutDisclosure, 'key' | 'type'> & { readonly by: string; readonly nowMs: number },
): { readonly answer: ActionAnswer; readonly becomes?: KeptDisclosure } {
  const first = { take: disclosure.taken, done: disclosure.done, withdraw: disclosure.withdrawn }[type]
  if (first !== null) return { answer: { key, state: 'done', by: first.by } }
  if (disclosure.overMs !== null) {
    const { id } = disclosure
    const error = new TwinError('alarm-unknown', `there is no alarm ${id} any more; load the list of alarms again`, { alarm: id })
    return { answer: { error: errorToData(error) } }
  }
  const signed = { by, atMs: nowMs }
  const becomes: KeptDisclosure =
    type === 'withdraw'
      ? { ...disclosure, state: 'withdrawn', overMs: nowMs, withdrawn: signed }
      : { ...disclosure, state: 'taken', taken: disclosure.taken ?? signed, ...(type === 'done' && { done: signed }) }
  return { answer: { key, state: 'pending' }, becomes }
}

/**
 * As the wire carries it, before it is redacted; null: it was withdrawn before it ended, so that it is over was told already,
 * and when the alarms behind it ended is nobody's to know.
 */
export function disclosureToWire(kept: KeptDisclosure): Alarm | null {
  if (kept.state === 'ended' && kept.withdrawn !== null) return null
  return {
    id: kept.id,
    kind: kept.kind,
    entity: kept.entity,
    rule: null,
    as: kept.as,
    category: kept.category,
    place: kept.place,
    priority: kept.priority,
    state: kept.overMs !== null ? 'normal' : kept.state === 'taken' ? 'acknowledged' : 'unacknowledged',
    raisedMs: kept.raisedMs,
    lastMs: kept.raisedMs,
    enteredMs: kept.raisedMs,
    heardMs: kept.raisedMs,
    clearedMs: kept.overMs,
    count: 1,
    acknowledged: kept.taken,
    done: kept.done,
    escalated: false,
  }
}
