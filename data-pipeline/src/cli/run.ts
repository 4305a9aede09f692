// Which command, and what its failure means to the shell.
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { EXIT, exitCodeOf } from './exit.ts'
import { HELP } from './help.ts'
import type { Shell } from './shell.ts'
import { tiles } from './tiles.ts'
import { validate } from './validate.ts'

/** Answers the exit code; never throws. */
export async function run(args: readonly string[], shell: Shell): Promise<number> {
  const [command, ...rest] = args
  try {
    if (command === 'tiles') return await tiles(rest, shell)
    if (command === 'validate') return await validate(rest, shell)
    if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
      shell.out(HELP)
      return command === undefined ? EXIT.usage : EXIT.ok
    }
    throw new TwinError('option-invalid', `${command} is no command; there are tiles and validate`, { command })
  } catch (error) {
    if (shell.signal.aborted) {
      shell.err('interrupted; nothing was left half done\n')
      return shell.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted
    }
    if (error instanceof TwinError && error.code !== 'internal') {
      shell.err(`${error.code}: ${error.message}\n`)
      return exitCodeOf(error.code)
    }
    // Not ours to explain: the stack helps whoever reads the report of it.
    shell.err(`internal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return EXIT.internal
  }
}
