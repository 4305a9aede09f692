import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodePicture } from '../encode/picture.ts'
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

describe('a picture that cannot be read costs its own colours, and is told with its name, once', () => {
  test.each([
    [
      'no picture at all',
      'not a picture',
      /p\.jpg: cannot be read as a picture \(.*\); its faces take their plain colour\. Replace it by a JPEG or PNG/,
    ],
    ['a page of a server', '<!doctype html>', /p\.jpg: is HTML, which is not read as a picture/],
    ['a DDS', 'DDS |', /p\.jpg: is DDS, which is not read/],
    ['an empty file', '', /p\.jpg: cannot be read/],
  ])('%s', async (_, bytes, told) => {
    await put('p.jpg', bytes)
    await put('a.mtl', 'newmtl red\nKd 1 0 0\nmap_Kd p.jpg\nnewmtl also\nmap_Kd p.jpg\n')
    await put('a.obj', `${OBJ}usemtl also\nf 1/1 2/2 3/3\n`)
    const { warnings, surfaces, pages } = await join('a.obj')
    expect([warnings, pages]).toEqual([[expect.stringMatching(told)], []])
    expect(surfaces[0]).toEqual({ name: 'red', page: -1, color: [255, 0, 0] })
  })
})

describe('names are compared from the strictest to the most lenient', () => {
  const two = async (mtl: string, obj: string) => {
    await picture('p.jpg')
    await picture('q.jpg')
    await put('a.mtl', mtl)
    await put('a.obj', `mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\n${obj}`)
    const { surfaces, pages, triangleSurfaces, warnings } = await join('a.obj')
    return { of: [...triangleSurfaces].map((id) => path.basename(pages[surfaces[id]!.page]?.file ?? 'plain')), warnings }
  }
  const F = 'f 1/1 2/2 3/3\n'
  const MTL = 'newmtl Roof\nmap_Kd p.jpg\nnewmtl roof\nmap_Kd q.jpg\n'
  test('two that differ by case stay two', async () =>
    expect(await two(MTL, `usemtl roof\n${F}usemtl Roof\n${F}`)).toEqual({ of: ['q.jpg', 'p.jpg'], warnings: [] }))
  test('a third case of them is nobody’s, and told', async () => {
    const { of, warnings } = await two(MTL, `usemtl ROOF\n${F}`)
    expect([of, warnings]).toEqual([['plain'], [expect.stringMatching(/usemtl ROOF: no library defines it/)]])
  })
  test.each([
    ['quotes', 'newmtl "my roof"', 'usemtl my roof'],
    ['quotes on the other side', 'newmtl my roof', 'usemtl "my roof"'],
    ['a comment', 'newmtl roof', 'usemtl roof # tiles'],
    ['case', 'newmtl Roof', 'usemtl ROOF'],
    ['how letters are composed', 'newmtl stra\u00dfe-\u00fcber', 'usemtl stra\u00dfe-u\u0308ber'],
    ['blanks', 'newmtl my  roof ', 'usemtl my\troof'],
  ])('%s do not matter where one alone can be meant', async (_, mtl, obj) =>
    expect(await two(`${mtl}\nmap_Kd p.jpg\n`, `${obj}\n${F}`)).toEqual({ of: ['p.jpg'], warnings: [] }),
  )
})

describe('libraries', () => {
  const taken = async (lines: string, ...names: string[]) => {
    await picture('p.jpg')
    for (const name of names) await put(name, `newmtl ${name === names[0] ? 'red' : 'other'}\nmap_Kd p.jpg\n`)
    await put('a.obj', OBJ.replace('mtllib a.mtl\n', lines))
    const { pages, warnings, notes } = await join('a.obj')
    return { isFound: pages.length === 1, warnings, notes }
  }
  test.each([
    ['several in one line', 'mtllib other.mtl a.mtl\n', ['a.mtl', 'other.mtl']],
    ['several lines', 'mtllib other.mtl\nmtllib a.mtl\n', ['a.mtl', 'other.mtl']],
    ['blanks in a name', 'mtllib my a.mtl\n', ['my a.mtl']],
    ['several with blanks in their names', 'mtllib other.mtl my a.mtl\n', ['my a.mtl', 'other.mtl']],
    ['no ending', 'mtllib a\n', ['a.mtl']],
    ['quotes, a folder and another case', 'mtllib ".\\A.MTL"\n', ['a.mtl']],
    ['a comment', 'mtllib a.mtl # of the roof\n', ['a.mtl']],
  ])('%s', async (_, lines, names) => expect(await taken(lines, ...names)).toEqual({ isFound: true, warnings: [], notes: [] }))
  test('one that is not there is told, and the others are read', async () => {
    const { isFound, warnings } = await taken('mtllib gone.mtl a.mtl\n', 'a.mtl')
    expect([isFound, warnings]).toEqual([true, [expect.stringMatching(/a\.obj:1: mtllib gone\.mtl: there is no such file/)]])
  })
  test('that no line names are taken where one is meant: of the same name, or alone there', async () => {
    expect(await taken('', 'a.mtl')).toMatchObject({
      isFound: true,
      warnings: [],
      notes: [expect.stringMatching(/names no library; .*a\.mtl is taken/)],
    })
    expect(await taken('', 'b.mtl', 'a.mtl')).toMatchObject({ isFound: false })
    await rm(at('a.mtl'))
    expect(await taken('', 'b.mtl')).toMatchObject({ isFound: true })
  })
})

test('a picture is found beside the mesh where the library lies elsewhere', async () => {
  await picture('p.jpg')
  await put('lib/a.mtl', 'newmtl red\nmap_Kd p.jpg\n')
  await put('a.obj', OBJ.replace('a.mtl', 'lib/a.mtl'))
  expect(await join('a.obj')).toMatchObject({ pages: [{ file: at('p.jpg') }], warnings: [] })
})

test('BMP and TGA are read', async () => {
  const pixels = Buffer.from([255, 0, 0, 255, 0, 255, 0, 255])
  const { encodeTga } = await import('@lunapaint/tga-codec')
  const { encode } = await import('bmp-ts')
  await writeFile(at('p.bmp'), encode({ data: Buffer.from([255, 0, 0, 255, 255, 0, 255, 0]), width: 2, height: 1, bitPP: 24 }).data)
  await writeFile(at('p.tga'), (await encodeTga({ data: new Uint8Array(pixels), width: 2, height: 1 })).data)
  for (const name of ['p.bmp', 'p.tga']) {
    await put('a.mtl', `newmtl red\nmap_Kd ${name}\n`)
    await put('a.obj', OBJ)
    const { pages, warnings } = await join('a.obj')
    expect([pages, warnings]).toEqual([[{ file: at(name), width: 2, height: 1 }], []])
    const { data } = await decodePicture(at(name))
    expect([name, ...data]).toEqual([name, 255, 0, 0, 0, 255, 0])
  }
})

describe('what a picture does not colour', () => {
  const COLORED = 'v 0 0 0 1 0 0\nv 1 0 0 0 1 0\nv 0 1 0 0 0 1\nv 1 1 0\nvt 0 0\nvt 1 0\nvt 0 1\n'
  test('takes the colours of its vertices, which run from corner to corner', async () => {
    await put('a.obj', `${COLORED}f 1 2 3\n`)
    const { pages, surfaces, triangleSurfaces, cornerUvs, uvs, notes } = await join('a.obj')
    const page = pages[surfaces[triangleSurfaces[0]!]!.page]!
    const colorAt = (wb: number, wc: number) => {
      const [u, v] = [0, 1].map((k) => {
        const [a, b, c] = [0, 1, 2].map((corner) => uvs[2 * cornerUvs[corner]! + k]!)
        return (1 - wb - wc) * a! + wb * b! + wc * c!
      })
      const at = 3 * (Math.floor((1 - v!) * page.height) * page.width + Math.floor(u! * page.width))
      return [...page.pixels!.subarray(at, at + 3)]
    }
    expect([colorAt(0, 0), colorAt(1, 0), colorAt(0, 1), colorAt(1 / 3, 1 / 3)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [85, 85, 85],
    ])
    expect(notes).toEqual([expect.stringMatching(/a\.obj: 1 face without a picture takes the colours of its vertices/)])
  })
  test('takes its material’s colour where a vertex has none, and where a face names no place in its picture', async () => {
    await picture('p.jpg')
    await put('a.mtl', 'newmtl red\nKd 1 0 0\nmap_Kd p.jpg\n')
    await put('a.obj', `mtllib a.mtl\n${COLORED}usemtl red\nf 1/1 2/2 3/3\nf 1 2 3\nf 2 4 3\n`)
    const { surfaces, triangleSurfaces, pages, notes } = await join('a.obj')
    const of = [...triangleSurfaces].map((id) => surfaces[id]!)
    expect(of.map(({ page }) => pages[page]?.file)).toEqual([at('p.jpg'), 'colours of vertices', undefined])
    expect(of[2]!.color).toEqual([255, 0, 0])
    expect(notes).toEqual([
      expect.stringMatching(/1 face has colours at its vertices and a picture/),
      expect.stringMatching(/1 face without/),
    ])
  })
})

test('coordinates are scaled, moved and clamped as each material says, and shared ones stay shared', async () => {
  await picture('p.jpg')
  await put('a.mtl', 'newmtl red\nmap_Kd -s 2 4 -o 0.5 0 p.jpg\nnewmtl held\nmap_Kd -o 0.5 0 -clamp on p.jpg\n')
  await put('a.obj', `${OBJ}f 1/1 3/3 2/2\nusemtl held\nf 1/1 2/2 3/3\n`)
  const { uvs, cornerUvs } = await join('a.obj')
  const of = (t: number) => [0, 1, 2].map((k) => [...uvs.subarray(2 * cornerUvs[3 * t + k]!, 2 * cornerUvs[3 * t + k]! + 2)])
  expect(of(0)).toEqual([
    [0.5, 0],
    [2.5, 0],
    [0.5, 4],
  ])
  expect(of(2)).toEqual([
    [0.5, 0],
    [1, 0],
    [0.5, 1],
  ])
  expect([...cornerUvs.subarray(3, 6)]).toEqual([cornerUvs[0], cornerUvs[2], cornerUvs[1]])
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
    expect(await findMeshes(folder)).toEqual({ files: [at('Data/Tile_+000/Tile_+000.obj'), at('Data/Tile_+001/Tile_+001.obj')], notes: [] })
  })
  test('that is not there, holds nothing, or is no OBJ is refused', async () => {
    await put('a.txt', '')
    await expect(findMeshes(at('no.obj'))).rejects.toMatchObject({ code: 'input-missing' })
    await expect(findMeshes(folder)).rejects.toMatchObject({ code: 'input-missing', message: expect.stringMatching(/holds no \.obj/) })
    await expect(findMeshes(at('a.txt'))).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
