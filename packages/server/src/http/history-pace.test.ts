import { expect, test } from 'vitest'
import { manualTimers } from '../testing/manual-timers.ts'
import { createHistoryPace, MOST_REST_MS } from './history-pace.ts'

function paced() {
  const timers = manualTimers()
  const pace = createHistoryPace(timers)
  const told: string[] = []
  /** A page that takes so long. */
  const read = (name: string, ms: number) =>
    pace.page(async () => {
      told.push(`${name} begins at ${timers.nowMs()}`)
      await new Promise<void>((done) => timers.after(ms, done))
      return name
    })
  return { timers, told, read, pace }
}

test('reads one page at a time, each in its turn, and rests after it as long as it took', async () => {
  const { timers, told, read } = paced()
  const pages = [read('a', 10), read('b', 20), read('c', 5)]
  await timers.pass(200)
  expect(await Promise.all(pages)).toEqual(['a', 'b', 'c'])
  expect(told).toEqual(['a begins at 0', 'b begins at 20', 'c begins at 60'])
})

test('does not wait where nothing was read for a while, and never rests for longer than a bound', async () => {
  const { timers, told, read } = paced()
  const first = read('a', 1_000)
  await timers.pass(1_000)
  await first
  const second = read('b', 1)
  await timers.pass(MOST_REST_MS)
  await timers.pass(500)
  await second
  const third = read('c', 1)
  await timers.pass(1)
  await third
  expect([MOST_REST_MS, ...told]).toEqual([50, 'a begins at 0', 'b begins at 1050', 'c begins at 1550'])
})

test('goes on after a page that failed, whose own history alone hears of it', async () => {
  const { timers, read, pace } = paced()
  const failing = pace.page(async () => {
    throw new Error('the disk')
  })
  const next = read('b', 1)
  await expect(failing).rejects.toThrow('the disk')
  await timers.pass(5)
  expect(await next).toBe('b')
})
