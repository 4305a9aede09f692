import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Fetch, firstAnswer, untilAgain } from './network.ts'

const URL = 'https://town.example/village.twin.json?secret=1'
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
/** Requests that answer when a test says so. */
function line() {
  const asked: { signal: AbortSignal; answer: (response: Response) => void; fail: () => void }[] = []
  const fetch: Fetch = (_, { signal }) =>
    new Promise((answer, reject) => {
      const fail = () => reject(new TypeError('Failed to fetch'))
      signal!.addEventListener('abort', fail)
      asked.push({ signal: signal!, answer, fail })
    })
  return { asked, fetch }
}

test('the first answer is one, whatever it says', async () => {
  const { asked, fetch } = line()
  const answer = firstAnswer(URL, new AbortController().signal, fetch)
  asked[0]!.answer(new Response('', { status: 404 }))
  expect((await answer).status).toBe(404)
  expect(vi.getTimerCount()).toBe(0)
})
test('says that the network is away, and keeps the query to itself', async () => {
  const { asked, fetch } = line()
  const answer = firstAnswer(URL, new AbortController().signal, fetch)
  asked[0]!.fail()
  await expect(answer).rejects.toMatchObject({
    code: 'fetch-failed',
    message: 'https://town.example/village.twin.json: the network does not carry it; check the network and the server',
  })
  expect(vi.getTimerCount()).toBe(0)
})
test('a request that hangs is overtaken by the next, and ended', async () => {
  const { asked, fetch } = line()
  const answer = firstAnswer(URL, new AbortController().signal, fetch)
  await vi.advanceTimersByTimeAsync(9_000)
  expect(asked).toHaveLength(3)
  asked[2]!.answer(new Response('{}'))
  expect((await answer).ok).toBe(true)
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, false])
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})
test('has at most so many under way as half a minute holds', async () => {
  const { asked, fetch } = line()
  void firstAnswer(URL, new AbortController().signal, fetch).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(asked.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(8)
})
test('ends with whoever asked', async () => {
  const { asked, fetch } = line()
  const ending = new AbortController()
  const answer = firstAnswer(URL, ending.signal, fetch)
  ending.abort(new Error('taken away'))
  await expect(answer).rejects.toThrow('taken away')
  expect([asked[0]!.signal.aborted, vi.getTimerCount()]).toEqual([true, 0])
})
test('waits some seconds between two tries, less where the browser says that the network is back', async () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  let waited = 0
  const wait = (signal = new AbortController().signal) => void untilAgain(signal).then(() => waited++)
  wait()
  await vi.advanceTimersByTimeAsync(1_400)
  expect(waited).toBe(0)
  await vi.advanceTimersByTimeAsync(1_700)
  expect(waited).toBe(1)
  wait()
  page.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(0)
  wait(AbortSignal.abort())
  await vi.advanceTimersByTimeAsync(0)
  expect([waited, vi.getTimerCount()]).toEqual([3, 0])
  vi.unstubAllGlobals()
})
