// Live flow: POST or decode -> **check** -> intake. What a source sent becomes a record that its kind declares, or words
// about what was left out. Nothing after this file sees a value that the kind does not know.
import type { AnyKind, Field } from '../kind/kind.ts'
import { hashOf } from './identity.ts'
import type { Location, SourceRecord, Told, Value } from './record.ts'

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

export const LONGEST_ID = 200
export const LONGEST_WORDS = 500
export interface CheckOptions {
  /** What the clock that stamped the whole batch said at sending; a record's own `sentAt` comes first. */
  readonly sentAtMs?: number | null
}

/** Words about one record; a hostile one with 10,000 unknown properties gets no 10,000 lines back. */
const MOST_TOLD = 16

/**
 * Checks one record of a batch against its kind. A bad property is left out and told, the rest stands; refused whole only
 * without a kind that is known, or without an id.
 *
 * @param raw - parsed JSON, from anybody.
 * @param index - its place in the batch, for what is told.
 */
export function checkRecord(raw: unknown, index: number, kinds: ReadonlyMap<string, AnyKind>, { sentAtMs = null }: CheckOptions = {}): Checked {
  const refuse = (message: string): Checked => ({ checked: null, told: [{ index, code: 'record-invalid', message }] })
  if (!isObject(raw)) return refuse('is no object; send {"kind","id","boot","seq","t","location"?,"properties"}')
  const { kind: kindName, id } = raw
  if (typeof kindName !== 'string' || kindName === '') return refuse('has no kind; name the kind that the twin declares')
  const kind = kinds.get(kindName)
  if (kind === undefined) return refuse(`kind ${shown(kindName)} is not declared by this twin; correct the kind or declare it`)
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID)
    return refuse(`${kindName}: id must be text of 1 to ${LONGEST_ID} characters`)

  const told: Told[] = []
  const tell = (code: Told['code'], message: string, property?: string) => {
    if (told.length >= MOST_TOLD) return
    told.push({ index, ...(property !== undefined && { property }), code, message: `${kindName} ${id}: ${message}` })
  }
  const numberOr = (value: unknown, name: string): number | null => {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (value !== undefined && value !== null)
      tell('record-invalid', `${name} is ${quoted(value)}, expected UTC milliseconds as a number; it counts as missing`)
    return null
  }
  const boot = counter(raw['boot'])
  const seq = counter(raw['seq'])
  if (boot === 'bad' || seq === 'bad')
    tell('record-invalid', 'boot and seq must be whole numbers from 0; they count as missing')
  const location = raw['location'] === undefined || raw['location'] === null ? undefined : locationOf(raw['location'])
  if (location === null)
    tell('location-invalid', 'location must be [degrees east, degrees north, metres above the ellipsoid]; left out, the rest stands')
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
  return { checked: { record, hash: hashOf(record), index }, told }
}

/** Checks a batch; a record that is refused leaves no hole for the others. */
export function checkBatch(
  raw: readonly unknown[],
  kinds: ReadonlyMap<string, AnyKind>,
  options: CheckOptions = {},
): { readonly records: CheckedRecord[]; readonly told: Told[] } {
  const records: CheckedRecord[] = []
  const told: Told[] = []
  for (let index = 0; index < raw.length; index++) {
    const one = checkRecord(raw[index], index, kinds, options)
    if (one.checked !== null) records.push(one.checked)
    told.push(...one.told)
  }
  return { records, told }
}

type Tell = (code: Told['code'], message: string, property?: string) => void

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
    if (field === undefined) tell('property-unknown', `the kind has no property ${shown(name)}; left out`, shown(name))
    else {
      const wrong = wrongWith(name, value, field)
      if (wrong === null) properties[name] = value as Value
      else tell(wrong.code, `${wrong.message}; left out, the rest of the record stands`, name)
    }
  }
  return properties
}

function wrongWith(name: string, value: unknown, field: Field): { code: Told['code']; message: string } | null {
  if (field.type === 'quantity') {
    const [min, max] = field.range
    if (typeof value === 'number' && value >= min && value <= max) return null
    if (typeof value !== 'number') return { code: 'value-out-of-range', message: `${name} is ${quoted(value)}, which is no number` }
    return { code: 'value-out-of-range', message: `${name} ${value} ${field.unit} is outside [${min}, ${max}] ${field.unit}` }
  }
  if (field.type === 'choice') {
    if (typeof value === 'string' && Object.hasOwn(field.values, value)) return null
    return { code: 'value-unknown', message: `${name} ${shown(value)} is none of ${Object.keys(field.values).join(', ')}` }
  }
  if (typeof value === 'string' && value.length <= LONGEST_WORDS) return null
  return { code: 'value-unknown', message: `${name} must be text of at most ${LONGEST_WORDS} characters` }
}

/** A location, or null where it is none: the ranges are of this earth, so that an exchanged pair is found out. */
export function locationOf(raw: unknown): Location | null {
  if (!Array.isArray(raw) || raw.length !== 3) return null
  const [lon, lat, height] = raw as unknown[]
  if (typeof lon !== 'number' || typeof lat !== 'number' || typeof height !== 'number') return null
  const onEarth = Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && height >= -12_000 && height <= 100_000
  return onEarth ? [lon, lat, height] : null
}

const counter = (raw: unknown): number | undefined | 'bad' => {
  if (raw === undefined || raw === null) return undefined
  return typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : 'bad'
}

export const isObject = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

/** At most 40 characters of something foreign, for a message. */
const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** Where text and number are told apart. */
const quoted = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(shown(value)) : shown(value))
