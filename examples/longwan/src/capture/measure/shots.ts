// `node examples/longwan/dist/capture/measure/shots.js CAPTURE OUT [view …]`: the demo from its kept views, in site metres.
import { existsSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fitSiteToGrid, gridOrigin, SITE_ORIGIN } from '../place/grid.ts'
import { loadMips, type Mips, Picture, type View } from './picture.ts'
import { type ObjMesh, readObj } from './read-obj.ts'

/** Eye and target in site metres above the origin; the first eight are the prototype's. */
export const VIEWS: readonly View[] = [
  { name: 'overview300', eye: [150, -130, 190], at: [225, 150, 0] },
  { name: 'overview-nw', eye: [-60, 330, 170], at: [200, 150, 0] },
  { name: 'street80', eye: [110, -15, 55], at: [185, 75, 5] },
  { name: 'court80', eye: [215, 100, 45], at: [235, 175, 3] },
  { name: 'roofs', eye: [200, 95, 95], at: [240, 165, 10] },
  { name: 'dike', eye: [330, 200, 70], at: [360, 285, 0] },
  { name: 'north', eye: [205, 240, 50], at: [225, 165, 5] },
  { name: 'normal', eye: [200, 95, 95], at: [240, 165, 10], paint: 'normal' },
  { name: 'gate40', eye: [196, -2, 15], at: [188, 50, 4] },
  { name: 'balcony35', eye: [218, 104, 20], at: [234, 150, 8] },
  { name: 'lane30', eye: [120, 112, 12], at: [150, 140, 4] },
  { name: 'canal50', eye: [350, 150, 30], at: [352, 215, 0] },
  { name: 'hamlet60', eye: [380, 70, 40], at: [415, 120, 0] },
  { name: 'plaza50', eye: [262, 20, 30], at: [262, 78, 2] },
]

/** Every tile of a capture folder. */
export function readCapture(folder: string): ObjMesh[] {
  const data = join(folder, 'Data')
  return readdirSync(data)
    .sort()
    .filter((name) => existsSync(join(data, name, `${name}.obj`)))
    .map((name) => readObj(join(data, name, `${name}.obj`)))
}

/** Draws views given in site metres. */
export async function drawViews(
  tiles: readonly ObjMesh[],
  views: readonly View[],
  width: number,
  height: number,
  save: (picture: Picture, view: View) => Promise<void>,
): Promise<void> {
  const textures = new Map<string, Mips>()
  for (const tile of tiles)
    for (const { texture } of tile.groups) if (texture && !textures.has(texture)) textures.set(texture, await loadMips(texture))
  for (const view of views) {
    const picture = new Picture({ ...view, eye: toGrid(view.eye), at: toGrid(view.at) }, width, height)
    for (const tile of tiles) picture.draw(tile, tile.origin, textures)
    await save(picture, view)
  }
}

function toGrid([x, y, z]: View['eye']): View['eye'] {
  const g = fitSiteToGrid()
  const { easting, northing } = gridOrigin()
  return [g.e0 - easting + g.ex * x + g.ey * y, g.n0 - northing + g.nx * x + g.ny * y, z + SITE_ORIGIN.heightEllipsoidalMeters]
}

if (process.argv[1]?.endsWith('shots.js')) {
  const [, , capture, out, ...names] = process.argv
  if (!capture || !out) {
    console.error('usage: shots.js <capture folder> <picture folder> [view names]')
    process.exit(2)
  }
  await mkdir(out, { recursive: true })
  const views = names.length ? VIEWS.filter((v) => names.includes(v.name)) : VIEWS
  await drawViews(readCapture(capture), views, 1456, 819, async (picture, { name }) => {
    await picture.save(join(out, `${name}.jpg`))
    console.log(join(out, `${name}.jpg`))
  })
}
