// A group of tests that needs what a bare machine lacks: there each is skipped by name, with what lacks and how to install it.
import { describe } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test was skipped; read by scripts/count-reporter.mjs. */
    lacking?: string
  }
}

/**
 * `describe`, whose tests and hooks run only where nothing lacks.
 *
 * @param lacking - as of `browserMissing()`: a sentence with the command that installs it; undefined where all is there.
 */
export function describeWith(lacking: string | undefined, name: string, body: () => void): void {
  if (lacking === undefined) describe(name, body)
  else describe.skipIf(true)(`${name} (${lacking})`, { meta: { lacking } }, body)
}
