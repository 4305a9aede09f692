import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { PageStore } from './pages.ts'

test('a page is decoded once while leaves need it, and let go after the last', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  const file = path.join(folder, 'p.png')
  await sharp({ create: { width: 2, height: 2, channels: 3, background: '#102030' } })
    .png()
    .toFile(file)
  const store = new PageStore([{ file, width: 2, height: 2 }], new Map([[0, 2]]))
  const first = await store.want(0)
  expect([...first.data.subarray(0, 3)]).toEqual([16, 32, 48])
  store.done(0)
  expect(await store.want(0)).toBe(first)
  store.done(0)
  expect(await store.want(0)).not.toBe(first)
  await rm(folder, { recursive: true })
})
