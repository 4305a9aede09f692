// Progress for people: one line that renews itself on a terminal, plain lines elsewhere.
import type { Progress } from '../job/convert.ts'

export interface ProgressPorts {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly columns: number
  readonly nowMs: () => number
}

const LABELS: Readonly<Record<Progress['stage'], string>> = {
  read: 'reading',
  place: 'placing',
  tiles: 'tiles',
  heights: 'heights',
  write: 'writing',
}
/** A terminal is renewed at most this often; other outputs get a line at most this often. */
const RENEW_MS = 100
const LINE_MS = 5_000

export class ProgressPrinter {
  readonly #ports: ProgressPorts
  #lastMs = -Infinity
  #stage: Progress['stage'] | undefined
  #open = false

  constructor(ports: ProgressPorts) {
    this.#ports = ports
  }

  show(progress: Progress): void {
    const now = this.#ports.nowMs()
    const begins = progress.stage !== this.#stage
    const ends = progress.done === progress.total
    if (!begins && !ends && now - this.#lastMs < (this.#ports.isTerminal ? RENEW_MS : LINE_MS)) return
    // A plain log needs neither the begin nor the end of a stage of one step.
    if (!this.#ports.isTerminal && progress.total <= 1 && !ends) return
    this.#stage = progress.stage
    this.#lastMs = now
    const text = sentenceOf(progress)
    if (this.#ports.isTerminal) {
      this.#ports.write(`\r\x1b[2K${barOf(progress)} ${text}`.slice(0, this.#ports.columns + 5))
      this.#open = true
      if (ends) this.clear()
    } else this.#ports.write(`${text}\n`)
  }

  /** A line of its own, whatever is being renewed. */
  line(text: string): void {
    this.clear()
    this.#ports.write(`${text}\n`)
  }

  clear(): void {
    if (this.#open) this.#ports.write('\r\x1b[2K')
    this.#open = false
  }
}

const WIDTH = 24

const barOf = ({ done, total }: Progress): string => {
  const filled = total > 0 ? Math.round((WIDTH * done) / total) : 0
  return `[${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}]`
}

export function sentenceOf({ stage, done, total, trianglesPerSecond, leftMs }: Progress): string {
  const rate = trianglesPerSecond === undefined ? '' : `, ${((trianglesPerSecond * 60) / 1e6).toFixed(1)} M triangles/min`
  const left = leftMs === undefined || done === total ? '' : `, ${durationOf(leftMs)} left`
  return `${LABELS[stage]} ${done}/${total}${rate}${left}`
}

export function durationOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
