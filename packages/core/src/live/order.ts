// Live flow: decode -> intake (seen before?) -> **order** -> columns, motion. Pure numbers, so the server merges its rows
// by the same law as the page, and a snapshot means the same on both sides.

/** Stands where a record carries no boot or no seq; both count from 0. */
export const ABSENT = -1

/** Older than every record: what an inventory says, and an empty cell. */
export const NEVER = Number.NEGATIVE_INFINITY

/**
 * Which of two records of one entity is the newer, by what its source gave them. By boot, then seq; a record without a
 * boot (its seq is not trusted) goes by t alone, and behind every record with one. That last rule makes the order total:
 * "by t as soon as one of them lacks a boot" has cycles, and then the state would depend on the order of arrival.
 *
 * @param boot, seq - {@link ABSENT} where not carried.
 * @param t - phenomenon time, UTC ms.
 * @returns > 0 where a is newer, < 0 where b is, 0 where they are one record.
 */
export function compareOrder(aBoot: number, aSeq: number, aT: number, bBoot: number, bSeq: number, bT: number): number {
  const aTrusted = aBoot >= 0 && aSeq >= 0
  const bTrusted = bBoot >= 0 && bSeq >= 0
  if (aTrusted !== bTrusted) return aTrusted ? 1 : -1
  if (aTrusted) {
    if (aBoot !== bBoot) return aBoot - bBoot
    if (aSeq !== bSeq) return aSeq - bSeq
  }
  return aT === bT ? 0 : aT > bT ? 1 : -1
}

/**
 * Which of two values stands where their records are equally new, which only a source that repeats itself wrongly can
 * cause: the greater, so that both sides of the wire and every order of arrival end in the same.
 */
export function winsTie(a: number | string, b: number | string): boolean {
  return typeof a === typeof b ? a > b : typeof a === 'string'
}
