import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadMips, Picture } from './picture.ts'
import { type ObjMesh, readObj } from './read-obj.ts'
import { measureCapture } from './statistics.ts'

const root = mkdtempSync(join(tmpdir(), 'longwan-measure-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A square of 10 m at z = 5 as one quad and one triangle pair with another texture place; the texture is red above green. */
const OBJ = `mtllib a b.mtl
v 500000 4000000 5
v 500010 4000000 5
v 500010 4000010 5
v 500000 4000010 5
v 500020 4000000 5
v 500020 4000010 5
vt 0 0
vt 0.5 0
vt 0.5 1
vt 0 1
usemtl m
f 1/1 2/2 3/3 4/4
f -5/-4 -2/-3 -1/-2
f -5/-4 -1/-2 -4/-1
`
let mesh: ObjMesh
beforeAll(async () => {
  writeFileSync(join(root, 'a.obj'), OBJ)
  writeFileSync(join(root, 'a b.mtl'), 'newmtl m\nmap_Kd tex ture.png\n')
  const pixels = Buffer.alloc(32 * 32 * 3)
  for (let i = 0; i < 32 * 32; i++) pixels[i * 3 + (i < 512 ? 0 : 1)] = 200
  await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
    .png()
    .toFile(join(root, 'tex ture.png'))
  mesh = readObj(join(root, 'a.obj'))
})

test('n-gons are fanned, negative indices counted back, names with spaces found', () => {
  expect(mesh.origin).toEqual([500000, 4000000, 5])
  expect(mesh.groups).toHaveLength(1)
  expect(mesh.groups[0]!.positions).toEqual([0, 1, 2, 0, 2, 3, 1, 4, 5, 1, 5, 2])
  expect(mesh.groups[0]!.texture).toBe(join(root, 'tex ture.png'))
})

test('charts, wedges, rims and the filled share of the atlas are counted', async () => {
  const s = await measureCapture([mesh])
  expect([s.triangles, s.positions, s.pages]).toEqual([4, 6, 1])
  expect(s.trianglesPerChart.mean).toBe(2) // two charts: the squares share an edge in space, not in the texture
  expect(s.wedgesPerPosition).toBeCloseTo(8 / 6)
  expect(s.boundaryEdgesPercent).toBeCloseTo((6 / 9) * 100)
  expect(s.areaSquareMeters).toBeCloseTo(200)
  expect(s.atlasFillPercent).toBe(50) // both lie on the left half, counted once
})

test('a picture shows the mesh where it is, the right way up', async () => {
  const texture = mesh.groups[0]!.texture!
  const picture = new Picture({ name: 't', eye: [10, 5, 40], at: [10, 5.001, 5] }, 64, 64)
  picture.draw(mesh, [0, 0, 5], new Map([[texture, await loadMips(texture)]]))
  const { data } = await sharp(await picture.png())
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number): number[] => [...data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)]
  expect(at(32, 26)[0]).toBeGreaterThan(150) // north: the texture's upper half
  expect(at(32, 38)[1]).toBeGreaterThan(150)
  expect(at(2, 2)).toEqual([0xb9, 0xcb, 0xdc])
  expect(picture.covered()).toBeGreaterThan(1000)
})
