import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guardedWrite, makeFolders, Output } from './output.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
})
afterEach(() => rm(folder, { recursive: true }))
const at = (...names: string[]) => path.join(folder, ...names)
const files = async () => (await readdir(folder, { recursive: true })).sort()

const ours = (name: string) => JSON.stringify({ asset: { version: '1.1', generator: 'twinmap' }, name })
const OURS = ours('one')

async function run(text: string) {
  const output = await Output.open(folder)
  await writeFile(path.join(output.tilesFolder, 'r.glb'), text)
  await output.write('heights.json', text)
  return output
}

describe('an output folder', () => {
  test('holds all of a run after it, and nothing unfinished', async () => {
    await (await run('1')).finish(OURS)
    expect(await files()).toEqual(['heights.json', 'tiles', 'tiles/r.glb', 'tileset.json'])
  })
  test('holds the old tileset until a new one is whole', async () => {
    await (await run('old')).finish(ours('old'))
    const output = await run('new')
    expect(await readFile(at('tileset.json'), 'utf8')).toBe(ours('old'))
    expect(await readFile(at('tiles/r.glb'), 'utf8')).toBe('old')
    await output.finish(ours('new'))
    expect(await readFile(at('tileset.json'), 'utf8')).toBe(ours('new'))
    expect(await readFile(at('tiles/r.glb'), 'utf8')).toBe('new')
  })
  test('holds the old tileset when a run is given up', async () => {
    await (await run('old')).finish(ours('old'))
    await (await run('new')).discard()
    expect(await files()).toEqual(['heights.json', 'tiles', 'tiles/r.glb', 'tileset.json'])
    expect(await readFile(at('tiles/r.glb'), 'utf8')).toBe('old')
  })
  test('loses what a killed run left, and keeps what is not ours', async () => {
    await mkdir(at('.twinmap-partial/tiles'), { recursive: true })
    await writeFile(at('.twinmap-partial/tiles/r9.glb'), 'half')
    await writeFile(at('mine.txt'), '')
    await (await run('1')).finish(OURS)
    expect(await files()).toEqual(['heights.json', 'mine.txt', 'tiles', 'tiles/r.glb', 'tileset.json'])
  })
  test('is refused while a living process writes there, and free once that is silent', async () => {
    await mkdir(at('.twinmap-partial'), { recursive: true })
    await writeFile(at('.twinmap-partial/pid'), String(process.ppid))
    await expect(Output.open(folder)).rejects.toMatchObject({
      code: 'option-invalid',
      message: expect.stringMatching(/process \d+ is writing there/),
    })
    const long = new Date(Date.now() - 60_000)
    await utimes(at('.twinmap-partial/pid'), long, long)
    await (await Output.open(folder)).discard()
  })
  test.each([
    ['tiles/roof.obj', 'v 0 0 0'],
    ['tileset.json', '{"asset":{"version":"1.0","generator":"another"}}'],
  ])('is refused where it holds %s of another, which stays', async (name, text) => {
    await mkdir(path.dirname(at(name)), { recursive: true })
    await writeFile(at(name), text)
    const before = await files()
    await expect(Output.open(folder)).rejects.toMatchObject({
      code: 'option-invalid',
      message: expect.stringMatching(/was not made by twinmap, and a tileset here would replace it; give another folder with -o/),
    })
    expect(await files()).toEqual(before)
  })
  test('that a run made is gone with it when it is given up, with the folders above that it made', async () => {
    const output = await Output.open(at('kept/own/1'))
    await writeFile(path.join(output.tilesFolder, 'r.glb'), 'half')
    await output.discard()
    expect(await files()).toEqual([])
    await mkdir(at('kept'))
    await (await Output.open(at('kept/own/1'))).discard()
    expect(await files()).toEqual(['kept'])
  })
  test('is refused where it is a file', async () => {
    await writeFile(at('file'), '')
    await expect(Output.open(at('file'))).rejects.toMatchObject({
      code: 'option-invalid',
      message: expect.stringMatching(/file: cannot be written/),
    })
  })
})

describe('an output path ends in a sentence', () => {
  const refused = (what: RegExp) => ({ code: 'option-invalid', message: expect.stringMatching(what) })
  test('where it is a link to nothing, or lies beyond one', async () => {
    await symlink(at('nowhere'), at('link'))
    for (const out of [at('link'), at('link/deeper/out')])
      await expect(Output.open(out)).rejects.toMatchObject(refused(/link: is a link to .*nowhere, which is not there; remove the link/))
    expect(await files()).toEqual(['link'])
  })
  test('where links go round', async () => {
    await symlink(at('b'), at('a'))
    await symlink(at('a'), at('b'))
    await expect(Output.open(at('a/out'))).rejects.toMatchObject(refused(/cannot be written \(ELOOP\)/))
  })
  test('beyond a link to a folder that is there it is written', async () => {
    await mkdir(at('disk'))
    await symlink(at('disk'), at('link'))
    await (await Output.open(at('link/out'))).finish(OURS)
    expect((await readdir(at('disk/out'))).sort()).toEqual(['tiles', 'tileset.json'])
  })
  test('where a file stands in the way', async () => {
    await writeFile(at('file'), '')
    await expect(Output.open(at('file/out'))).rejects.toMatchObject(refused(/cannot be written \(ENOTDIR\)/))
  })
  test('where its name is too long', async () => {
    await expect(Output.open(at('x'.repeat(300)))).rejects.toMatchObject(refused(/cannot be written \(ENAMETOOLONG\)/))
  })
  test('where a folder that is there says that it is not: it is asked once, and what was made is gone again', async () => {
    const asked: string[] = []
    const make = async (folder: string) => {
      asked.push(folder)
      if (asked.length < 3) return mkdir(folder)
      throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
    }
    await expect(makeFolders(at('a/b/c/d'), make)).rejects.toThrow('ENOENT')
    expect(asked).toEqual([at('a'), at('a/b'), at('a/b/c')])
    expect(await files()).toEqual([])
  })
  test.each(['EACCES', 'EROFS', 'EIO', 'EXDEV'])('where the disk answers %s', async (code) => {
    const write = async () => {
      throw Object.assign(new Error(code), { code })
    }
    await expect(guardedWrite(at('r.glb'), '', write)).rejects.toMatchObject(refused(new RegExp(`cannot be written \\(${code}\\)`)))
  })
  test('under /proc, where nothing can be made', async (ctx) => {
    if (process.platform !== 'linux') ctx.skip('only Linux has /proc')
    await expect(Output.open('/proc/x')).rejects.toMatchObject(refused(/proc.x: cannot be written \(E\w+\)/))
  })
})

test('a full disk is told with the file, what is free and what to do', async () => {
  const full = async () => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
  }
  await expect(guardedWrite(at('r.glb'), '', full)).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/r\.glb: the disk is full \(\d+ MB are free\); free some space, .* run again/),
  })
})

test('the system’s own full device is told so too', async (ctx) => {
  if (process.platform !== 'linux') ctx.skip('only Linux has /dev/full')
  await expect(guardedWrite('/dev/full', 'x')).rejects.toMatchObject({ code: 'disk-full' })
})
