// Server flow: commit -> **redact** by role -> serialise. The one place that cuts. It makes new objects out of what the
// role may see, never deletes from the old: a field that somebody forgets is absent, not leaked.
//
// The law: what a role gets does not depend on what is hidden from it, beyond what a kind declares as disclosed. So a row of
// which nothing is visible is no row, an alarm whose rule reads a hidden field is absent, and what is disclosed instead is an
// alarm of its own that says the same whatever stands behind it.
import { fieldsOf } from '../kind/check-kind.ts'
import type { AnyCondition, AnyKind, AnyRule, PersonalLimit } from '../kind/kind.ts'
import { maySee, type Privacy, type Role } from '../kind/privacy.ts'
import type { Alarm } from './alarm.ts'
import type { Row, Value } from './record.ts'

/** What one role sees of a twin's kinds; made once per role. */
export interface Redaction {
  readonly role: Role
  /** That entities of this kind are there at all. */
  readonly sees: (kind: string) => boolean
  /** Null: nothing of it is visible, so for this role it is not there. */
  readonly row: (row: Row) => Row | null
  /** Null: for this role it is not there. */
  readonly alarm: (alarm: Alarm) => Alarm | null
  /** How this role stands to a disclosure of a kind; null: it is not there for the role. */
  readonly disclosure: (kind: string, as: string) => Insight | null
  /** Kinds that this role sees and that hold data of persons: each access to them is audited. */
  readonly personalKinds: readonly string[]
}

/** `told`: a rule discloses it to the role. `reads`: the role reads all that any rule behind it reads. */
export interface Insight {
  readonly told: boolean
  readonly reads: boolean
}

type Kinds = ReadonlyMap<string, AnyKind>

const ALL: readonly Privacy[] = ['personal', 'whereabouts', 'health']

/**
 * Sorts of data that a rule tells about: those of the fields that it reads, and those of the profile where a limit depends
 * on the person. Who wears it, and an age, are told by an alarm as much as a pulse is.
 */
export function privacyOfRule(kinds: Kinds, kind: AnyKind, { when }: AnyRule): readonly Privacy[] {
  const sorts = new Set<Privacy>()
  const read = (of: AnyKind | undefined, name: string): void => {
    const privacy = of !== undefined && Object.hasOwn(of.fields, name) ? of.fields[name]!.privacy : undefined
    if (privacy !== undefined) sorts.add(privacy)
  }
  for (const name of fieldsOf(when)) read(kind, name)
  const limits = personalLimitsOf(when)
  if (kind.profile !== undefined && limits.length > 0) {
    const profile = kinds.get(kind.profile.kind)
    read(kind, kind.profile.by)
    for (const { property, fromAge } of limits) {
      read(profile, property)
      if (fromAge !== undefined) read(profile, 'ageYears')
    }
  }
  return [...sorts]
}

function personalLimitsOf(when: AnyCondition): readonly PersonalLimit[] {
  if (when.op === 'all' || when.op === 'any') return when.of.flatMap(personalLimitsOf)
  return 'limit' in when && typeof when.limit !== 'number' ? [when.limit] : []
}

/**
 * Cuts by the table in kind/privacy.ts. An entity whose place a role may not know is not there for it, and neither are its
 * alarms, nor what they disclose.
 */
export function redactionFor(role: Role, kinds: Kinds): Redaction {
  const seesAll = ALL.every((privacy) => maySee(role, privacy))
  const seen = new Map<string, ReadonlySet<string>>()
  for (const [name, kind] of kinds)
    if (maySee(role, kind.location?.privacy))
      seen.set(name, new Set(Object.keys(kind.fields).filter((field) => maySee(role, kind.fields[field]!.privacy))))
  const sees = (kind: string): boolean => seen.has(kind)
  const reads = (kind: AnyKind, rule: AnyRule): boolean => privacyOfRule(kinds, kind, rule).every((privacy) => maySee(role, privacy))

  const row = (whole: Row): Row | null => {
    const fields = seen.get(whole.kind)
    if (fields === undefined) return null
    const properties: Record<string, Value> = {}
    let isEmpty = whole.location === undefined
    for (const name of Object.keys(whole.properties))
      if (fields.has(name)) {
        properties[name] = whole.properties[name]!
        isEmpty = false
      }
    if (isEmpty) return null
    return {
      kind: whole.kind,
      id: whole.id,
      t: whole.t,
      heardMs: whole.heardMs,
      ...(whole.clockOffMs !== undefined && { clockOffMs: whole.clockOffMs }),
      ...(whole.location !== undefined && { location: whole.location }),
      properties,
    }
  }

  const readsRule = (kindName: string, name: string): boolean => {
    const kind = kinds.get(kindName)
    const rule = kind !== undefined && Object.hasOwn(kind.alarms, name) ? kind.alarms[name] : undefined
    // Of a kind or rule that is declared no more nobody can say what it tells, so only who sees all sees it.
    if (kind === undefined || rule === undefined) return seesAll
    return sees(kindName) && reads(kind, rule)
  }

  const disclosure = (kindName: string, as: string): Insight | null => {
    const kind = kinds.get(kindName)
    const behind = Object.values(kind?.alarms ?? {}).filter(({ discloses }) => discloses?.some((each) => each.as === as))
    if (kind === undefined || behind.length === 0) return seesAll ? { told: false, reads: true } : null
    if (!sees(kindName)) return null
    const insight = {
      told: behind.some(({ discloses }) => discloses!.some((each) => each.as === as && each.roles.includes(role))),
      // All of them: one who reads but one rule would learn from the disclosure that another stands.
      reads: behind.every((rule) => reads(kind, rule)),
    }
    return insight.told || insight.reads ? insight : null
  }

  const signed = (by: Alarm['acknowledged']): Alarm['acknowledged'] => by && { by: maySee(role, 'personal') ? by.by : '', atMs: by.atMs }
  const alarm = (whole: Alarm): Alarm | null => {
    const isThere = whole.rule !== null ? readsRule(whole.kind, whole.rule) : disclosure(whole.kind, whole.as!) !== null
    if (!isThere) return null
    return {
      id: whole.id,
      kind: whole.kind,
      entity: whole.entity,
      rule: whole.rule,
      as: whole.as,
      category: whole.category,
      place: whole.place,
      priority: whole.priority,
      state: whole.state,
      raisedMs: whole.raisedMs,
      lastMs: whole.lastMs,
      enteredMs: whole.enteredMs,
      heardMs: whole.heardMs,
      clearedMs: whole.clearedMs,
      count: whole.count,
      acknowledged: signed(whole.acknowledged),
      done: signed(whole.done),
      escalated: whole.escalated,
    }
  }

  const isPersonal = (kind: AnyKind): boolean =>
    kind.location?.privacy !== undefined ||
    Object.values(kind.fields).some(({ privacy }) => privacy !== undefined && maySee(role, privacy)) ||
    Object.keys(kind.disclosures ?? {}).some((as) => disclosure(kind.kind, as) !== null)
  const personalKinds = [...kinds.values()].filter((kind) => sees(kind.kind) && isPersonal(kind)).map(({ kind }) => kind)
  return { role, sees, row, alarm, disclosure, personalKinds }
}
