import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readObjFile } from './read-obj-file.ts'

test('a file longer than a piece is read as one, and one that is not there is told', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'long.obj')
  // 9 MB: a piece has 8.
  const vertices = 300_000
  await writeFile(
    file,
    `${'v 571000.125 4126000.25 1.5\n'.repeat(vertices)}v 0 1 0\nv 1 0 0\nf 1 ${vertices + 1} ${vertices + 2}\n# ${'x'.repeat(1 << 20)}\n`,
  )
  const { positions, corners } = readObjFile(file)
  expect(positions.length).toBe(3 * (vertices + 2))
  expect(new Set(positions.subarray(0, 3 * vertices))).toEqual(new Set([571000.125, 4126000.25, 1.5]))
  expect([...corners]).toEqual([0, vertices, vertices + 1])
  expect(() => readObjFile(path.join(folder, 'gone.obj'))).toThrow(/gone\.obj: cannot be opened \(ENOENT\); check the path/)
})
