// A tileset that is quick to make and to draw, with everything that a viewer must put away: two levels, pictures inside of
// tiles, and one picture beside them that two tiles share.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { samplePlaneGlb } from '../../packages/core/src/tiles/sample-tile.ts'

const SIDE_PX = 64
const HALF_METERS = 100

function picture(shade: number): Uint8Array {
  const png = new PNG({ width: SIDE_PX, height: SIDE_PX })
  for (let i = 0; i < png.data.length; i += 4) png.data.set([shade, 160, (i / 4) % SIDE_PX, 255], i)
  return PNG.sync.write(png)
}

/** Writes `tileset.json` and its tiles; it stands at the twin's origin. */
export function writeTexturedTiles(folder: string): void {
  mkdirSync(folder)
  const write = (name: string, content: Uint8Array | string) => writeFileSync(join(folder, name), content)
  const box = (half: number) => ({ box: [0, 0, 0, half, 0, 0, 0, half, 0, 0, 0, 1] })
  write('shared.png', picture(200))
  write('root.glb', samplePlaneGlb({ sizeMeters: 2 * HALF_METERS, image: picture(60) }))
  const quarters = [-1, 1].flatMap((east) => [-1, 1].map((north) => ({ east, north })))
  const children = quarters.map(({ east, north }, i) => {
    const picturing = i < 2 ? { imageUri: 'shared.png' } : { image: picture(90 + 40 * i) }
    write(`leaf-${i}.glb`, samplePlaneGlb({ sizeMeters: HALF_METERS, ...picturing }))
    const [e, n] = [(east * HALF_METERS) / 2, (north * HALF_METERS) / 2]
    return {
      transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, e, n, 0, 1],
      boundingVolume: box(HALF_METERS / 2),
      geometricError: 0,
      content: { uri: `leaf-${i}.glb` },
    }
  })
  const root = { boundingVolume: box(HALF_METERS), geometricError: 10, refine: 'REPLACE', content: { uri: 'root.glb' }, children }
  write('tileset.json', JSON.stringify({ asset: { version: '1.1' }, geometricError: 100, root }))
}
