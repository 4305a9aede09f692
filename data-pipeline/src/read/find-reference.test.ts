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
  test('may hold CDATA', () => {
    const said = readMetadata(metadata('<SRS><![CDATA[PROJCS["a<b"]]]></SRS><SRSOrigin><![CDATA[ 1,2,3 ]]></SRSOrigin>'), 'm.xml')
    expect(said).toMatchObject({ reference: 'PROJCS["a<b"]', origin: [1, 2, 3] })
  })
  test.each([
    ['1,2', [1, 2, 0]],
    ['1;2;3', [1, 2, 3]],
    ['-1.5 +2e3\t.5', [-1.5, 2000, 0.5]],
  ])('has an origin %j', (written, origin) =>
    expect(readMetadata(metadata(`<SRS>EPSG:1</SRS><SRSOrigin>${written}</SRSOrigin>`), 'm.xml').origin).toEqual(origin),
  )
  test.each(['511956,5,3371227,25,0,0', '511956,5;3371227,25', '1', '', '1,2,3,4', '1,2,x', '0x10,2,3', 'NaN,1,2', '1,2,'])(
    'with an origin of %j is refused, for what it means is not certain',
    (written) =>
      expect(() => readMetadata(metadata(`<SRS>EPSG:1</SRS><SRSOrigin>${written}</SRSOrigin>`), 'm.xml')).toThrow(
        /^m\.xml: SRSOrigin is ".*", expected three numbers such as .*; correct it, or move the file away and give --crs and --origin/,
      ),
  )
  test('with six numbers is told what may have happened', () =>
    expect(() => readMetadata(metadata('<SRSOrigin>511956,5,3371227,25,0,0</SRSOrigin>'), 'm.xml')).toThrow(
      /a decimal point may have become a comma/,
    ))
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

  const of = (...meshes: string[]) => findReference(meshes.map((mesh) => path.join(folder, mesh)))
  test('beside the mesh first, then up to three folders above', async () => {
    await mkdir(path.join(folder, 'up/model/Data/Tile_1'), { recursive: true })
    await put('up/model/metadata.xml', metadata('<SRS>EPSG:1</SRS>'))
    expect((await of('up/model/Data/Tile_1/a.obj'))!.reference).toBe('EPSG:1')
    await put('up/model/Data/Tile_1/metadata.xml', metadata('<SRS>EPSG:2</SRS>'))
    expect((await of('up/model/Data/Tile_1/a.obj'))!.reference).toBe('EPSG:2')
    // Of several meshes what holds for all of them counts.
    expect((await of('up/model/Data/Tile_1/a.obj', 'up/model/Data/Tile_2/b.obj'))!.reference).toBe('EPSG:1')
  })
  test('not four folders above', async () => {
    await put('metadata.xml', metadata('<SRS>EPSG:1</SRS>'))
    expect(await of('up/model/Data/Tile_1/a.obj')).toBeUndefined()
    expect((await of('up/model/Data/a.obj'))!.reference).toBe('EPSG:1')
  })
  test('in coords.txt of OpenDroneMap: a zone of UTM, and what the mesh counts from', async () => {
    await mkdir(path.join(folder, 'odm_georeferencing'))
    await put('odm_georeferencing/coords.txt', 'WGS84 UTM 33N\r\n511956 3371227\r\n1 2 3\r\n')
    expect(await of('odm_texturing/odm_textured_model_geo.obj')).toMatchObject({
      reference: '+proj=utm +zone=33 +datum=WGS84',
      origin: [511956, 3371227, 0],
      file: path.join(folder, 'odm_georeferencing/coords.txt'),
    })
    await put('odm_georeferencing/coords.txt', 'WGS84 UTM 20S\n1 2\n')
    expect((await of('odm_texturing/a.obj'))!.reference).toBe('+proj=utm +zone=20 +south +datum=WGS84')
    await put('odm_georeferencing/coords.txt', 'WGS84 UTM 20S\n')
    await expect(of('odm_texturing/a.obj')).rejects.toThrow(/coords\.txt: its second line is "", expected three numbers/)
  })
  test('in Pix4D’s offset and .prj, whose names the mesh’s begins with', async () => {
    await put('up/model/P_offset.xyz', '511956.000 3371227.000 0.000\n')
    expect(await of('up/model/P_simplified_3d_mesh.obj')).toMatchObject({
      reference: undefined,
      origin: [511956, 3371227, 0],
      warnings: [expect.stringMatching(/P_offset\.xyz: says what the mesh counts from, and no \.prj .* give --crs/)],
    })
    await put('up/model/P_wkt.prj', 'PROJCS["p"]')
    await put('up/model/Other_offset.xyz', '1 2 3')
    await put('up/model/Other_wkt.prj', 'PROJCS["o"]')
    expect(await of('up/model/P_simplified_3d_mesh.obj')).toMatchObject({
      reference: 'PROJCS["p"]',
      origin: [511956, 3371227, 0],
      file: path.join(folder, 'up/model/P_wkt.prj'),
      originFile: path.join(folder, 'up/model/P_offset.xyz'),
      warnings: [],
    })
  })
  test('in UTF-16', async () => {
    await writeFile(path.join(folder, 'up/model/metadata.xml'), Buffer.from(`\ufeff${metadata('<SRS>EPSG:3</SRS>')}`, 'utf16le'))
    expect((await of('up/model/a.obj'))!.reference).toBe('EPSG:3')
  })
  test('as .prj of the mesh’s own name, or the only one', async () => {
    await put('up/model/a.obj', '')
    await put('up/model/b.prj', 'PROJCS["b"]')
    expect((await findReference([path.join(folder, 'up/model/a.obj')]))!.reference).toBe('PROJCS["b"]')
    await put('up/model/a.prj', 'PROJCS["a"]')
    expect((await findReference([path.join(folder, 'up/model/a.obj')]))!.reference).toBe('PROJCS["a"]')
  })
})
