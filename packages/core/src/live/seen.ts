// Live flow: decode -> intake: **seen before?** -> order -> columns. The anti-replay window, as IPsec keeps one per
// sender (RFC 4303 § 3.4.3), here one per entity: the sender is the device, never the connection.

/**
 * Records of a layer's entities that were seen, by slot: the last 64 seqs of the newest boot as bits, and of a sender
 * without boots the hashes of its last {@link LOOSE} records.
 *
 *     boot, seq  f64   highest seq of the newest boot; -1: none came
 *     bits       u32 × 2 a slot: bit i of the first, seq − i was seen; the next 32 in the second
 *
 * Columns by slot, because one object an entity costs a second look-up and 200 bytes. Memory: 24 bytes a slot, and 16
 * numbers for each sender without boots.
 */
export interface SeenWindow {
  boot: Float64Array<ArrayBuffer>
  seq: Float64Array<ArrayBuffer>
  bits: Uint32Array<ArrayBuffer>
  readonly loose: Map<number, number[]>
}

/**
 * `new`: never seen. `repeat`: seen. `unsure`: older than the window remembers, so only a store can say; the page takes
 * it again, which changes nothing, because state is merged by newest.
 */
export type Seen = 'new' | 'repeat' | 'unsure'

const WINDOW = 64
/** Hashes kept of a sender that has no boot. */
export const LOOSE = 16

export const createSeenWindow = (): SeenWindow => ({
  boot: new Float64Array(16).fill(-1),
  seq: new Float64Array(16).fill(-1),
  bits: new Uint32Array(32),
  loose: new Map(),
})

/**
 * Whether a record came before; it is remembered from now on.
 *
 * @param boot, seq - below 0 where the record carries none.
 * @param hash - 32 bits over t and what the record says, of row `row`; asked only where boot or seq is missing.
 */
export function seenBefore(window: SeenWindow, slot: number, boot: number, seq: number, hash: (row: number) => number, row: number): Seen {
  if (slot >= window.boot.length) grow(window, slot + 1)
  if (boot < 0 || seq < 0) return seenLoose(window, slot, hash(row))
  const { bits } = window
  const low = 2 * slot
  const knownBoot = window.boot[slot]!
  if (boot < knownBoot) return 'unsure'
  if (boot > knownBoot) {
    window.boot[slot] = boot
    window.seq[slot] = seq
    bits[low] = 1
    bits[low + 1] = 0
    return 'new'
  }
  const back = window.seq[slot]! - seq
  if (back < 0) {
    shift(bits, low, -back)
    window.seq[slot] = seq
    bits[low] = bits[low]! | 1
    return 'new'
  }
  if (back >= WINDOW) return 'unsure'
  const at = low + (back >>> 5)
  const bit = 1 << (back & 31)
  if ((bits[at]! & bit) !== 0) return 'repeat'
  bits[at] = bits[at]! | bit
  return 'new'
}

/** Forgets an entity whose slot ended, or all of them. */
export function forget(window: SeenWindow, slot: number): void {
  window.loose.delete(slot)
  if (slot >= window.boot.length) return
  window.boot[slot] = -1
  window.seq[slot] = -1
}

export function forgetAll({ boot, seq, bits, loose }: SeenWindow): void {
  boot.fill(-1)
  seq.fill(-1)
  bits.fill(0)
  loose.clear()
}

function grow(window: SeenWindow, slots: number): void {
  const capacity = Math.max(slots, 2 * window.boot.length)
  const grown = (old: Float64Array) => {
    const more = new Float64Array(capacity).fill(-1)
    more.set(old)
    return more
  }
  window.boot = grown(window.boot)
  window.seq = grown(window.seq)
  const bits = new Uint32Array(2 * capacity)
  bits.set(window.bits)
  window.bits = bits
}

function seenLoose({ loose }: SeenWindow, slot: number, hash: number): Seen {
  let hashes = loose.get(slot)
  if (hashes === undefined) loose.set(slot, (hashes = []))
  if (hashes.includes(hash)) return 'repeat'
  const full = hashes.length >= LOOSE
  if (full) hashes.shift()
  hashes.push(hash)
  return full ? 'unsure' : 'new'
}

function shift(bits: Uint32Array, low: number, by: number): void {
  const old = bits[low]!
  if (by >= WINDOW) {
    bits[low] = 0
    bits[low + 1] = 0
  } else if (by >= 32) {
    bits[low] = 0
    bits[low + 1] = old << (by - 32)
  } else {
    bits[low] = old << by
    bits[low + 1] = (bits[low + 1]! << by) | (old >>> (32 - by))
  }
}

/** FNV-1a over UTF-16 code units, 32 bits: tells apart the records of a sender without boots. Not a defence against forgery. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
