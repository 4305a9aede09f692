// A law as a test: kept seeds first, then random runs. A failure prints the line that keeps its seed.
import fc from 'fast-check'
import { type TestContext, test } from 'vitest'
import kept from './kept-seeds.json' with { type: 'json' }

/** A run of a law that once failed: fast-check's seed, and which value of that seed; without a path, all values of the seed. */
export interface KeptSeed {
  readonly seed: number
  readonly path?: string
}

export interface PropertyOptions {
  /** Random runs; a law that costs much may name fewer than the default, with the reason beside it. */
  readonly runs?: number
  /** For a law that takes longer than the project's limit. */
  readonly timeoutMs?: number
}

export const PROPERTY_DEFAULTS = { runs: 100 } as const

type Arbitraries<Values extends readonly unknown[]> = { readonly [At in keyof Values]: fc.Arbitrary<Values[At]> }
// `false` refuses, as in fast-check; all else that is returned counts for nothing.
type Law<Values extends readonly unknown[]> = (...values: [...Values]) => unknown

/**
 * Declares a test that a law holds for any values: `property('sums in any order', [numbers], (list) => …)`.
 *
 * The seeds that `kept-seeds.json` holds for it run first, so a failure that was seen once is seen in each run from then
 * on. Inputs are bounded: each array and string names its `maxLength`. A law may be asynchronous.
 */
export function property<const Values extends readonly unknown[]>(
  name: string,
  arbitraries: Arbitraries<Values>,
  law: Law<Values>,
  { runs = PROPERTY_DEFAULTS.runs, timeoutMs }: PropertyOptions = {},
): void {
  test(name, timeoutMs === undefined ? {} : { timeout: timeoutMs }, async ({ task }: TestContext) => {
    const key = `${task.file.name}#${task.fullTestName}`
    await checkLaw(key, arbitraries, law, runs, (kept as Record<string, readonly KeptSeed[]>)[key] ?? [])
  })
}

/** Runs the kept seeds, then `runs` random values; throws at the first that fails, with the line that keeps its seed. */
export async function checkLaw<Values extends readonly unknown[]>(
  key: string,
  arbitraries: Arbitraries<Values>,
  law: Law<Values>,
  runs: number,
  seeds: readonly KeptSeed[],
): Promise<void> {
  const held: fc.IAsyncProperty<unknown> = fc.asyncProperty(
    fc.tuple(...(arbitraries as readonly fc.Arbitrary<unknown>[])),
    async (values) => {
      if ((await law(...(values as unknown as [...Values]))) === false) throw new Error('the law returned false')
    },
  )
  for (const { seed, path } of seeds) {
    // A path names one value; what follows it in its seed is no part of the failure.
    refuse(await fc.check(held, path === undefined ? { seed, numRuns: runs } : { seed, path, numRuns: 1 }), `${key}: a kept seed fails`)
  }
  const details = await fc.check(held, { numRuns: runs })
  refuse(details, key, keepingLine(key, details, seeds))
}

function refuse(details: fc.RunDetails<unknown>, title: string, keep = ''): void {
  if (details.failed) throw new Error(`${title}\n${fc.defaultReportMessage(details)}${keep}`, { cause: details.errorInstance })
}

/** The first step of a path names the value that failed; the steps after it are fast-check's shrinking, which it repeats. */
function keepingLine(key: string, { seed, counterexamplePath }: fc.RunDetails<unknown>, seeds: readonly KeptSeed[]): string {
  const path = counterexamplePath?.split(':')[0]
  const lines = [...seeds, { seed, ...(path !== undefined && { path }) }]
  return `\n\nTo keep it, write this in test/kept-seeds.json:\n  ${JSON.stringify(key)}: ${JSON.stringify(lines)}\n`
}
