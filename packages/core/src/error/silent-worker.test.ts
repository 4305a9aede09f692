import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LOOK_MS, SILENT_LOOKS, watchSilence } from './silent-worker.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const looks = (n: number) => vi.advanceTimersByTime(n * LOOK_MS)
const made = (isBusy?: () => boolean) => {
  const [ask, dead] = [vi.fn(), vi.fn()]
  const watch = watchSilence({ ask, dead, ...(isBusy && { isBusy }) })
  return { watch, ask, dead, told: () => [ask.mock.calls.length, dead.mock.calls.length] }
}

test('asks once after its first silence, and calls it dead once where nothing answers', () => {
  const { watch, told } = made()
  watch.heard()
  looks(SILENT_LOOKS - 1)
  expect(told()).toEqual([1, 0])
  looks(9)
  expect(told()).toEqual([1, 1])
})
test('a word in time begins anew', () => {
  const { watch, told } = made()
  for (let round = 1; round <= 4; round++) {
    watch.heard()
    looks(SILENT_LOOKS - 1)
    expect(told()).toEqual([round, 0])
  }
})
test('waits for the first word as long as it takes, and asks nothing after its end', () => {
  const { watch, told } = made()
  looks(99)
  watch.heard()
  watch.end()
  looks(99)
  expect([told(), vi.getTimerCount()]).toEqual([[0, 0], 0])
})
test('who has nothing to do may be silent', () => {
  let busy = false
  const { watch, told } = made(() => busy)
  watch.heard()
  looks(99)
  expect(told()).toEqual([0, 0])
  busy = true
  looks(SILENT_LOOKS)
  expect(told()).toEqual([1, 1])
})
