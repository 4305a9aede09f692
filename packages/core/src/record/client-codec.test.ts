import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { readAction, readClientMessage } from './client-codec.ts'

const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'

test('reads a hello with what it knows and nothing else', () => {
  expect(readClientMessage({ hello: { token: 't', role: 'command', kinds: ['B'], resume: { streamId: 's', n: 1, x: 2 } } })).toEqual({
    hello: { token: 't', kinds: ['B'], resume: { streamId: 's', n: 1 } },
  })
  expect(readClientMessage({ resync: { deep: 1 } })).toEqual({ resync: {} })
})

test('names what is wrong, and never tells the token', () => {
  expect(() => readClientMessage({ hello: { token: 7 } })).toThrow('hello.token: expected a JWT')
  expect(() => readClientMessage({ hello: { token: 'secret', kinds: [''] } })).toThrow(/^hello\.kinds(?!.*secret)/)
  expect(() => readClientMessage({ hello: { resume: { streamId: 's', n: -1 } } })).toThrow('hello.resume')
  const many = (count: number) => readClientMessage({ hello: { kinds: Array.from({ length: count }, (_, i) => `K${i}`) } })
  expect(() => many(257)).toThrow('hello.kinds: expected at most 256')
  expect(many(256)).toMatchObject({ hello: {} })
  expect(() => readClientMessage({ hello: { kinds: ['K'.repeat(65)] } })).toThrow('hello.kinds')
  expect(() => readClientMessage({ hello: { kinds: ['K\ud800'] } })).toThrow('hello.kinds')
  expect(() => readClientMessage({ hello: { resume: { streamId: 's\0', n: 1 } } })).toThrow('hello.resume')
  expect(() => readClientMessage({})).toThrow('{"hello":{…}}')
})

test('reads an acknowledgement only with a UUID, an alarm and what was seen', () => {
  const action = { key: KEY.toUpperCase(), type: 'acknowledge', alarm: 'a-1', count: 1 }
  expect(readAction(action)).toEqual({ ...action, key: KEY })
  for (const [part, value] of [
    ['key', 'x'],
    ['type', 'delete'],
    ['alarm', ''],
    ['alarm', 'a-1\ud800'],
    ['alarm', ' a-1'],
    ['count', 0],
    ['count', 1.5],
  ] as const)
    expect(() => readAction({ ...action, [part]: value })).toThrow(`${part}: expected`)
})

test('reads what is done about a disclosure without a count', () => {
  for (const type of ['take', 'done', 'withdraw'] as const) {
    expect(readAction({ key: KEY.toUpperCase(), type, alarm: 'd-1', count: 3 })).toEqual({ key: KEY, type, alarm: 'd-1' })
    expect(() => readAction({ key: KEY, type, alarm: '' })).toThrow('alarm: expected')
  }
})

test('answers anything with a message or request-invalid', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3, maxKeys: 5 }), (junk) => {
      for (const read of [() => readClientMessage(junk), () => readClientMessage({ hello: junk }), () => readAction(junk)])
        try {
          read()
        } catch (error) {
          expect(error).toBeInstanceOf(TwinError)
          expect((error as TwinError).code).toBe('request-invalid')
        }
    }),
  )
})
