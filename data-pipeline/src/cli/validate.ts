// `twinmap validate`: findings, a line each.
import { parseArgs } from 'node:util'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { validateTileset } from '../validate/validate-tileset.ts'
import { EXIT } from './exit.ts'
import { VALIDATE_HELP } from './help.ts'
import type { Shell } from './shell.ts'

const OPTIONS = { json: { type: 'boolean' }, warnings: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

export async function validate(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parse(args)
  if (values.help) {
    shell.out(VALIDATE_HELP)
    return EXIT.ok
  }
  if (positionals.length !== 1) throw new TwinError('option-invalid', 'TILESET is missing; give the path of one tileset.json', {})
  const report = await validateTileset(positionals[0]!, { signal: shell.signal })
  const { findings, errors, warnings, tilesets, tiles, contents } = report
  if (values.json) shell.out(`${JSON.stringify(report, undefined, 2)}\n`)
  else {
    for (const { severity, code, file, pointer, message } of findings)
      shell.out(`${severity} ${code} ${file}${pointer === '' ? '' : `#${pointer}`}: ${message}\n`)
    shell.out(`${tilesets} tilesets, ${tiles} tiles, ${contents} contents: ${errors} errors, ${warnings} warnings\n`)
  }
  return errors > 0 || (values.warnings === true && warnings > 0) ? EXIT.findings : EXIT.ok
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (cause) {
    throw new TwinError('option-invalid', `${(cause as Error).message}; twinmap validate --help lists the options`, {}, { cause })
  }
}
