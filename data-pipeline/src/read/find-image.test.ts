import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findImage } from './find-image.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  await mkdir(path.join(folder, 'lib/Tex'), { recursive: true })
  for (const name of ['lib/Roof 红.JPG', 'lib/Tex/wall.png', 'lib/tex.jpg', 'beside.jpg']) await writeFile(path.join(folder, name), '')
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['Roof 红.JPG', 'lib/Roof 红.JPG'],
  ['roof 红.jpg', 'lib/Roof 红.JPG'],
  ['Tex\\wall.png', 'lib/Tex/wall.png'],
  ['./tex//WALL.PNG', 'lib/Tex/wall.png'],
  ['../beside.jpg', 'beside.jpg'],
  ['D:\\Projects\\town\\tex.jpg', 'lib/tex.jpg'],
  ['/home/somebody/tex.jpg', 'lib/tex.jpg'],
  ['moved/away/tex.jpg', 'lib/tex.jpg'],
])('%s is found as %s', async (written, expected) =>
  expect(await findImage(path.join(folder, 'lib'), written)).toBe(path.join(folder, expected)),
)

test.each(['gone.jpg', 'tex/wall.jpg', '', '.'])('%j is not', async (written) =>
  expect(await findImage(path.join(folder, 'lib'), written)).toBe(undefined),
)
