// Compares a picture with the one that was kept and looked at. Software rasters differ by a little at edges: so much is allowed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'

export interface Difference {
  /** Share of px of which a channel differs by more than `channel`, 0 to 1; 1 where the sizes differ. */
  readonly share: number
  readonly sizes: string
}

/**
 * @param url - of the kept PNG. With `GOLDEN=write` in the environment it is written anew: then look at it before it is committed.
 */
export function compareWithGolden(url: URL, png: Uint8Array, channel = 32): Difference {
  const path = fileURLToPath(url)
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, png)
  }
  if (!existsSync(path)) throw new Error(`${path} is missing; run with GOLDEN=write, look at the picture, commit it`)
  const [kept, seen] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(Buffer.from(png))]
  const sizes = `${kept.width}x${kept.height} ${seen.width}x${seen.height}`
  if (kept.width !== seen.width || kept.height !== seen.height) return { share: 1, sizes }
  let differing = 0
  for (let i = 0; i < kept.data.length; i += 4) {
    const differs = [0, 1, 2].some((c) => Math.abs(kept.data[i + c]! - seen.data[i + c]!) > channel)
    if (differs) differing++
  }
  return { share: differing / (kept.width * kept.height), sizes }
}
