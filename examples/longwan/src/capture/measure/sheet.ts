// `node examples/longwan/dist/capture/measure/sheet.js CAPTURE OUT.jpg [DATA]`: two crops of real captures and four of the demo on one sheet,
// for fresh eyes. The sheet holds pictures of captures that are not ours: it is looked at, never committed.
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { loadMips, type Mips, Picture, type View } from './picture.ts'
import { type ObjMesh, readObj } from './read-obj.ts'
import { drawViews, readCapture, VIEWS } from './shots.ts'

const TILE = { width: 800, height: 500 } as const
const OWN = ['street80', 'court80', 'gate40', 'canal50']

/** Two looks at the middle of a real outdoor capture, from the south-west and from the east. */
function realViews(meshes: readonly ObjMesh[]): View[] {
  const middle = [0, 0, 0]
  let n = 0
  for (const mesh of meshes) {
    for (let i = 0; i < mesh.positions.length; i += 3) {
      for (let k = 0; k < 3; k++) middle[k]! += mesh.positions[i + k]! + mesh.origin[k]!
      n++
    }
  }
  const [x, y, z] = [middle[0]! / n, middle[1]! / n, middle[2]! / n]
  return [
    { name: 'real-sw', eye: [x - 70, y - 80, z + 60], at: [x, y, z] },
    { name: 'real-e', eye: [x + 80, y + 10, z + 40], at: [x, y, z] },
  ]
}

async function drawReal(folder: string): Promise<Buffer[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile() && e.name.endsWith('.obj'))
  const meshes = files.map((e) => readObj(join(e.parentPath, e.name)))
  const textures = new Map<string, Mips>()
  for (const mesh of meshes)
    for (const { texture } of mesh.groups)
      if (texture && existsSync(texture) && !textures.has(texture)) textures.set(texture, await loadMips(texture))
  const pictures: Buffer[] = []
  for (const view of realViews(meshes)) {
    const picture = new Picture(view, TILE.width, TILE.height)
    for (const mesh of meshes) picture.draw(mesh, mesh.origin, textures)
    pictures.push(await picture.png())
  }
  return pictures
}

const [, , capture, out, data] = process.argv
if (!capture || !out) {
  console.error('usage: sheet.js <capture folder> <sheet.jpg> [folder of real captures, default ../shared/data]')
  process.exit(2)
}
const real = join(resolve(data ?? '../shared/data'), 'obj-terra-L17')
const cells = existsSync(real) ? await drawReal(real) : []
if (!cells.length) console.log(`${real} is not there: the sheet shows the demo alone`)
const own = VIEWS.filter((v) => OWN.includes(v.name))
await drawViews(readCapture(capture), own, TILE.width, TILE.height, async (picture) => void cells.push(await picture.png()))
await sharp({ create: { width: TILE.width * 2, height: TILE.height * Math.ceil(cells.length / 2), channels: 3, background: '#222' } })
  .composite(cells.map((input, i) => ({ input, left: (i % 2) * TILE.width, top: Math.floor(i / 2) * TILE.height })))
  .jpeg({ quality: 88 })
  .toFile(out)
console.log(out)
