import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { PageStore } from './pages.ts'

async function pages(count: number) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  const file = path.join(folder, 'p.png')
  await sharp({ create: { width: 2, height: 2, channels: 3, background: '#102030' } })
    .png()
    .toFile(file)
  onTestFinished(() => rm(folder, { recursive: true }))
  return Array.from({ length: count }, () => ({ file, width: 2, height: 2 }))
}

test('a page is decoded once while leaves need it, and let go after the last', async () => {
  const store = new PageStore(await pages(1))
  store.expect(new Map([[0, 2]]))
  const first = await store.want(0)
  expect([...first.data.subarray(0, 3)]).toEqual([16, 32, 48])
  store.done(0)
  expect(await store.want(0)).toBe(first)
  store.done(0)
  expect(await store.want(0)).not.toBe(first)
})

test('pages that were begun ahead are those that fit, and are let go where no leaf needs them', async () => {
  const store = new PageStore(await pages(3))
  // Each has twelve bytes of pixels.
  store.begin(30)
  const [first, second] = await Promise.all([store.want(0), store.want(1)])
  store.expect(new Map([[1, 1]]))
  expect(await store.want(1)).toBe(second)
  expect(await store.want(0)).not.toBe(first)
})
