import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findReference, readMetadata } from './find-reference.ts'

const metadata = (inside: string) =>
  `<?xml version="1.0"?>\n<ModelMetadata version="1">\n<!--Spatial <SRS>no</SRS> System-->\n${inside}\n</ModelMetadata>`

describe('metadata.xml', () => {
  test('gives reference and origin, with spaces after commas', () =>
    expect(readMetadata(metadata('<SRS>EPSG:4547</SRS><SRSOrigin>511856.0, 3371444.0,0.5</SRSOrigin>'), 'm.xml')).toEqual({
      reference: 'EPSG:4547',
      origin: [511856, 3371444, 0.5],
      file: 'm.xml',
      warnings: [],
    }))
  test('may hold a WKT over many lines', () =>
    expect(readMetadata(metadata('<SRS>PROJCS["a",\n  GEOGCS["b"]]</SRS>'), 'm.xml').reference).toBe('PROJCS["a",\n  GEOGCS["b"]]'))
  test('that names a code and gives a WKT is believed by its WKT, and told', () => {
    const said = readMetadata(metadata('<SRS>EPSG:4547</SRS><Origin X="500000.0" Y="3000000.0" Z="1"/><WKT>PROJCS["117E"]</WKT>'), 'm.xml')
    expect(said).toMatchObject({ reference: 'PROJCS["117E"]', origin: [500000, 3000000, 1] })
    expect(said.warnings).toEqual([expect.stringMatching(/m\.xml: names EPSG:4547 and gives a WKT too/)])
  })
  test.each(['<Texture/>', '<html>not found</html>', '\0\ufffd'])('without either (%j) gives neither, and it is told', (inside) =>
    expect(readMetadata(metadata(inside), 'm.xml')).toMatchObject({
      reference: undefined,
      origin: undefined,
      warnings: [expect.stringMatching(/^m\.xml: names no reference .*; give --crs, or correct it/)],
    }),
  )
  test('with a broken origin is refused, with the value', () =>
    expect(() => readMetadata(metadata('<SRS>EPSG:4547</SRS><SRSOrigin>1,,2</SRSOrigin>'), 'm.xml')).toThrow(
      /m\.xml: SRSOrigin is "1,,2", expected three numbers/,
    ))
})

describe('is sought', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
    await mkdir(path.join(folder, 'up/model'), { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true }))
  const put = (name: string, text: string) => writeFile(path.join(folder, name), text)

  test('beside the mesh first, then one folder above', async () => {
    await put('up/model/a.obj', '')
    await put('up/metadata.xml', metadata('<SRS>EPSG:1</SRS>'))
    expect((await findReference(path.join(folder, 'up/model/a.obj')))!.reference).toBe('EPSG:1')
    await put('up/model/metadata.xml', metadata('<SRS>EPSG:2</SRS>'))
    expect((await findReference(path.join(folder, 'up/model/a.obj')))!.reference).toBe('EPSG:2')
  })
  test('not two folders above', async () => {
    await put('up/model/a.obj', '')
    await put('metadata.xml', metadata('<SRS>EPSG:1</SRS>'))
    expect(await findReference(path.join(folder, 'up/model/a.obj'))).toBeUndefined()
  })
  test('as .prj of the mesh’s own name, or the only one', async () => {
    await put('up/model/a.obj', '')
    await put('up/model/b.prj', 'PROJCS["b"]')
    expect((await findReference(path.join(folder, 'up/model/a.obj')))!.reference).toBe('PROJCS["b"]')
    await put('up/model/a.prj', 'PROJCS["a"]')
    expect((await findReference(path.join(folder, 'up/model/a.obj')))!.reference).toBe('PROJCS["a"]')
  })
})
