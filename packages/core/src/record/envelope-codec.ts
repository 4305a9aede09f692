// Feed flow: transport -> **decode** -> intake. What a server sent, read as if an enemy had sent it: a proxy, a wrong
// address or a broken build may stand where the server should. Nothing is merged deeply, no key is taken as a path, and
// no length is believed before it was counted.
import { TwinError, type TwinErrorCode, type TwinErrorData } from '../error/twin-error.ts'
import { LONGEST_ID } from '../kind/wire-text.ts'
import type { Alarm, AlarmState } from './alarm.ts'
import { isObject } from './check.ts'
import type { Envelope, ServerMessage } from './envelope.ts'
import { locationOf } from './location.ts'
import type { Location, RecordColumns, Value } from './record.ts'

/** Rows and alarms of one message; four times what a town of 250,000 entities needs in a snapshot. */
export const MOST_ROWS = 1_000_000
/** Properties of one kind in a message. */
const MOST_PROPERTIES = 1_000
const LONGEST_TEXT = 2_000

type Raw = Readonly<Record<string, unknown>>

const wrong = (path: string, expected: string): never => {
  throw new TwinError('record-invalid', `${path}: expected ${expected}; the feed asks for everything anew`, { path })
}

/**
 * Reads one message of a server.
 *
 * @param json - parsed JSON, from anybody.
 * @throws TwinError `record-invalid` with the path of what is wrong.
 */
export function readEnvelope(json: unknown): ServerMessage {
  if (!isObject(json)) return wrong('message', 'an object')
  if (Object.hasOwn(json, 'error')) return { error: errorOf(json['error']) }
  const snapshot = json['snapshot'] === undefined ? undefined : json['snapshot'] === true ? true : wrong('snapshot', 'true, or nothing')
  const from = json['from'] === undefined ? undefined : counterOf(json['from'], 'from')
  const n = counterOf(json['n'], 'n')
  if (from !== undefined && from > n) wrong('from', 'at most n')
  const envelope: Envelope = {
    streamId: textOf(json['streamId'], 'streamId', LONGEST_ID),
    ...(from !== undefined && { from }),
    n,
    serverTimeMs: finiteOf(json['serverTimeMs'], 'serverTimeMs'),
    ...(snapshot && { snapshot }),
    ...(json['records'] !== undefined && { records: recordsOf(json['records']) }),
    ...(json['alarms'] !== undefined && {
      alarms: arrayOf(json['alarms'], 'alarms', MOST_ROWS).map((alarm, i) => alarmOf(alarm, `alarms[${i}]`)),
    }),
    ...(json['heard'] !== undefined && { heard: heardOf(json['heard']) }),
    ...(json['gone'] !== undefined && { gone: goneOf(json['gone']) }),
  }
  return envelope
}

function recordsOf(raw: unknown): RecordColumns[] {
  let rows = 0
  return arrayOf(raw, 'records', 10_000).map((columns, i) => {
    const read = columnsOf(columns, `records[${i}]`)
    rows += read.id.length
    if (rows > MOST_ROWS) wrong('records', `at most ${MOST_ROWS} rows`)
    return read
  })
}

function columnsOf(raw: unknown, path: string): RecordColumns {
  const columns = objectOf(raw, path)
  const id = arrayOf(columns['id'], `${path}.id`, MOST_ROWS)
  const column = <T>(name: string, values: unknown, each: (value: unknown, path: string) => T): T[] => {
    const array = arrayOf(values, `${path}.${name}`, MOST_ROWS)
    if (array.length !== id.length) wrong(`${path}.${name}`, `${id.length} rows like id, not ${array.length}`)
    return array.map((value, row) => each(value, `${path}.${name}[${row}]`))
  }
  const names = Object.keys(objectOf(columns['properties'], `${path}.properties`))
  if (names.length > MOST_PROPERTIES) wrong(`${path}.properties`, `at most ${MOST_PROPERTIES} names`)
  const properties: Record<string, (Value | null)[]> = {}
  for (const name of names) {
    if (name === '__proto__') wrong(`${path}.properties`, 'no name __proto__')
    properties[name] = column(`properties.${name}`, (columns['properties'] as Raw)[name], cellOf)
  }
  return {
    kind: textOf(columns['kind'], `${path}.kind`, LONGEST_ID),
    id: column('id', id, (value, at) => textOf(value, at, LONGEST_ID)),
    t: column('t', columns['t'], finiteOf),
    heardMs: column('heardMs', columns['heardMs'], finiteOf),
    ...(columns['clockOffMs'] !== undefined && {
      clockOffMs: column('clockOffMs', columns['clockOffMs'], (value, at) => (value === null ? null : finiteOf(value, at))),
    }),
    location: column('location', columns['location'], placeOf),
    properties,
  }
}

const STATES: Readonly<Record<AlarmState, true>> = {
  normal: true,
  unacknowledged: true,
  acknowledged: true,
  'returned-unacknowledged': true,
  shelved: true,
  suppressed: true,
  'out-of-service': true,
}
const CATEGORIES: Readonly<Record<Alarm['category'], true>> = {
  sos: true,
  health: true,
  safety: true,
  facility: true,
  device: true,
  event: true,
}
const isKey = <K extends string>(set: Readonly<Record<K, true>>, value: unknown): value is K =>
  typeof value === 'string' && set[value as K] === true

function alarmOf(raw: unknown, path: string): Alarm {
  const a = objectOf(raw, path)
  const name = (key: string): string | null => (a[key] === null ? null : textOf(a[key], `${path}.${key}`, LONGEST_ID))
  const [rule, as] = [name('rule'), name('as')]
  if ((rule === null) === (as === null)) wrong(`${path}.rule`, 'either rule or as, and the other null')
  const { state, category, priority } = a
  return {
    id: textOf(a['id'], `${path}.id`, LONGEST_ID),
    kind: textOf(a['kind'], `${path}.kind`, LONGEST_ID),
    entity: textOf(a['entity'], `${path}.entity`, LONGEST_ID),
    rule,
    as,
    category: isKey(CATEGORIES, category) ? category : wrong(`${path}.category`, Object.keys(CATEGORIES).join(', ')),
    place: placeOf(a['place'], `${path}.place`),
    priority: priority === 1 || priority === 2 || priority === 3 || priority === 4 ? priority : wrong(`${path}.priority`, '1, 2, 3 or 4'),
    state: isKey(STATES, state) ? state : wrong(`${path}.state`, Object.keys(STATES).join(', ')),
    raisedMs: finiteOf(a['raisedMs'], `${path}.raisedMs`),
    lastMs: finiteOf(a['lastMs'], `${path}.lastMs`),
    enteredMs: finiteOf(a['enteredMs'], `${path}.enteredMs`),
    heardMs: finiteOf(a['heardMs'], `${path}.heardMs`),
    clearedMs: a['clearedMs'] === null ? null : finiteOf(a['clearedMs'], `${path}.clearedMs`),
    count: counterOf(a['count'], `${path}.count`),
    acknowledged: a['acknowledged'] === null ? null : signatureOf(a['acknowledged'], `${path}.acknowledged`),
    done: a['done'] === null ? null : signatureOf(a['done'], `${path}.done`),
    escalated: typeof a['escalated'] === 'boolean' ? a['escalated'] : wrong(`${path}.escalated`, 'true or false'),
  }
}

function signatureOf(raw: unknown, path: string): { by: string; atMs: number } {
  const { by, atMs } = objectOf(raw, path)
  if (typeof by !== 'string' || by.length > LONGEST_ID) return wrong(`${path}.by`, 'a name')
  return { by, atMs: finiteOf(atMs, `${path}.atMs`) }
}

function heardOf(raw: unknown): Record<string, Record<string, number>> {
  const heard: Record<string, Record<string, number>> = {}
  for (const [kind, ids] of Object.entries(objectOf(raw, 'heard'))) {
    if (kind === '__proto__') wrong('heard', 'no kind __proto__')
    const entries = Object.entries(objectOf(ids, `heard.${kind}`))
    if (entries.length > MOST_ROWS) wrong(`heard.${kind}`, `at most ${MOST_ROWS} ids`)
    // Any text may be an id: without a prototype, __proto__ is one like the others.
    const times = (heard[kind] = Object.create(null) as Record<string, number>)
    for (const [id, ms] of entries) times[textOf(id, `heard.${kind}`, LONGEST_ID)] = finiteOf(ms, `heard.${kind}[${id}]`)
  }
  return heard
}

function goneOf(raw: unknown): Record<string, string[]> {
  const gone: Record<string, string[]> = {}
  for (const [kind, ids] of Object.entries(objectOf(raw, 'gone'))) {
    if (kind === '__proto__') wrong('gone', 'no kind __proto__')
    gone[kind] = arrayOf(ids, `gone.${kind}`, MOST_ROWS).map((id, i) => textOf(id, `gone.${kind}[${i}]`, LONGEST_ID))
  }
  return gone
}

function errorOf(raw: unknown): TwinErrorData {
  const error = objectOf(raw, 'error')
  const code = textOf(error['code'], 'error.code', 40)
  if (!/^[a-z0-9-]+$/.test(code)) wrong('error.code', 'a code of small letters')
  return {
    // A newer server may know codes that this build does not; who switches on them has a default branch.
    code: code as TwinErrorCode,
    message: textOf(error['message'], 'error.message', LONGEST_TEXT),
    details: isObject(error['details']) ? error['details'] : {},
  }
}

const objectOf = (raw: unknown, path: string): Raw => (isObject(raw) ? raw : wrong(path, 'an object'))

function arrayOf(raw: unknown, path: string, most: number): readonly unknown[] {
  if (!Array.isArray(raw)) return wrong(path, 'an array')
  return raw.length > most ? wrong(path, `at most ${most} entries`) : raw
}

const textOf = (raw: unknown, path: string, longest: number): string =>
  typeof raw === 'string' && raw !== '' && raw.length <= longest ? raw : wrong(path, `text of 1 to ${longest} characters`)

const finiteOf = (raw: unknown, path: string): number =>
  typeof raw === 'number' && Number.isFinite(raw) ? raw : wrong(path, 'a finite number')

const counterOf = (raw: unknown, path: string): number =>
  typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : wrong(path, 'a whole number from 0')

const cellOf = (raw: unknown, path: string): Value | null => {
  if (raw === null || (typeof raw === 'number' && Number.isFinite(raw))) return raw
  return typeof raw === 'string' && raw.length <= LONGEST_TEXT ? raw : wrong(path, 'a finite number, a text or null')
}

const placeOf = (raw: unknown, path: string): Location | null =>
  raw === null ? null : (locationOf(raw) ?? wrong(path, '[degrees east, degrees north, metres], or null'))
