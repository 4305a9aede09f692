import { expect, test, vi } from 'vitest'
import { workerPair } from '../../test/worker-pair.ts'
import { LOOK_MS, SILENT_LOOKS } from '../error/silent-worker.ts'
import { TwinError } from '../error/twin-error.ts'
import { liveClock } from '../live/clock.ts'
import { createClient } from './client.ts'
import type { WorkerMessage } from './messages.ts'
import { serveTwin } from './serve.ts'

const text = { zh: '', en: '' }
const doc = {
  twin: 1,
  name: text,
  timeZone: 'UTC',
  origin: { longitude: 0, latitude: 0, heightEllipsoidalMeters: 0, geoidMeters: 0, datum: 'WGS84' },
  tilesets: [],
  feeds: [],
  kinds: [],
  layers: [],
  views: [],
  panels: [],
} as const
const made = () => {
  const { page, scope } = workerPair()
  serveTwin({ kinds: [] }, scope)
  const heard: WorkerMessage[] = []
  const lost: TwinError[] = []
  const client = createClient(
    page,
    (message) => heard.push(message),
    (error) => lost.push(error),
  )
  return { page, client, heard, lost }
}

test('an answer comes back, and messages beside it are heard in their order', async () => {
  const { client, heard } = made()
  expect(await client.calls.open({ doc, base: 'https://t.example/', locale: 'zh', clock: liveClock(0, 0) })).toEqual({
    layers: [],
    kinds: [],
  })
  await client.calls.token({ feed: null, token: null })
  expect(heard.map(({ type }) => type)).toEqual(['alarm', 'labels', 'described', 'health'])
})

test('an error keeps its class, code and details', async () => {
  const { client } = made()
  await client.calls.open({ doc, base: 'https://t.example/', locale: 'zh', clock: liveClock(0, 0) })
  const error = await client.calls.describe({ kind: 'K', id: 'x' }).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(TwinError)
  expect(error).toMatchObject({ code: 'entity-gone', details: {} })
})

test('a call that the worker does not know is refused, though Object has it', async () => {
  const { page } = made()
  const answers: unknown[] = []
  page.addEventListener('message', (event) => answers.push((event as MessageEvent).data))
  page.postMessage(
    {
      id: '1',
      type: 'APPLY',
      path: ['ask'],
      argumentList: [
        { type: 'RAW', value: 'toString' },
        { type: 'RAW', value: null },
      ],
    },
    [],
  )
  await vi.waitFor(() => expect(answers.length).toBe(1))
  expect(answers).toMatchObject([{ value: { error: { code: 'internal', message: expect.stringContaining('no call toString') } } }])
})

test('a worker that dies rejects what waits and what comes, and is told once', async () => {
  const { page, client, lost } = made()
  const waiting = client.calls.describe({ kind: 'K', id: 'x' })
  page.fail('out of memory')
  page.fail('again')
  await expect(waiting).rejects.toMatchObject({ code: 'worker-lost' })
  await expect(client.calls.repatch({ layer: 'l' })).rejects.toMatchObject({ code: 'worker-lost' })
  expect(lost.map(({ message }) => message)).toEqual(['the worker of live data ended: out of memory; try again'])
  expect(page.terminated).toBe(true)
})

/** A worker of which nothing but its ears is known. */
function mute() {
  const posted: unknown[] = []
  let hear: (event: Event) => void = () => undefined
  const lost: TwinError[] = []
  const worker = {
    postMessage: (message: unknown) => void posted.push(message),
    addEventListener: (type: string, listener: (event: Event) => void) => {
      if (type === 'message') hear = listener
    },
    removeEventListener: () => undefined,
    terminate: vi.fn(),
  }
  const client = createClient(
    worker,
    () => undefined,
    (error) => lost.push(error),
  )
  const says = () => hear(new MessageEvent('message', { data: { type: 'clock' } }))
  return { client, posted, lost, says, worker }
}

test('a worker that was killed without a word is asked, and then given up with what waits for it', async () => {
  vi.useFakeTimers()
  try {
    const { client, posted, lost, says, worker } = mute()
    says()
    const waiting = client.calls.describe({ kind: 'K', id: 'x' })
    waiting.catch(() => undefined)
    const before = posted.length
    vi.advanceTimersByTime(LOOK_MS)
    expect(posted).toHaveLength(before + 1)
    vi.advanceTimersByTime((SILENT_LOOKS - 1) * LOOK_MS)
    await expect(waiting).rejects.toMatchObject({ code: 'worker-lost' })
    expect(lost.map(({ message }) => message)).toEqual(['the worker of live data ended: it answers no more; try again'])
    expect(worker.terminate).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('what comes back to a worker that is gone is not sent', () => {
  const { client, posted } = mute()
  client.recycle('l', new ArrayBuffer(8))
  expect(posted.length).toBe(1)
  client.dispose()
  const before = posted.length
  client.recycle('l', new ArrayBuffer(8))
  expect(posted.length).toBe(before)
})

test('one that speaks now and then lives on, and so does one that is still being loaded', () => {
  vi.useFakeTimers()
  try {
    const [talking, loading] = [mute(), mute()]
    talking.says()
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime((SILENT_LOOKS - 1) * LOOK_MS)
      talking.says()
    }
    expect([talking.lost, loading.lost]).toEqual([[], []])
    talking.client.dispose()
    loading.client.dispose()
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('after its end no listener is left', async () => {
  const { page, client } = made()
  expect(page.listeners()).toBeGreaterThan(0)
  client.dispose()
  expect([page.terminated, page.listeners('error'), page.listeners('messageerror')]).toEqual([true, 0, 0])
})
