import { TwinError } from '../error/twin-error.ts'
import type { AnyCondition, AnyKind, Limit } from './kind.ts'

/** Every limit that a condition may apply, in the field's unit: its own, by age, or otherwise. */
const limitsOf = (limit: Limit): readonly number[] =>
  typeof limit === 'number' ? [limit] : [limit.otherwise, ...(limit.fromAge ?? []).map((step) => step.limit)]

/** Every field that a condition reads. */
export function fieldsOf(condition: AnyCondition): readonly string[] {
  if (condition.op === 'silent') return []
  if (condition.op === 'all' || condition.op === 'any') return condition.of.flatMap(fieldsOf)
  return [condition.field]
}

/**
 * Refuses what the types of a kind cannot see.
 *
 * @throws TwinError `kind-invalid`: names the path in the kind, the value, and what to do.
 */
export function checkKind(declared: AnyKind): void {
  const { kind, fields } = declared
  const refuse = (path: string, what: string, details: Record<string, unknown> = {}): never => {
    throw new TwinError('kind-invalid', `${kind}.${path}: ${what}`, { kind, path, ...details })
  }
  const named = (path: string, field: string, type: 'quantity' | 'choice' | 'words' | undefined) => {
    const found = Object.hasOwn(fields, field)
      ? fields[field]!
      : refuse(path, `no field is named ${field}; name one of ${Object.keys(fields).join(', ')}`)
    if (type !== undefined && found.type !== type) refuse(path, `field ${field} is of type ${found.type}; a ${type} is needed here`)
    return found
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.type !== 'quantity') continue
    const [min, max] = field.range
    if (!(min < max)) refuse(`fields.${name}.range`, `[${min}, ${max}] is no range; give the lower end first`, { range: field.range })
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
      const field = named(path, when.field, 'choice')
      if (field.type === 'choice' && !Object.hasOwn(field.values, when.value))
        refuse(path, `${when.field} is never ${when.value}; name one of ${Object.keys(field.values).join(', ')}`)
    } else {
      const field = named(path, when.field, 'quantity')
      if (field.type !== 'quantity') return
      const { range, unit } = field
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
    for (const field of fieldsOf(rule.when)) named(path, field, 'choice')
    if (fieldsOf(rule.when).length === 0) refuse(path, 'a latched rule needs a field whose record raises it')
  }
  for (const row of declared.card) named('card', row, undefined)
  const { state } = declared.symbol
  if (state !== undefined) {
    const field = named('symbol.state', state.field, 'choice')
    if (field.type === 'choice')
      for (const value of Object.keys(field.values))
        if (!Object.hasOwn(state.tone, value)) refuse('symbol.state.tone', `has no tone for ${value}`)
  }
  if (declared.heading !== undefined) named('heading', declared.heading, 'quantity')
  if (declared.name !== undefined) named('name', declared.name, 'words')
  if (declared.profile !== undefined) named('profile.by', declared.profile.by, 'words')
}
