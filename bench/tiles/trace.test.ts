import { expect, test } from 'vitest'
import { COMPLETE, FIRST_TILE, figuresOf, type TraceEvent } from './trace.ts'

const event = (name: string, tsMs: number, durMs = 0, rest: Partial<TraceEvent> = {}): TraceEvent => ({
  name,
  cat: name.startsWith('twinmap') ? 'blink.user_timing' : 'toplevel',
  ph: durMs > 0 ? 'X' : 'I',
  pid: 1,
  tid: 1,
  ts: tsMs * 1000,
  dur: durMs * 1000,
  tdur: durMs * 500,
  ...rest,
})
const marks = [event(FIRST_TILE, 100), event(COMPLETE, 600)]

test('counts from the first tile request to the mark of completion', () => {
  expect(figuresOf([...marks, event('RunTask', 150, 3)]).completeMs).toBe(500)
})
test('blocking is what exceeds 8 ms of each task, on the main thread, in that time', () => {
  const tasks = [
    event('RunTask', 150, 20),
    event('RunTask', 200, 7),
    event('RunTask', 700, 90),
    event('RunTask', 20, 30),
    event('RunTask', 300, 90, { tid: 2 }),
  ]
  expect(figuresOf([...marks, ...tasks])).toMatchObject({ blockingMs: 12, cpuMs: 13.5 })
})
test('a task that stands twice in the trace counts once', () => {
  expect(figuresOf([...marks, event('ThreadControllerImpl::RunTask', 150, 20), event('RunTask', 151, 18)]).blockingMs).toBe(12)
})
test('a trace without its marks is refused by name', () => {
  expect(() => figuresOf([event('RunTask', 1, 2)])).toThrow('twinmap-first-tile')
})
