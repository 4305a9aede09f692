// Live flow: POST or decode -> **check** -> intake. What a source sent becomes a record that its kind declares, or words
// about what was left out. Nothing after this file sees a value that the kind does not know.
import type { Area } from '../geo/area.ts'
import { nearest } from '../kind/closed.ts'
import type { AnyKind, Field } from '../kind/kind.ts'
import { unknownKind } from '../kind/unknown-kind.ts'
import { quoted, shown, wrongWithId, wrongWithWords } from '../kind/wire-text.ts'
import { hashOf } from './identity.ts'
import { unknownKey, unknownKeys } from './known-keys.ts'
import { judgeLocation } from './location.ts'
import type { SourceRecord, Told, Value } from './record.ts'
import { createTelling, MOST_TOLD, MOST_TOLD_OF_BATCH, type Telling } from './telling.ts'

/** A record as intake takes it. */
export interface CheckedRecord {
  readonly record: SourceRecord
  /** What makes it the same record when it comes again (identity.ts). */
  readonly hash: string
  /** Its place in the batch, for what is told. */
  readonly index: number
}

export interface Checked {
  /** Null: refused whole. */
  readonly checked: CheckedRecord | null
  readonly told: readonly Told[]
}

export const LONGEST_WORDS = 500
export interface CheckOptions {
  /** What the clock that stamped the whole batch said at sending; a record's own `sentAt` comes first. */
  readonly sentAtMs?: number | null
  /** Where the things of this twin are expected (areaOf). Absent: a place is judged by its numbers alone. */
  readonly area?: Area | undefined
}

/**
 * Checks one record of a batch against its kind. A bad property is left out and told, the rest stands; refused whole only
 * without a kind that is known, or without an id that can be kept (wire-text.ts).
 *
 * @param raw - parsed JSON, from anybody.
 * @param index - its place in the batch, for what is told.
 */
export function checkRecord(raw: unknown, index: number, kinds: ReadonlyMap<string, AnyKind>, options: CheckOptions = {}): Checked {
  const telling = createTelling(MOST_TOLD)
  return { checked: check(raw, index, kinds, options, telling), told: telling.told }
}

function check(
  raw: unknown,
  index: number,
  kinds: ReadonlyMap<string, AnyKind>,
  { sentAtMs = null, area }: CheckOptions,
  telling: Telling,
): CheckedRecord | null {
  const refuse = (message: string, code: Told['code'] = 'record-invalid'): null => {
    telling.tell({ index, code, message })
    return null
  }
  if (!isObject(raw)) return refuse('is no object; send {"kind","id","boot","seq","t","location"?,"properties"}')
  const { kind: kindName, id } = raw
  if (typeof kindName !== 'string' || kindName === '') return refuse('has no kind; name the kind that the twin declares')
  const kind = kinds.get(kindName)
  if (kind === undefined) return refuse(telling.hasRoom() ? unknownKind(kindName, kinds.keys()) : '')
  const wrongId = wrongWithId(id)
  if (typeof id !== 'string' || wrongId !== null) return refuse(`${kindName}: id ${wrongId}; the record is left out`, 'id-invalid')

  let said = 0
  const tell: Tell = (code, message, property) => {
    if (said++ >= MOST_TOLD || !telling.hasRoom()) return telling.count(1)
    const words = typeof message === 'string' ? message : message()
    telling.tell({ index, ...(property !== undefined && { property }), code, message: `${kindName} ${id}: ${words}` })
  }
  for (const key of unknownKeys(raw)) tell('key-unknown', () => unknownKey(key, kind))
  const numberOr = (value: unknown, name: string): number | null => {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (value !== undefined && value !== null)
      tell('record-invalid', `${name} is ${quoted(value)}, expected UTC milliseconds as a number; it counts as missing`)
    return null
  }
  const boot = counter(raw['boot'])
  const seq = counter(raw['seq'])
  if (boot === 'bad' || seq === 'bad') tell('record-invalid', 'boot and seq must be whole numbers from 0; they count as missing')
  const { location, told: toldOfLocation } = judgeLocation(raw['location'], area)
  if (toldOfLocation !== undefined) tell(toldOfLocation.code, toldOfLocation.message)
  const t = numberOr(raw['t'], 't')
  const record: SourceRecord = {
    kind: kindName,
    id,
    ...(typeof boot === 'number' && { boot }),
    ...(typeof seq === 'number' && { seq }),
    t,
    sentAtMs: numberOr(raw['sentAt'], 'sentAt') ?? sentAtMs,
    ...(location && { location }),
    properties: propertiesOf(raw['properties'], kind, tell),
  }
  return { record, hash: hashOf(record), index }
}

/** The check of a batch, record by record, so that a long one can be divided over several turns of the thread. */
export interface BatchCheck {
  /** Checks the next record; one that is refused leaves no hole for the others. */
  next(raw: unknown, index: number): void
  readonly records: readonly CheckedRecord[]
  /** Also for what others find in the same batch: it is bounded with the rest. */
  readonly telling: Telling
}

/**
 * @example
 * const batch = createBatchCheck(kinds, { area: areaOf(doc) })
 * for (let i = 0; i < raw.length; i++) {
 *   batch.next(raw[i], i)
 *   if (i % 500 === 499) await setImmediate()
 * }
 */
export function createBatchCheck(kinds: ReadonlyMap<string, AnyKind>, options: CheckOptions = {}): BatchCheck {
  const records: CheckedRecord[] = []
  const telling = createTelling(MOST_TOLD_OF_BATCH)
  return {
    records,
    telling,
    next(raw, index) {
      const one = check(raw, index, kinds, options, telling)
      if (one !== null) records.push(one)
    },
  }
}

/** Checks a batch at once. `toldMore` counts what is wrong beyond the words in `told`. */
export function checkBatch(
  raw: readonly unknown[],
  kinds: ReadonlyMap<string, AnyKind>,
  options: CheckOptions = {},
): { readonly records: readonly CheckedRecord[]; readonly told: readonly Told[]; readonly toldMore: number } {
  const { next, records, telling } = createBatchCheck(kinds, options)
  for (let index = 0; index < raw.length; index++) next(raw[index], index)
  return { records, told: telling.told, toldMore: telling.toldMore }
}

/** A message that takes a search to make is given as a function, called only where it is told in words. */
type Tell = (code: Told['code'], message: string | (() => string), property?: string) => void

function propertiesOf(raw: unknown, kind: AnyKind, tell: Tell): Record<string, Value> {
  const properties: Record<string, Value> = {}
  if (raw === undefined) return properties
  if (!isObject(raw)) {
    tell('record-invalid', 'properties must be an object; left out, the rest of the record stands')
    return properties
  }
  for (const [name, value] of Object.entries(raw)) {
    if (value === null) continue
    const field = Object.hasOwn(kind.fields, name) && name !== '__proto__' ? kind.fields[name] : undefined
    if (field === undefined) tell('property-unknown', () => unknownProperty(name, kind), shown(name))
    else {
      const wrong = wrongWith(name, value, field)
      if (wrong === null) properties[name] = value as Value
      else tell(wrong.code, `${wrong.message}; left out, the rest of the record stands`, name)
    }
  }
  return properties
}

function unknownProperty(name: string, kind: AnyKind): string {
  const meant = nearest(name.slice(0, 64), Object.keys(kind.fields))
  return `the kind has no property ${shown(name)}; left out${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

function wrongWith(name: string, value: unknown, field: Field): { code: Told['code']; message: string } | null {
  if (field.type === 'quantity') {
    if (typeof value !== 'number') return { code: 'value-out-of-range', message: `${name} is ${quoted(value)}, expected a number` }
    const [min, max] = field.range
    if (field.absent?.includes(value))
      return { code: 'value-absent', message: `${name} ${value} ${field.unit} is what its device says for "no reading"` }
    if (value >= min && value <= max) return null
    return { code: 'value-out-of-range', message: `${name} ${value} ${field.unit} is outside [${min}, ${max}] ${field.unit}` }
  }
  if (field.type === 'choice') {
    if (typeof value === 'string' && Object.hasOwn(field.values, value)) return null
    return { code: 'value-unknown', message: `${name} is ${quoted(value)}, expected one of ${fewOf(Object.keys(field.values))}` }
  }
  if (typeof value !== 'string' || value.length > LONGEST_WORDS)
    return {
      code: 'value-unknown',
      message: `${name} is ${typeof value === 'string' ? `${value.length} characters long` : shown(value)}, expected text of at most ${LONGEST_WORDS} characters`,
    }
  const wrong = wrongWithWords(value)
  return wrong === null ? null : { code: 'value-unknown', message: `${name} ${wrong}` }
}

/** Values in one message; a kind may declare a thousand. */
const MOST_VALUES = 12
const fewOf = (values: readonly string[]): string =>
  values.length > MOST_VALUES ? `${values.slice(0, MOST_VALUES).join(', ')} and ${values.length - MOST_VALUES} more` : values.join(', ')

const counter = (raw: unknown): number | undefined | 'bad' => {
  if (raw === undefined || raw === null) return undefined
  return typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : 'bad'
}

export const isObject = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)
