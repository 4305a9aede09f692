import { hash32 } from './hash.ts'
import type { SourceRecord } from './record.ts'

/**
 * 64 bits over all that makes two deliveries one record: boot, seq, t as its source sent it, place and content, in an order
 * that does not depend on how it was written. `sentAt` is left out, because it is set anew at each try.
 */
export function hashOf({ boot, seq, t, location, properties }: Omit<SourceRecord, 'kind' | 'id' | 'sentAtMs'>): string {
  const content = Object.keys(properties)
    .sort()
    .map((name) => [name, properties[name]])
  const said = JSON.stringify([boot, seq, t, location, content]) // what is absent stands as null
  return hash32(said) + hash32(said, 0x1b873593)
}
