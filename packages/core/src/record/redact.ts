// Server flow: commit -> **redact** by role -> serialise. The one place that cuts. It makes new objects out of what the
// role may see, never deletes from the old: a field that somebody forgets is absent, not leaked.
import { fieldsOf } from '../kind/check-kind.ts'
import type { AnyKind, AnyRule } from '../kind/kind.ts'
import { maySee, type Privacy, type Role } from '../kind/privacy.ts'
import type { Alarm } from './alarm.ts'
import type { TwinRecord, Value } from './record.ts'

/** What one role sees of a twin's kinds; made once per role. */
export interface Redaction {
  readonly role: Role
  /** That entities of this kind are there at all. */
  readonly sees: (kind: string) => boolean
  /** Null: the role may not know that it is there. */
  readonly record: (record: TwinRecord) => TwinRecord | null
  readonly alarm: (alarm: Alarm) => Alarm | null
  /** Kinds that this role sees and that hold data of persons: each access to them is audited. */
  readonly personalKinds: readonly string[]
}

/** Sorts of data that a rule tells about: those of its fields, and of the place, since an alarm stands somewhere. */
export function privacyOfRule(kind: AnyKind, rule: AnyRule): readonly Privacy[] {
  const sorts = new Set<Privacy>()
  for (const name of fieldsOf(rule.when)) {
    const privacy = Object.hasOwn(kind.fields, name) ? kind.fields[name]!.privacy : undefined
    if (privacy !== undefined) sorts.add(privacy)
  }
  return [...sorts]
}

/**
 * Cuts by the table in kind/privacy.ts. An entity whose place a role may not know is not there for it, and neither are its
 * alarms; of a rule about health that it may not read, place, priority and category stay, so that help can be sent.
 */
export function redactionFor(role: Role, kinds: ReadonlyMap<string, AnyKind>): Redaction {
  const sees = (name: string): boolean => {
    const kind = kinds.get(name)
    return kind !== undefined && maySee(role, kind.location?.privacy)
  }
  const seen = new Map<string, ReadonlySet<string>>()
  for (const [name, kind] of kinds)
    if (sees(name)) seen.set(name, new Set(Object.keys(kind.fields).filter((field) => maySee(role, kind.fields[field]!.privacy))))

  const record = (whole: TwinRecord): TwinRecord | null => {
    const fields = seen.get(whole.kind)
    if (fields === undefined) return null
    const properties: Record<string, Value> = {}
    for (const [name, value] of Object.entries(whole.properties)) if (fields.has(name)) properties[name] = value
    return {
      kind: whole.kind,
      id: whole.id,
      ...(whole.boot !== undefined && { boot: whole.boot }),
      ...(whole.seq !== undefined && { seq: whole.seq }),
      t: whole.t,
      ...(whole.location !== undefined && { location: whole.location }),
      properties,
    }
  }

  const alarm = (whole: Alarm): Alarm | null => {
    const kind = whole.kind === null ? undefined : kinds.get(whole.kind)
    const rule = kind !== undefined && whole.rule !== null && Object.hasOwn(kind.alarms, whole.rule) ? kind.alarms[whole.rule] : undefined
    // An alarm of a kind or rule that is declared no more: nobody can say what it tells, so only who sees all sees it.
    const hidden = kind === undefined || rule === undefined ? ALL.filter((p) => !maySee(role, p)) : hiddenSorts(role, kind, rule)
    if (hidden.includes('personal') || hidden.includes('whereabouts') || (kind !== undefined && !sees(whole.kind!))) return null
    if (hidden.length > 0 && role === 'public') return null
    const known = hidden.length === 0
    return {
      id: whole.id,
      kind: known ? whole.kind : null,
      entity: known ? whole.entity : null,
      rule: known ? whole.rule : null,
      category: whole.category,
      place: whole.place,
      priority: whole.priority,
      state: whole.state,
      raisedMs: whole.raisedMs,
      lastMs: whole.lastMs,
      enteredMs: whole.enteredMs,
      clearedMs: whole.clearedMs,
      count: whole.count,
      acknowledged: whole.acknowledged && { by: maySee(role, 'personal') ? whole.acknowledged.by : '', atMs: whole.acknowledged.atMs },
      escalated: whole.escalated,
    }
  }

  const personalKinds = [...kinds.values()].filter((kind) => sees(kind.kind) && isPersonal(kind, role)).map((kind) => kind.kind)
  return { role, sees, record, alarm, personalKinds }
}

const ALL: readonly Privacy[] = ['personal', 'whereabouts', 'health']

const hiddenSorts = (role: Role, kind: AnyKind, rule: AnyRule): readonly Privacy[] =>
  privacyOfRule(kind, rule).filter((p) => !maySee(role, p))

const isPersonal = (kind: AnyKind, role: Role): boolean =>
  kind.location?.privacy !== undefined || Object.values(kind.fields).some((f) => f.privacy !== undefined && maySee(role, f.privacy))
