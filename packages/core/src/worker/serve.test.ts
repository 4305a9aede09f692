// The worker's own end, with a page that speaks to it by messages alone.
import { afterEach, expect, test, vi } from 'vitest'
import { workerPair } from '../../test/worker-pair.ts'
import { createClient } from './client.ts'
import type { HostPorts } from './host.ts'
import type { WorkerMessage } from './messages.ts'
import { serveTwin } from './serve.ts'

const host = vi.hoisted(() => ({ given: null as HostPorts | null, recycled: [] as unknown[] }))
vi.mock('./host.ts', () => ({
  createHost: (ports: HostPorts) => {
    host.given = ports
    return {
      calls: {
        ping: async () => 'pong',
        repatch: async (parameter: unknown) => parameter,
        close: () => Promise.reject(new RangeError('too far')),
      },
      recycle: (back: unknown) => void host.recycled.push(back),
    }
  },
}))

function made(given: Partial<HostPorts> = {}) {
  const { page, scope } = workerPair()
  const heard: WorkerMessage[] = []
  serveTwin({ kinds: [], ...given }, scope)
  const client = createClient(
    page,
    (message) => heard.push(message),
    () => undefined,
  )
  return { page, client, heard, ports: host.given! }
}
afterEach(() => {
  host.recycled.length = 0
})

test('a call finds its name in the table, with its parameter, and its answer or error comes back', async () => {
  const { client } = made()
  expect(await client.calls.ping()).toBe('pong')
  expect(await client.calls.repatch({ layer: 'wells' })).toEqual({ layer: 'wells' })
  await expect(client.calls.close()).rejects.toMatchObject({ code: 'internal', message: 'too far' })
  client.dispose()
})

test('a call that the worker does not have is refused by name', async () => {
  const { client } = made()
  await expect(client.calls.setView({} as never)).rejects.toMatchObject({
    code: 'internal',
    message: 'the worker knows no call setView; page and worker are of two versions',
    details: { call: 'setView' },
  })
  client.dispose()
})

test('what the host posts is heard, with its buffers or without any', async () => {
  const { client, heard, ports } = made()
  const buffer = new ArrayBuffer(8)
  ports.post({ type: 'alarm', alarms: [] })
  ports.post({ type: 'patch', patch: { layer: 'l', words: buffer } } as never, [buffer])
  expect(buffer.byteLength).toBe(0) // it was handed over, not copied
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['alarm', 'patch']))
  client.dispose()
})

test('a buffer that comes back is the host’s, and no other message is', async () => {
  const { page, client } = made()
  for (const message of [null, undefined, 5, { type: 'patch' }, { type: 'recycle', layer: 'a' }]) page.postMessage(message, [])
  client.recycle('b', new ArrayBuffer(8))
  await vi.waitFor(() => expect(host.recycled.length).toBe(2))
  expect(host.recycled).toMatchObject([{ layer: 'a' }, { layer: 'b', buffer: expect.any(ArrayBuffer) }])
  client.dispose()
})

test('the host has the ports of a real worker, unless it is given others', () => {
  const before = Date.now()
  const { client, ports } = made()
  expect(ports.nowMs()).toBeGreaterThanOrEqual(before)
  expect(ports.random()).toBeLessThan(1)
  client.dispose()
  const given = made({ nowMs: () => 5 })
  expect(given.ports.nowMs()).toBe(5)
  given.client.dispose()
})
