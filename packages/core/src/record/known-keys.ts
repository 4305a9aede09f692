import { nearest } from '../kind/closed.ts'
import type { AnyKind } from '../kind/kind.ts'
import { shown } from '../kind/wire-text.ts'

const KNOWN = ['kind', 'id', 'boot', 'seq', 't', 'sentAt', 'location', 'properties'] as const
const IS_KNOWN: ReadonlySet<string> = new Set(KNOWN)

/** What other systems call these, in small letters and digits; no number of changed letters leads from `time` to `t`. */
const MEANT: ReadonlyMap<string, (typeof KNOWN)[number]> = new Map(
  Object.entries({
    kind: ['type', 'class', 'entitytype', 'devicetype'],
    id: ['device', 'deviceid', 'entity', 'entityid', 'deveui', 'imei', 'name'],
    boot: ['bootid', 'bootcount', 'session', 'epoch'],
    seq: ['sequence', 'sequencenumber', 'counter', 'fcnt', 'number', 'msgid'],
    t: ['time', 'timestamp', 'ts', 'date', 'datetime', 'at', 'observedat', 'measuredat', 'phenomenontime'],
    sentAt: ['sent', 'sentms', 'senttime', 'sendtime'],
    location: ['loc', 'position', 'pos', 'place', 'coordinates', 'coords', 'geometry', 'gps', 'lat', 'latitude', 'lon', 'lng', 'longitude'],
    properties: ['props', 'prop', 'attributes', 'attrs', 'data', 'values', 'value', 'payload', 'fields', 'measurements'],
  } satisfies Record<(typeof KNOWN)[number], readonly string[]>).flatMap(([key, words]) =>
    words.map((word) => [word, key as (typeof KNOWN)[number]] as const),
  ),
)

/** The keys of a record that nothing reads: a misspelt `t` would otherwise be silently the time of receipt, for ever. */
export const unknownKeys = (record: Readonly<Record<string, unknown>>): string[] => Object.keys(record).filter((key) => !IS_KNOWN.has(key))

/** Tells of one such key, with the key that was probably meant. */
export function unknownKey(key: string, kind: AnyKind): string {
  const written = key.slice(0, 40)
  if (Object.hasOwn(kind.fields, key)) return `key ${shown(key)} is a property of the kind; put it into properties`
  const meant = MEANT.get(written.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) ?? nearest(written, KNOWN)
  return `key ${shown(key)} is not known and not read; ${meant === undefined ? `known are ${KNOWN.join(', ')}` : `did you mean ${meant}?`}`
}
