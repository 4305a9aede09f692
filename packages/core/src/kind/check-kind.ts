import { TwinError } from '../error/twin-error.ts'
import type { AnyCondition, AnyKind, Field, Limit } from './kind.ts'
import { isRole, maySee } from './privacy.ts'
import { shown, wrongWithId } from './wire-text.ts'

/** Values of one quantity that say "no reading"; devices have one to three, and each value is compared with each. */
export const MOST_ABSENT = 16

/** Every limit that a condition may apply, in the field's unit: its own, by age, or otherwise. */
const limitsOf = (limit: Limit): readonly number[] =>
  typeof limit === 'number' ? [limit] : [limit.otherwise, ...(limit.fromAge ?? []).map((step) => step.limit)]

/** Every field that a condition reads. */
export function fieldsOf(condition: AnyCondition): readonly string[] {
  if (condition.op === 'silent') return []
  if (condition.op === 'all' || condition.op === 'any') return condition.of.flatMap(fieldsOf)
  return [condition.field]
}

/** Whether any limit of a condition depends on the person, whose profile is another kind. */
const isPersonal = (when: AnyCondition): boolean =>
  when.op === 'all' || when.op === 'any' ? when.of.some(isPersonal) : 'limit' in when && typeof when.limit !== 'number'

type Refuse = (path: string, what: string, details?: Record<string, unknown>) => never

/**
 * What a rule discloses must have a name, and roles that it changes something for: a role that reads the whole rule sees its
 * alarm, and one that may not know where the entity is is told nothing of it. All rules behind one name have the same roles,
 * because a role that is told of one of them by that name could else tell that another stands.
 */
function checkDisclosures(declared: AnyKind, refuse: Refuse): void {
  const { alarms, fields, disclosures = {} } = declared
  const rolesOf = new Map<string, { readonly roles: string; readonly rule: string }>()
  for (const [rule, { when, discloses = [] }] of Object.entries(alarms))
    for (const [i, { roles, as }] of discloses.entries()) {
      const path = `alarms.${rule}.discloses[${i}]`
      if (!Object.hasOwn(disclosures, as))
        refuse(`${path}.as`, `no disclosure is named ${as}; declare it in disclosures${namesOf(disclosures)}`)
      if (discloses.findIndex((each) => each.as === as) !== i) refuse(`${path}.as`, `${as} is there twice; name all its roles at once`)
      if (roles.length === 0) refuse(`${path}.roles`, 'is empty, so it tells nobody; name at least one role')
      for (const role of roles) {
        if (!isRole(role)) refuse(`${path}.roles`, `${String(role)} is no role; name some of public, grid, care, command`)
        if (!maySee(role, declared.location?.privacy))
          refuse(`${path}.roles`, `role ${role} may not know where a ${declared.kind} is, so it is told nothing of it; remove the role`)
        if (!isPersonal(when) && fieldsOf(when).every((field) => maySee(role, fields[field]!.privacy)))
          refuse(`${path}.roles`, `role ${role} reads all fields of this rule and sees its alarm; remove the role`)
      }
      const own = { roles: [...new Set(roles)].sort().join(', '), rule }
      const other = rolesOf.get(as)
      if (other !== undefined && other.roles !== own.roles)
        refuse(`${path}.roles`, `${own.roles} differs from the roles of ${as} in alarms.${other.rule} (${other.roles}); name the same ones`)
      rolesOf.set(as, own)
    }
  for (const name of Object.keys(disclosures))
    if (!rolesOf.has(name)) refuse(`disclosures.${name}`, 'no rule discloses it; remove it, or name it in the discloses of a rule')
}

const namesOf = (named: Readonly<Record<string, unknown>>): string =>
  Object.keys(named).length === 0 ? '' : `, or name one of ${Object.keys(named).join(', ')}`

/**
 * Refuses what the types of a kind cannot see.
 *
 * @throws TwinError `kind-invalid`: names the path in the kind, the value, and what to do.
 */
export function checkKind(declared: AnyKind): void {
  const { kind, fields } = declared
  const refuse: Refuse = (path, what, details = {}) => {
    throw new TwinError('kind-invalid', `${kind}.${path}: ${what}`, { kind, path, ...details })
  }
  const named = (path: string, field: string): Field =>
    Object.hasOwn(fields, field)
      ? fields[field]!
      : refuse(path, `no field is named ${field}; name one of ${Object.keys(fields).join(', ')}`)
  const typed = <T extends Field['type']>(path: string, field: string, type: T) => {
    const found = named(path, field)
    if (found.type !== type) refuse(path, `field ${field} is of type ${found.type}; a ${type} is needed here`)
    return found as Extract<Field, { readonly type: T }>
  }
  const keepable = (path: string, names: Readonly<Record<string, unknown>>) => {
    for (const name of Object.keys(names)) {
      const wrong = wrongWithId(name)
      if (wrong !== null) refuse(path, `the name ${JSON.stringify(shown(name))} ${wrong}`)
    }
  }
  keepable('fields', fields)
  keepable('alarms', declared.alarms)
  for (const [name, field] of Object.entries(fields)) {
    if (field.type === 'choice') keepable(`fields.${name}.values`, field.values)
    if (field.type !== 'quantity') continue
    const { range, absent = [] } = field
    const [min, max] = range
    if (!(min < max)) refuse(`fields.${name}.range`, `[${min}, ${max}] is no range; give the lower end first`, { range })
    if (absent.length > MOST_ABSENT || !absent.every(Number.isFinite))
      refuse(`fields.${name}.absent`, `[${absent.join(', ')}] must be at most ${MOST_ABSENT} finite numbers, in ${field.unit}`, { absent })
  }
  const condition = (path: string, when: AnyCondition): void => {
    if (when.op === 'all' || when.op === 'any') {
      if (when.of.length === 0) refuse(`${path}.of`, 'is empty, so it says nothing; name at least one condition')
      when.of.forEach((part, i) => {
        condition(`${path}.of[${i}]`, part)
      })
    } else if (when.op === 'silent') {
      if (when.forMs === undefined && declared.everyMs === undefined)
        refuse(path, 'silent needs forMs, or everyMs of the kind, to know how long is too long')
    } else if (when.op === 'is') {
      const { values } = typed(path, when.field, 'choice')
      if (!Object.hasOwn(values, when.value))
        refuse(path, `${when.field} is never ${when.value}; name one of ${Object.keys(values).join(', ')}`)
    } else {
      const { range, unit } = typed(path, when.field, 'quantity')
      if (!(when.deadband >= 0)) refuse(path, `deadband ${when.deadband} ${unit} must be 0 or more`)
      for (const limit of limitsOf(when.limit))
        if (!(limit >= range[0] && limit <= range[1]))
          refuse(
            path.replace(/\.when$/, ''),
            `limit ${limit} ${unit} is outside ${when.field}'s range [${range[0]}, ${range[1]}] ${unit}, so it can never happen; correct the limit or the range`,
            { limit, range },
          )
    }
  }
  for (const [name, rule] of Object.entries(declared.alarms)) {
    const path = `alarms.${name}`
    condition(`${path}.when`, rule.when)
    for (const option of ['onDelayMs', 'offDelayMs', 'escalateMs'] as const)
      if (rule[option] !== undefined && !(rule[option] >= 0)) refuse(`${path}.${option}`, `${rule[option]} must be 0 ms or more`)
    if (rule.samples !== undefined && !(Number.isInteger(rule.samples) && rule.samples >= 1))
      refuse(`${path}.samples`, `${rule.samples} must be a whole number from 1`)
    if (!rule.latch) continue
    if (rule.onDelayMs || rule.offDelayMs || (rule.samples ?? 1) > 1)
      refuse(path, 'a latched rule is judged on each record by itself, so it has no delay and no number of samples; remove them')
    for (const field of fieldsOf(rule.when)) typed(path, field, 'choice')
    if (fieldsOf(rule.when).length === 0) refuse(path, 'a latched rule needs a field whose record raises it')
  }
  checkDisclosures(declared, refuse)
  for (const row of declared.card) named('card', row)
  const { state } = declared.symbol
  if (state !== undefined) {
    const { values } = typed('symbol.state', state.field, 'choice')
    for (const value of Object.keys(values)) if (!Object.hasOwn(state.tone, value)) refuse('symbol.state.tone', `has no tone for ${value}`)
  }
  if (declared.heading !== undefined) typed('heading', declared.heading, 'quantity')
  if (declared.name !== undefined) typed('name', declared.name, 'words')
  if (declared.profile !== undefined) typed('profile.by', declared.profile.by, 'words')
}
