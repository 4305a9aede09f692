import { hash32 } from './hash.ts'
import type { SourceRecord } from './record.ts'

/**
 * 64 bits over all that makes two deliveries one record: boot, seq, t as its source sent it, place and content, in an order
 * that does not depend on how it was written. `sentAt` is left out, because it is set anew at each try.
 */
export function hashOf({ boot, seq, t, location, properties }: Omit<SourceRecord, 'kind' | 'id' | 'sentAtMs'>): string {
  const said = JSON.stringify([
    boot ?? null,
    seq ?? null,
    t,
    location ?? null,
    Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
  return hash32(said) + hash32(said, 0x1b873593)
}
