// What the parts of the bench have in common.
import type { Bar } from './figures.ts'

export interface PartOptions {
  /** A folder that is empty and goes afterwards. */
  readonly folder: string
  /** Pairs of legs. */
  readonly pairs: number
  /** Small numbers: to see that it runs, not what the figures are. */
  readonly quick: boolean
  readonly print: (text: string) => void
}

/** Measures, prints its raw figures, and answers its ratios. */
export type Part = (options: PartOptions) => Promise<readonly Bar[]>

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Of two legs, the one that goes first alternates from pair to pair. */
export async function alternating<A, B>(pair: number, first: () => Promise<A>, second: () => Promise<B>): Promise<readonly [A, B]> {
  if (pair % 2 === 0) return [await first(), await second()]
  const later = await second()
  return [await first(), later]
}
