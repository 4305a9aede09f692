// `twinmap tiles`: options in, convert, a report out.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { type ConvertOptions, type ConvertReport, convert } from '../job/convert.ts'
import { type PlaceOptions, UNITS, type Unit } from '../place/placement.ts'
import { EXIT } from './exit.ts'
import { TILES_HELP } from './help.ts'
import { durationOf, ProgressPrinter } from './progress.ts'
import type { Shell } from './shell.ts'

const OPTIONS = {
  out: { type: 'string', short: 'o' },
  crs: { type: 'string' },
  origin: { type: 'string' },
  up: { type: 'string' },
  unit: { type: 'string' },
  'height-offset': { type: 'string' },
  'drop-outliers': { type: 'boolean' },
  texture: { type: 'string' },
  quality: { type: 'string' },
  workers: { type: 'string' },
  strict: { type: 'boolean' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export async function tiles(args: readonly string[], shell: Shell): Promise<number> {
  const { help, json, quiet, options } = readTilesOptions(args)
  if (help || options === undefined) {
    shell.out(TILES_HELP)
    return EXIT.ok
  }
  const printer = new ProgressPrinter({
    write: shell.err,
    isTerminal: shell.isTerminal,
    columns: shell.columns,
    nowMs: () => performance.now(),
  })
  const report = await convert(options, {
    signal: shell.signal,
    ...(quiet ? {} : { onProgress: (progress) => printer.show(progress), onNote: (sentence) => printer.line(sentence) }),
    onWarning: (sentence) => printer.line(`warning: ${sentence}`),
  }).finally(() => printer.clear())
  if (json) shell.out(`${JSON.stringify(report, undefined, 2)}\n`)
  else shell.out(summaryOf(report))
  return EXIT.ok
}

/** @throws TwinError `option-invalid`, with the option and what it takes */
export function readTilesOptions(args: readonly string[]): {
  help: boolean
  json: boolean
  quiet: boolean
  options: ConvertOptions | undefined
} {
  const { values, positionals } = parse(args)
  const flags = { help: values.help === true, json: values.json === true, quiet: values.quiet === true }
  if (flags.help) return { ...flags, options: undefined }
  if (positionals.length !== 1)
    throw wrong(
      'MESH',
      positionals.length === 0 ? 'is missing' : `is ${positionals.length} paths`,
      'give one .obj, or one folder that holds them',
    )
  if (values.out === undefined) throw wrong('--out', 'is missing', 'give the folder for the tileset, such as -o tiles')
  const place: { -readonly [K in keyof PlaceOptions]?: PlaceOptions[K] } = {}
  if (values.crs !== undefined) place.reference = values.crs
  if (values.origin !== undefined) place.origin = originOf(values.origin)
  if (values.up !== undefined) place.up = oneOf('--up', values.up, ['z', 'y'])
  if (values.unit !== undefined) place.unit = oneOf('--unit', values.unit, Object.keys(UNITS) as Unit[])
  if (values['height-offset'] !== undefined)
    place.heightOffsetMeters = numberOf('--height-offset', values['height-offset'], -10_000, 10_000)
  return {
    ...flags,
    options: {
      input: positionals[0]!,
      output: values.out,
      place,
      picture: {
        ...(values.texture === undefined ? {} : { format: oneOf('--texture', values.texture, ['jpeg', 'webp']) }),
        ...(values.quality === undefined ? {} : { quality: wholeOf('--quality', values.quality, 1, 100) }),
      },
      ...(values.workers === undefined ? {} : { workers: wholeOf('--workers', values.workers, 1, 256) }),
      dropOutliers: values['drop-outliers'] === true,
      strict: values.strict === true,
    },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: joinNegative(args), options: OPTIONS, allowPositionals: true })
  } catch (cause) {
    throw new TwinError('option-invalid', `${(cause as Error).message}; twinmap tiles --help lists the options`, {}, { cause })
  }
}

/** `--height-offset -7.1` reads as an option without a value; joined with `=` it does not. */
const joinNegative = (args: readonly string[]): string[] => {
  const joined: string[] = []
  for (let i = 0; i < args.length; i++) {
    const next = args[i + 1]
    if (/^--(height-offset|origin)$/.test(args[i]!) && next !== undefined && /^-[\d.]/.test(next)) joined.push(`${args[i++]}=${next}`)
    else joined.push(args[i]!)
  }
  return joined
}

const wrong = (option: string, what: string, todo: string) => new TwinError('option-invalid', `${option} ${what}; ${todo}`, { option })

function originOf(text: string): [number, number, number] {
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (parts.length < 2 || parts.length > 3 || !parts.every(Number.isFinite))
    throw wrong('--origin', `is ${JSON.stringify(text)}`, 'give easting,northing,height in metres, such as 572000,4126000,0')
  return [parts[0]!, parts[1]!, parts[2] ?? 0]
}

function oneOf<const T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw wrong(option, `is ${JSON.stringify(text)}`, `give ${choices.join(' or ')}`)
  return found
}

function numberOf(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= min && value <= max)) throw wrong(option, `is ${JSON.stringify(text)}`, `give a number from ${min} to ${max}`)
  return value
}

function wholeOf(option: string, text: string, min: number, max: number): number {
  const value = numberOf(option, text, min, max)
  if (!Number.isInteger(value)) throw wrong(option, `is ${JSON.stringify(text)}`, `give a whole number from ${min} to ${max}`)
  return value
}

const million = (value: number): string => `${(value / 1e6).toFixed(2)} M`
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

function summaryOf(report: ConvertReport): string {
  const { levels, triangles, wallMs } = report
  const entry = {
    id: 'mesh',
    url: report.tileset,
    heights: path.join(path.dirname(report.tileset), 'heights.json'),
    ...(report.frame === 'local' ? { at: 'origin' } : {}),
  }
  return `${[
    `${report.tileset}: ${million(triangles)} triangles and ${million(report.texels)} pixels in ${durationOf(wallMs)} (${((triangles / wallMs) * 0.06).toFixed(1)} M triangles/min, ${report.workers} threads, ${megabytes(report.peakRssBytes)} at most)`,
    `${report.tiles} tiles, ${megabytes(report.bytes)}; the root shows ${(report.rootShare * 100).toFixed(1)} % of the triangles`,
    ...levels.map((l) => `  level ${l.depth}: ${l.tiles} tiles, ${l.triangles} triangles, ${megabytes(l.bytes)}`),
    `for the twin document: ${JSON.stringify(entry)}`,
  ].join('\n')}\n`
}
