import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findMeshes } from './find-meshes.ts'
import { readObjFile } from './read-obj-file.ts'
import { joinSource } from './source.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
})
afterEach(() => rm(folder, { recursive: true }))

const at = (name: string) => path.join(folder, name)
const put = async (name: string, text: string) => {
  await mkdir(path.dirname(at(name)), { recursive: true })
  await writeFile(at(name), text)
}
const picture = (name: string, width = 8, height = 4) =>
  sharp({ create: { width, height, channels: 3, background: '#f00' } })
    .jpeg()
    .toFile(at(name))
const OBJ = 'mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\nusemtl red\nf 1/1 2/2 3/3\n'
const join = async (...names: string[]) => joinSource(names.map((name) => ({ file: at(name), mesh: readObjFile(at(name)) })))

test('files are joined, their indices moved, a page that both name kept once', async () => {
  await picture('p.jpg')
  await put('a.mtl', 'newmtl red\nmap_Kd p.jpg\n')
  await put('a.obj', OBJ)
  await put('b.obj', OBJ)
  const source = await join('a.obj', 'b.obj')
  expect([...source.corners]).toEqual([0, 1, 2, 3, 4, 5])
  expect([...source.cornerUvs]).toEqual([0, 1, 2, 3, 4, 5])
  expect(source.pages).toEqual([{ file: at('p.jpg'), width: 8, height: 4 }])
  expect(source.surfaces.map(({ page }) => page)).toEqual([0, 0])
  expect(source.warnings).toEqual([])
})

test('a library and a picture are found whatever the case and the slashes', async () => {
  await mkdir(at('Tex'))
  await picture('Tex/P.JPG')
  await put('A.MTL', 'newmtl red\nmap_Kd D:\\work\\tex\\p.jpg\nnewmtl blue\nmap_Kd .\\tex\\p.jpg\n')
  await put('a.obj', `${OBJ}usemtl blue\nf 1/1 2/2 3/3\n`)
  const source = await join('a.obj')
  expect(source.pages.map(({ file }) => file)).toEqual([at('Tex/P.JPG')])
  // A drive letter means another machine: only a picture right beside the library can be meant.
  expect(source.warnings).toEqual([expect.stringContaining('D:\\work\\tex\\p.jpg')])
})

describe('what is missing is told with file and what to do, and drawn plain', () => {
  test('a library', async () => {
    await put('a.obj', OBJ)
    const { warnings, surfaces } = await join('a.obj')
    expect(warnings).toEqual([expect.stringMatching(/a\.obj:1: mtllib a\.mtl: there is no such file beside it; .*Put it there/)])
    expect(surfaces).toEqual([{ name: 'red', page: -1, color: [191, 191, 191] }])
  })
  test('a library that is never named', async () => {
    await put('a.obj', OBJ.replace('mtllib a.mtl\n', ''))
    expect((await join('a.obj')).warnings).toEqual([expect.stringMatching(/a\.obj:\d+: usemtl red, but no mtllib in the file/)])
  })
  test('what a library is to hold', async () => {
    await put('a.mtl', '\0\x01garbage')
    await put('a.obj', OBJ)
    expect((await join('a.obj')).warnings).toEqual([expect.stringMatching(/a\.mtl: defines no material .*; faces become grey/)])
  })
  test('a material', async () => {
    await put('a.mtl', 'newmtl blue\n')
    await put('a.obj', OBJ)
    expect((await join('a.obj')).warnings).toEqual([expect.stringMatching(/a\.obj:\d+: usemtl red: no library defines it/)])
  })
  test('a picture, with the line that names it', async () => {
    await put('a.mtl', '\nnewmtl red\nKd 0 0 1\nmap_Kd gone.jpg\n')
    await put('a.obj', OBJ)
    const { warnings, surfaces } = await join('a.obj')
    expect(warnings).toEqual([expect.stringMatching(/a\.mtl:4: material red names gone\.jpg, and there is no such picture/)])
    expect(surfaces[0]).toEqual({ name: 'red', page: -1, color: [0, 0, 255] })
  })
})

test('a picture that is none is refused with its name', async () => {
  await put('p.jpg', 'not a picture')
  await put('a.mtl', 'newmtl red\nmap_Kd p.jpg\n')
  await put('a.obj', OBJ)
  await expect(join('a.obj')).rejects.toThrow(/p\.jpg: cannot be read as a picture/)
})

test('a mesh without any face is refused', async () => {
  await put('a.obj', 'v 0 0 0\n')
  await expect(join('a.obj')).rejects.toThrow(/a\.obj: no face with an area; export/)
  await put('b.obj', '')
  await expect(join('b.obj')).rejects.toThrow(/b\.obj: no face with an area \(.*b\.obj: holds no vertex .* is it an OBJ/)
})

describe('an input', () => {
  test('may be a folder of tiles, in one order', async () => {
    await put('Data/Tile_+001/Tile_+001.obj', OBJ)
    await put('Data/Tile_+000/Tile_+000.obj', OBJ)
    await put('.hidden/x.obj', OBJ)
    expect(await findMeshes(folder)).toEqual([at('Data/Tile_+000/Tile_+000.obj'), at('Data/Tile_+001/Tile_+001.obj')])
  })
  test('that is not there, holds nothing, or is no OBJ is refused', async () => {
    await put('a.txt', '')
    await expect(findMeshes(at('no.obj'))).rejects.toMatchObject({ code: 'input-missing' })
    await expect(findMeshes(folder)).rejects.toMatchObject({ code: 'input-missing', message: expect.stringMatching(/holds no \.obj/) })
    await expect(findMeshes(at('a.txt'))).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
