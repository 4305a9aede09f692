import { beforeEach, expect, test, vi } from 'vitest'
import { world } from '../../test/host-world.ts'
import type { TwinError } from '../error/twin-error.ts'
import { createClient } from './client.ts'
import type { WorkerMessage } from './messages.ts'

/** A worker that says what a test says, and writes down what is done to it. */
function made() {
  const listeners = new Map<string, Set<(event: Event) => void>>()
  const posted: { readonly message: unknown; readonly transfer: Transferable[] | undefined }[] = []
  const heard: WorkerMessage[] = []
  const lost: TwinError[] = []
  const worker = {
    postMessage: (message: unknown, transfer?: Transferable[]) => void posted.push({ message, transfer }),
    addEventListener: (type: string, listener: (event: Event) => void) =>
      void listeners.set(type, (listeners.get(type) ?? new Set()).add(listener)),
    removeEventListener: (type: string, listener: (event: Event) => void) => void listeners.get(type)?.delete(listener),
    terminate: vi.fn(),
  }
  const client = createClient(
    worker,
    (message) => heard.push(message),
    (error) => lost.push(error),
  )
  const tell = (type: string, event: object) => {
    for (const listener of [...(listeners.get(type) ?? [])]) listener(event as Event)
  }
  const counts = () => ['message', 'error', 'messageerror'].map((type) => listeners.get(type)?.size ?? 0)
  return { client, worker, posted, heard, lost, tell, counts }
}
beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

test('hears what has a type of ours, and no answer of comlink', () => {
  const { client, heard, tell } = made()
  for (const data of [{ type: 'clock' }, { type: 'RAW', id: '1' }, { id: '2' }, null, undefined, 'x', 5, { type: 5 }, {}])
    tell('message', { data })
  expect(heard).toEqual([{ type: 'clock' }])
  client.dispose()
})

test('a message that cannot be read ends the worker, as an error does', () => {
  for (const type of ['error', 'messageerror']) {
    const { worker, lost, tell } = made()
    const preventDefault = vi.fn()
    tell(type, { message: 'out of memory', preventDefault })
    expect([lost.map(({ message }) => message), worker.terminate.mock.calls.length, preventDefault.mock.calls.length]).toEqual([
      ['the worker of live data ended: out of memory; try again'],
      1,
      1,
    ])
  }
})

test('a worker that did not start says nothing, and is told so', () => {
  for (const event of [{}, { message: '' }]) {
    const { lost, tell } = made()
    tell('error', event)
    expect(lost.map(({ code, message }) => [code, message])).toEqual([
      ['worker-lost', 'the worker of live data ended: it did not start; its file is missing, or the page may not run it; try again'],
    ])
  }
})

test('one that ended is not heard, and nothing is sent to it', async () => {
  const { client, posted, heard, counts, tell, worker } = made()
  const before = counts()
  tell('error', { message: 'x' })
  expect(counts()).toEqual([before[0]! - 1, 0, 0])
  tell('message', { data: { type: 'clock' } })
  const sent = posted.length
  await expect(client.calls.ping()).rejects.toMatchObject({ code: 'worker-lost' })
  client.recycle('l', new ArrayBuffer(8))
  client.dispose()
  expect([heard, posted.length - sent, worker.terminate.mock.calls.length, vi.getTimerCount()]).toEqual([[], 0, 1, 0])
})

test('a buffer goes back with its layer, handed over', () => {
  const { client, posted } = made()
  const buffer = new ArrayBuffer(8)
  client.recycle('wells', buffer)
  expect(posted).toEqual([{ message: { type: 'recycle', layer: 'wells', buffer }, transfer: [buffer] }])
  client.dispose()
})

test('disposing rejects what waits, tells no loss, and lets the worker forget its door', async () => {
  const { client, posted, lost, worker, counts } = made()
  const waiting = client.calls.describe({ kind: 'K', id: 'x' })
  const rejected = expect(waiting).rejects.toMatchObject({ code: 'worker-lost', message: 'the twin was disposed of' })
  client.dispose()
  await rejected
  client.dispose()
  expect([lost, worker.terminate.mock.calls.length, counts().slice(1), vi.getTimerCount()]).toEqual([[], 1, [0, 0], 0])
  expect(posted.at(-1)!.message).toMatchObject({ type: 'RELEASE' })
  expect(posted.filter(({ message }) => (message as { type: string }).type === 'RELEASE').length).toBe(1)
})

test('has just the calls that the host has', () => {
  const { client } = made()
  expect(Object.keys(client.calls).sort()).toEqual(Object.keys(world().host.calls).sort())
  client.dispose()
})
