import { expect, test } from 'vitest'
import { workerPair } from '../../test/worker-pair.ts'
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
  expect(await client.calls.open({ doc, base: 'https://t.example/', locale: 'zh', clock: liveClock(0, 0) })).toEqual({ layers: [] })
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
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(answers).toMatchObject([{ value: { error: { code: 'internal', message: expect.stringContaining('no call toString') } } }])
})

test('a worker that dies rejects what waits and what comes, and is told once', async () => {
  const { page, client, lost } = made()
  const waiting = client.calls.describe({ kind: 'K', id: 'x' })
  page.fail('out of memory')
  page.fail('again')
  await expect(waiting).rejects.toMatchObject({ code: 'worker-lost' })
  await expect(client.calls.repatch({ layer: 'l' })).rejects.toMatchObject({ code: 'worker-lost' })
  expect(lost.map(({ message }) => message)).toEqual(['the worker of live data ended: out of memory; load the page again'])
  expect(page.terminated).toBe(true)
})

test('after its end no listener is left', async () => {
  const { page, client } = made()
  expect(page.listeners()).toBeGreaterThan(0)
  client.dispose()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([page.terminated, page.listeners('error'), page.listeners('messageerror')]).toEqual([true, 0, 0])
})
