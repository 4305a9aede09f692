// How much of the full mesh's look its root keeps: PSNR from four sides, beside the same root in one flat colour.
import { canvas, draw, psnr, readGlb, readTiles, resolve, sphereOf, viewOf } from './raster.mjs'

/**
 * @param {string} tilesetFile
 * @param {{ size?: number, onView?: (view: { azimuthDeg: number, full: object, root: object }) => Promise<void> }} [options]
 * @returns {Promise<{ psnrDb: number, flatDb: number, gainDb: number, rootShare: number }>} the worst of the four views
 */
export async function measureQuality(tilesetFile, { size = 512, onView } = {}) {
  const { root, tiles } = await readTiles(tilesetFile)
  const leaves = await Promise.all(tiles.filter((t) => t.children.length === 0).map((t) => readGlb(t.uri)))
  const rootMesh = await readGlb(root.uri)
  const { center, radius } = sphereOf(leaves)
  let worst = { psnrDb: Infinity, flatDb: Infinity, gainDb: Infinity }
  for (const azimuthDeg of [0, 90, 180, 270]) {
    const view = viewOf({ center, radius, azimuthDeg, elevationDeg: 45, size })
    const full = canvas(size)
    for (const leaf of leaves) draw(full, view, leaf)
    const truth = resolve(full)
    const mean = meanOf(truth)
    const shown = canvas(size)
    draw(shown, view, rootMesh)
    const flat = canvas(size)
    draw(flat, view, rootMesh, { flat: mean })
    const rootPicture = resolve(shown)
    const psnrDb = psnr(truth, rootPicture)
    const flatDb = psnr(truth, resolve(flat))
    worst = {
      psnrDb: Math.min(worst.psnrDb, psnrDb),
      flatDb: Math.min(worst.flatDb, flatDb),
      gainDb: Math.min(worst.gainDb, psnrDb - flatDb),
    }
    await onView?.({ azimuthDeg, full: truth, root: rootPicture })
  }
  const triangles = leaves.reduce((sum, { indices }) => sum + indices.length / 3, 0)
  return { ...worst, rootShare: rootMesh.indices.length / 3 / triangles }
}

/** The mean colour of what is covered: the flat root's best colour. */
function meanOf({ data, covered }) {
  const sum = [0, 0, 0]
  let count = 0
  for (let i = 0; i < covered.length; i++) {
    if (covered[i] < 4) continue
    for (let k = 0; k < 3; k++) sum[k] += data[3 * i + k]
    count++
  }
  return sum.map((s) => Math.round(s / count))
}
