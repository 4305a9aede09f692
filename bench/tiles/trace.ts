// Reads the figures of one page load out of a Chromium trace.

export interface TraceEvent {
  readonly name: string
  readonly cat: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** µs */
  readonly ts: number
  /** µs of wall time */
  readonly dur?: number
  /** µs of CPU time */
  readonly tdur?: number
}

export interface Figures {
  /** From the first tile request to the picture that is as fine as asked. */
  readonly completeMs: number
  /** What exceeds 8 ms, summed over main-thread tasks in that time. */
  readonly blockingMs: number
  readonly cpuMs: number
  readonly heapBytes: number
}

export const FIRST_TILE = 'twinmap-first-tile'
export const COMPLETE = 'twinmap-complete'
const LONGEST_SMOOTH_US = 8000

/** The page marks {@link FIRST_TILE} and {@link COMPLETE}; their thread is the main thread. */
export function figuresOf(events: readonly TraceEvent[]): Omit<Figures, 'heapBytes'> {
  const mark = (name: string) => {
    const found = events.find((event) => event.name === name && event.cat.includes('user_timing'))
    if (found === undefined) throw new Error(`the trace has no mark ${name}`)
    return found
  }
  const [from, to] = [mark(FIRST_TILE), mark(COMPLETE)]
  const tasks = events.filter(
    (e) =>
      e.ph === 'X' &&
      (e.name === 'RunTask' || e.name === 'ThreadControllerImpl::RunTask') &&
      e.pid === to.pid &&
      e.tid === to.tid &&
      e.ts + (e.dur ?? 0) > from.ts &&
      e.ts < to.ts,
  )
  if (tasks.length === 0) throw new Error('the trace has no tasks of the main thread')
  // Both names may stand for one task, one inside the other: keep the outermost.
  const outermost: TraceEvent[] = []
  for (const task of tasks.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    const last = outermost.at(-1)
    if (last === undefined || task.ts >= last.ts + (last.dur ?? 0)) outermost.push(task)
  }
  const sum = (of: (task: TraceEvent) => number) => outermost.reduce((total, task) => total + of(task), 0) / 1000
  return {
    completeMs: (to.ts - from.ts) / 1000,
    blockingMs: sum((task) => Math.max(0, (task.dur ?? 0) - LONGEST_SMOOTH_US)),
    cpuMs: sum((task) => task.tdur ?? task.dur ?? 0),
  }
}
