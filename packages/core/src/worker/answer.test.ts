import { expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { unwrapAnswer, wrapAnswer } from './answer.ts'

/** As it crosses between page and worker. */
const cross = async (work: Promise<unknown>) => unwrapAnswer(structuredClone(await wrapAnswer(work)))

test('a value crosses as it is, also one that is nothing or looks like an error', async () => {
  for (const value of [5, null, undefined, '', { error: { code: 'internal' } }]) expect(await cross(Promise.resolve(value))).toEqual(value)
})

test('an error crosses with its class, code, words and details, and a foreign one as internal', async () => {
  const gone = new TwinError('entity-gone', 'it is gone', { id: 'x' })
  const crossed = await cross(Promise.reject(gone)).catch((error: unknown) => error)
  expect(crossed).toBeInstanceOf(TwinError)
  expect(crossed).toMatchObject({ code: 'entity-gone', message: 'it is gone', details: { id: 'x' } })
  await expect(cross(Promise.reject(new RangeError('too long')))).rejects.toMatchObject({ code: 'internal', message: 'too long' })
})
