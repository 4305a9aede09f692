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

test('at its bounds: a token of 8,000 characters, counters from 0 and whole, and each name of a kind', () => {
  const hello = (more: object) => () => readClientMessage({ hello: more })
  const token = 'x'.repeat(8_000)
  expect(hello({ token })()).toEqual({ hello: { token } })
  expect(hello({ token: `${token}x` })).toThrow('hello.token')
  const resume = (n: unknown) => hello({ resume: { streamId: 's', n } })
  for (const n of [0, 1, Number.MAX_SAFE_INTEGER]) expect(resume(n)()).toEqual({ hello: { resume: { streamId: 's', n } } })
  for (const n of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, '1', null, undefined]) expect(resume(n)).toThrow('hello.resume')
  for (const more of [{ resume: 's' }, { resume: { n: 1 } }, { resume: null }]) expect(hello(more)).toThrow('hello.resume')
  expect(hello({ kinds: ['K'.repeat(64)] })()).toEqual({ hello: { kinds: ['K'.repeat(64)] } })
  for (const kinds of [['K', ''], ['', 'K'], 'K', null, { length: 0 }]) expect(hello({ kinds })).toThrow('hello.kinds')
  expect(hello({ kinds: [] })()).toEqual({ hello: { kinds: [] } })
})

test('a hello says that its last token expired only where it says true, and says nothing that was not said', () => {
  const read = (hello: object) => JSON.stringify(readClientMessage({ hello }))
  expect(read({ expired: true })).toBe('{"hello":{"expired":true}}')
  for (const expired of [false, 1, 'true', null, undefined]) expect(read({ expired })).toBe('{"hello":{}}')
})

test('an acknowledgement counts from 1', () => {
  const action = { key: KEY, type: 'acknowledge', alarm: 'a-1' }
  expect(readAction({ ...action, count: 2 })).toEqual({ ...action, count: 2 })
  for (const count of [-1, '1', undefined, Number.NaN]) expect(() => readAction({ ...action, count })).toThrow('count: expected')
  for (const raw of [null, [], 'x']) expect(() => readAction(raw)).toThrow('action: expected an object')
})
