// Live flow: decode -> intake: **seen before?** -> order -> columns. The anti-replay window, as IPsec keeps one per
// sender (RFC 4303 § 3.4.3), here one per entity: the sender is the device, never the connection.

/**
 * Records of one entity that were seen: the last 64 seqs of its newest boot as bits, and of a sender without boots the
 * hashes of its last {@link LOOSE} records. Memory: at most 200 bytes an entity, whatever arrives.
 */
export interface SeenEntity {
  boot: number
  /** Highest seq of that boot. */
  seq: number
  /** Bit i: seq − i was seen, i in 0–31; the next 32 in `bitsHigh`. */
  bitsLow: number
  bitsHigh: number
  /** Hashes of records without a boot, the newest last; null until one came. */
  loose: number[] | null
}

/**
 * `new`: never seen. `repeat`: seen. `unsure`: older than the window remembers, so only a store can say; the page takes
 * it again, which changes nothing, because state is merged by newest.
 */
export type Seen = 'new' | 'repeat' | 'unsure'

const WINDOW = 64
/** Hashes kept of a sender that has no boot. */
export const LOOSE = 16

/** One window per kind and id. Bounded by the number of entities: {@link forget} it with the entity. */
export interface SeenWindow {
  readonly entities: Map<string, Map<string, SeenEntity>>
}
export const createSeenWindow = (): SeenWindow => ({ entities: new Map() })

/**
 * Whether a record came before; it is remembered from now on.
 *
 * @param boot, seq - below 0 where the record carries none.
 * @param hash - 32 bits over t and what the record says; asked only where boot or seq is missing.
 */
export function seenBefore(window: SeenWindow, kind: string, id: string, boot: number, seq: number, hash: () => number): Seen {
  let ofKind = window.entities.get(kind)
  if (ofKind === undefined) window.entities.set(kind, (ofKind = new Map()))
  let entity = ofKind.get(id)
  if (entity === undefined) ofKind.set(id, (entity = { boot: -1, seq: -1, bitsLow: 0, bitsHigh: 0, loose: null }))
  if (boot < 0 || seq < 0) return seenLoose(entity, hash())
  if (boot < entity.boot) return 'unsure'
  if (boot > entity.boot) {
    entity.boot = boot
    entity.seq = seq
    entity.bitsLow = 1
    entity.bitsHigh = 0
    return 'new'
  }
  if (seq > entity.seq) {
    shift(entity, seq - entity.seq)
    entity.seq = seq
    entity.bitsLow |= 1
    return 'new'
  }
  const back = entity.seq - seq
  if (back >= WINDOW) return 'unsure'
  const bit = 1 << (back & 31)
  const word = back < 32 ? entity.bitsLow : entity.bitsHigh
  if ((word & bit) !== 0) return 'repeat'
  if (back < 32) entity.bitsLow |= bit
  else entity.bitsHigh |= bit
  return 'new'
}

export function forget(window: SeenWindow, kind: string, id: string): void {
  window.entities.get(kind)?.delete(id)
}

function seenLoose(entity: SeenEntity, hash: number): Seen {
  const loose = (entity.loose ??= [])
  if (loose.includes(hash)) return 'repeat'
  const full = loose.length >= LOOSE
  if (full) loose.shift()
  loose.push(hash)
  return full ? 'unsure' : 'new'
}

function shift(entity: SeenEntity, by: number): void {
  if (by >= WINDOW) {
    entity.bitsLow = 0
    entity.bitsHigh = 0
  } else if (by >= 32) {
    entity.bitsHigh = entity.bitsLow << (by - 32)
    entity.bitsLow = 0
  } else {
    entity.bitsHigh = (entity.bitsHigh << by) | (entity.bitsLow >>> (32 - by))
    entity.bitsLow <<= by
  }
}

/** FNV-1a over UTF-16 code units, 32 bits: tells apart the records of a sender without boots. Not a defence against forgery. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
