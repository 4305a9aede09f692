import type { Told } from './record.ts'

/** Words about one record; a hostile one with 10,000 unknown properties gets no 10,000 lines back. */
export const MOST_TOLD = 16
/** Words about one batch; 0.8 MB of records that are none would be answered with 57 MB. */
export const MOST_TOLD_OF_BATCH = 100

/** What a source is told, in the order in which it was found: the first so many in words, of the rest the number. */
export interface Telling {
  readonly told: readonly Told[]
  /** How many more there were. */
  readonly toldMore: number
  /** Whether the next one is told in words; who must search for its words need not where it is only counted. */
  hasRoom(): boolean
  tell(told: Told): void
  /** Counts so many, without words. */
  count(more: number): void
}

export function createTelling(most: number): Telling {
  const told: Told[] = []
  let toldMore = 0
  return {
    told,
    get toldMore() {
      return toldMore
    },
    hasRoom: () => told.length < most,
    tell(one) {
      if (told.length < most) told.push(one)
      else toldMore++
    },
    count(more) {
      toldMore += more
    },
  }
}
