import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFile } from './find-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  await mkdir(path.join(folder, 'lib/Tex'), { recursive: true })
  for (const name of ['lib/Roof 红.JPG', 'lib/Tex/wall.png', 'lib/tex.jpg', 'lib/Straße-über.png', 'lib/own.mtl', 'beside.jpg'])
    await writeFile(path.join(folder, name), '')
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
  ['"tex.jpg"', 'lib/tex.jpg'],
  ["'Roof 红.JPG'", 'lib/Roof 红.JPG'],
  ['tex.jpg # the page', 'lib/tex.jpg'],
  ['"tex.jpg" # the page', 'lib/tex.jpg'],
  ['tex', 'lib/tex.jpg'],
  ['Tex/wall', 'lib/Tex/wall.png'],
  ['straße-über.png', 'lib/Straße-über.png'],
])('%s is found as %s', async (written, expected) =>
  expect(await findFile([path.join(folder, 'lib')], written, ['.jpg', '.png'])).toEqual({
    name: path.join(folder, expected),
    path: path.join(folder, expected),
  }),
)

test.each(['gone.jpg', 'tex/wall.jpg', '', '.'])('%j is not', async (written) =>
  expect(await findFile([path.join(folder, 'lib')], written)).toBe(undefined),
)

test('the next folder is asked where the first has none', async () =>
  expect((await findFile([path.join(folder, 'lib'), folder], 'beside.jpg'))?.name).toBe(path.join(folder, 'beside.jpg')))

test('a name that is not UTF-8 on the disk is found by what it says, and opened by its bytes', async (ctx) => {
  if (process.platform !== 'linux') ctx.skip('only Linux has names of any bytes')
  const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xb6, 0xab]), Buffer.from('.png')])
  await writeFile(bytes, 'here')
  const found = await findFile([folder], '东.PNG')
  expect(found).toEqual({ name: path.join(folder, '东.png'), path: bytes })
  expect(await readFile(found!.path, 'utf8')).toBe('here')
})

test('of two that differ by case alone the one as it is written is meant, and no third', async () => {
  await writeFile(path.join(folder, 'a.png'), '')
  await writeFile(path.join(folder, 'A.png'), '')
  expect((await findFile([folder], 'A.png'))?.name).toBe(path.join(folder, 'A.png'))
  expect(await findFile([folder], 'a.PNG')).toBeUndefined()
})
