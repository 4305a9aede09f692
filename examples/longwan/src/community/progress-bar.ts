// How far a long work is, for people: one line that renews itself on a terminal, a plain line now and then elsewhere.

export interface ProgressBarPorts {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly columns: number
  readonly nowMs: () => number
}

/** How far, 0 to 1; what is done now; how long it still takes, where that is known. */
export interface Shown {
  readonly fraction: number
  readonly words: string
  readonly leftMs?: number | undefined
}

const CELLS = 24
/** A shorter bar says nothing. */
const LEAST_CELLS = 6
/** Without a terminal: a line each so many percent, and at the least so often. */
const LINE_PERCENT = 10
const LINE_MS = 15_000

export class ProgressBar {
  readonly #ports: ProgressBarPorts
  #open = false
  #last = { percent: -Infinity, ms: -Infinity }

  constructor(ports: ProgressBarPorts) {
    this.#ports = ports
  }

  /** `what` names the work. */
  show(what: string, { fraction, words, leftMs }: Shown): void {
    const percent = Math.floor(100 * Math.min(1, fraction))
    const left = leftMs === undefined ? '' : `, ${durationOf(leftMs)} left`
    const text = `${what}: ${percent} % (${words}${left})`
    const { write, isTerminal, columns, nowMs } = this.#ports
    if (isTerminal) {
      write(`\r\u001b[2K${`${barOf(percent, columns - 1 - text.length)}${text}`.slice(0, Math.max(20, columns - 1))}`)
      this.#open = true
      return
    }
    const now = nowMs()
    const again = percent < this.#last.percent
    if (!again && percent < this.#last.percent + LINE_PERCENT && now < this.#last.ms + LINE_MS) return
    this.#last = { percent, ms: now }
    write(`${text}\n`)
  }

  /** A line of its own, whatever is being renewed. */
  line(text: string): void {
    this.clear()
    this.#ports.write(`${text}\n`)
  }

  clear(): void {
    if (this.#open) this.#ports.write('\r\u001b[2K')
    this.#open = false
  }
}

/** As long as there is room beside the words, which say more; with its brackets and a space. */
function barOf(percent: number, room: number): string {
  const cells = Math.min(CELLS, room - 3)
  if (cells < LEAST_CELLS) return ''
  const filled = Math.round((cells * percent) / 100)
  return `[${'='.repeat(filled)}${' '.repeat(cells - filled)}] `
}

export function durationOf(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
