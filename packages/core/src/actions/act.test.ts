import { expect, test, vi } from 'vitest'
import type { TwinError } from '../error/twin-error.ts'
import { createNet } from '../net/net.ts'
import type { Action } from '../record/action.ts'
import { act } from './act.ts'

const URL_OF_ACTIONS = 'https://town.example/actions'
const action: Action = { key: '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11', type: 'acknowledge', alarm: 'a-91', count: 1 }
const server = (...replies: (Response | Error)[]) => {
  const bodies: unknown[] = []
  const net = createNet(
    { base: URL_OF_ACTIONS, tokenFor: () => 'jwt' },
    {
      fetch: async (_, init) => {
        bodies.push(JSON.parse(String(init.body)))
        const reply = replies.shift()!
        if (reply instanceof Error) throw reply
        return reply
      },
      sleep: async () => undefined,
      random: () => 1,
    },
  )
  return { bodies, net }
}
const never = new AbortController().signal
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })

test('is sent again with the same key after a cut line', async () => {
  const { bodies, net } = server(new TypeError('network'), json(202, { key: action.key, state: 'pending' }))
  expect(await act(action, URL_OF_ACTIONS, net, never)).toEqual({ key: action.key, state: 'pending' })
  expect(bodies).toEqual([action, action])
})

test('a repeat tells who was first', async () => {
  const { net } = server(json(200, { key: action.key, state: 'done', by: 'li' }))
  expect(await act(action, URL_OF_ACTIONS, net, never)).toEqual({ key: action.key, state: 'done', by: 'li' })
})

test('a count that grew is an answer that the operator sees, and is asked once', async () => {
  const { bodies, net } = server(json(409, { error: { code: 'alarm-grew', message: 'occurred 2 times', details: { count: 2 } } }))
  expect(await act(action, URL_OF_ACTIONS, net, never)).toEqual({
    error: { code: 'alarm-grew', message: 'occurred 2 times', details: { count: 2 } },
  })
  expect(bodies.length).toBe(1)
})

test.each([
  ['an expired token', json(401, { error: { code: 'token-expired', message: 'expired' } }), 'token-expired'],
  ['a login page', new Response('<html>'), 'action-refused'],
  ['the answer to another key', json(202, { key: 'other', state: 'pending' }), 'action-refused'],
])('%s is no answer', async (_, reply, code) => {
  expect(await act(action, URL_OF_ACTIONS, server(reply).net, never).catch((error: TwinError) => error.code)).toBe(code)
})

test('waits ten seconds for an answer at each try', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout')
  const { net } = server(new TypeError('network'), json(202, { key: action.key, state: 'pending' }))
  await act(action, URL_OF_ACTIONS, net, never)
  expect(timeout.mock.calls).toEqual([[10_000], [10_000]])
  timeout.mockRestore()
})

test('ends with the signal', async () => {
  const leave = new AbortController()
  leave.abort(new Error('signed out'))
  await expect(act(action, URL_OF_ACTIONS, server().net, leave.signal)).rejects.toThrow('signed out')
})
