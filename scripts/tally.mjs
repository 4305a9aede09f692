// The sums of `npm test`, and its closing line.
import { existsSync } from 'node:fs'

/**
 * A skip without a word is a failure everywhere.
 *
 * @param strict everything that can be installed is here, so any skip is a failure; only tests of `../shared/data` may
 * skip, and only where that folder is absent.
 */
export function createTally({ strict, data }) {
  let passed = 0
  const failures = []
  const skips = []
  return {
    pass: () => passed++,
    fail: (name) => failures.push(name),
    /** Adds what count-reporter.mjs wrote. */
    add(count) {
      passed += count.passed
      failures.push(...count.failures)
      for (const { name, why } of count.skipped) {
        if (why === '') failures.push(`${name}: skipped without a word; tell what lacks by ctx.skip(…) or describeWith(…)`)
        else if (!strict || (`${name} ${why}`.includes('shared/data') && !existsSync(data))) skips.push({ name, why })
        else failures.push(`${name}: skipped (${why}), but here it must run`)
      }
    },
    details: () => [...skips.map(({ name, why }) => `skipped: ${name}: ${why}`), ...failures.map((name) => `failed: ${name}`)],
    closing: () => `${passed} passed, ${failures.length} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`,
    exitCode: () => (failures.length > 0 || passed === 0 ? 1 : 0),
  }
}
