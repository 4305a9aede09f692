import type { Location, Value } from './record.ts'

/** What makes two deliveries one record: who, and either (boot, seq) or what was said and when. */
export interface Identified {
  readonly boot?: number
  readonly seq?: number
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
}

/**
 * The part of a record's identity that follows kind and id, as its source gave it: `boot.seq`, or without them `t~hash`.
 * The hash is 64 bits over what the record says, in an order that does not depend on how it was written.
 *
 * @param tMs - the t of the source, not the receive time that may have replaced it: a batch sent twice is a repeat.
 */
export function identityOf(record: Identified, tMs: number): string {
  if (record.boot !== undefined && record.seq !== undefined) return `${record.boot}.${record.seq}`
  const said = JSON.stringify([record.location ?? null, Object.entries(record.properties).sort(([a], [b]) => (a < b ? -1 : 1))])
  return `${tMs}~${hash32(said, 0x811c9dc5)}${hash32(said, 0x1b873593)}`
}

/** FNV-1a over UTF-16 code units, as 8 hex digits. Tells records apart; no defence against forgery. */
function hash32(text: string, seed: number): string {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0')
}
