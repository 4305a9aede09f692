/** Stands where a record carries no boot or no seq (both count from 0), or belongs to no generation. */
export const ABSENT = -1

/** Where a record stands among those of its entity, as the server decided when it came (intake/generation.ts). */
export interface Order {
  /** Within one generation boot and seq count up; {@link ABSENT}: its numbers order nothing. */
  readonly generation: number
  readonly boot: number
  readonly seq: number
  /** Phenomenon time as corrected, UTC ms. */
  readonly t: number
}

/** Whether `a` is the newer of two records of one entity, for one that did not come as the newest of all. */
export function isAfter(a: Order, b: Order): boolean {
  const comparable = a.generation === b.generation && a.generation !== ABSENT && a.boot !== ABSENT && b.boot !== ABSENT
  if (!comparable) return a.t > b.t
  return (a.boot - b.boot || a.seq - b.seq) > 0
}
