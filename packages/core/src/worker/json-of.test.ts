import { expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { jsonOf } from './json-of.ts'

const url = 'https://t.example/inventory/lights.geojson?token=secret'

test('a page in place of JSON is told by the file, without its query', async () => {
  const page = Promise.resolve('<!doctype html>').then((text) => JSON.parse(text) as unknown)
  await expect(jsonOf(url, page)).rejects.toMatchObject({
    code: 'document-invalid',
    message: expect.stringMatching(/^\/inventory\/lights\.geojson: is not JSON \(.*\); check the file, or the server that answered$/),
  })
})

test('JSON passes, and so does another fault', async () => {
  expect(await jsonOf(url, Promise.resolve({ a: 1 }))).toEqual({ a: 1 })
  const gone = new TwinError('fetch-gone', 'is not there')
  await expect(jsonOf(url, Promise.reject(gone))).rejects.toBe(gone)
})
