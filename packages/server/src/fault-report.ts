// What whoever runs the server reads of its faults: one line each, and of a flood of one fault one line per minute. No text of
// a client stands in it: no token, no key, no body.
import { TwinError } from '@twinmap/core/internal/error/twin-error'

export interface FaultReportPorts {
  readonly write: (line: string) => void
  /** Whether the places in the code follow, for whoever looks for the fault itself. */
  readonly stacks: boolean
}

/** Told again only after so long, with how often it came meanwhile. */
export const FLOOD_MS = 60_000
/** Different faults that are told apart within that time; beyond, they are counted as one. */
export const MOST_FAULTS = 50
const MOST_LETTERS = 500

/** @returns a function that takes any error. `TWINMAP_STACKS=1` in the environment adds the places in the code. */
export function createFaultReport({
  write = (line) => process.stderr.write(`${line}\n`),
  stacks = process.env['TWINMAP_STACKS'] === '1',
}: Partial<FaultReportPorts> = {}): (error: unknown) => void {
  /** How often each came again, by what tells it from others. */
  const again = new Map<string, number>()

  function quiet(key: string, line: string): void {
    again.set(key, 0)
    setTimeout(() => {
      const count = again.get(key)!
      if (count === 0) {
        again.delete(key)
        return
      }
      write(`${line} (${count} more in the last minute)`)
      quiet(key, line)
    }, FLOOD_MS).unref()
  }

  return (error) => {
    const line = `twinmap server: ${lineOf(error)}`
    const sort = sortOf(error)
    const key = again.has(sort) || again.size < MOST_FAULTS ? sort : ''
    const count = again.get(key)
    if (count !== undefined) {
      again.set(key, count + 1)
      return
    }
    const told = key === '' ? 'twinmap server: other faults' : line
    write(stacks ? [line, ...placesOf(error)].join('\n') : told)
    quiet(key, told)
  }
}

/** Faults of one sort differ in figures and in whom they were met with. */
const sortOf = (error: unknown): string => (error instanceof TwinError ? error.code : lineOf(error).replace(/\d+/g, '#'))

function lineOf(error: unknown): string {
  if (error instanceof TwinError) return tidy(`${error.code}: ${error.message}`)
  if (!(error instanceof Error)) return `internal: something that is no error was thrown (${typeof error})`
  const { code } = error as NodeJS.ErrnoException
  // What others quote in their messages may be a body: JSON.parse does so.
  const message = error.message.replace(/".*"/s, '"…"')
  return tidy(`internal: ${error.name}${code === undefined ? '' : ` ${code}`}: ${message}`)
}

const placesOf = (error: unknown): string[] =>
  error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []

/** On one line, without what looks like a token. */
function tidy(text: string): string {
  const masked = text.replace(/eyJ[\w-]*(?:\.[\w-]*)*/g, '(token)').replace(/\bBearer\s+\S+/gi, 'Bearer (hidden)')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break, or an escape of a terminal, would forge a line of the log
  return masked.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, MOST_LETTERS)
}
