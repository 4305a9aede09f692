// How rough a capture is: e = RMS distance of points on the full mesh to a mesh of 5 % of its triangles, beside √(area / triangles). What
// is tessellated flat ground has next to none, so this keeps a demo from meeting triangle bars with nothing in them.
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'
import { distanceTo } from './nearest.mjs'
import { readGlb, readTiles } from './raster.mjs'

const POINTS = 100_000
const SHARE = 0.05

/**
 * @param {string} tilesetFile
 * @param {{ count?: number }} [options] of points
 * @returns {Promise<{ triangles: number, areaSquareMeters: number, edgeMeters: number, errorMeters: number, ratio: number, rootErrorMeters: number, rootShare: number }>}
 *   `ratio` is e / √(area / triangles) for a simplification to 5 % at one go; `rootErrorMeters` is e of the tileset's own root
 */
export async function measureRoughness(tilesetFile, { count = POINTS } = {}) {
  const { root, tiles } = await readTiles(tilesetFile)
  const full = weld(await Promise.all(tiles.filter((tile) => tile.children.length === 0).map((tile) => readGlb(tile.uri))))
  const triangles = full.indices.length / 3
  await MeshoptSimplifier.ready
  const [coarse] = MeshoptSimplifier.simplify(full.indices, full.positions, 3, Math.floor(triangles * SHARE) * 3, 1e9, [
    'Permissive',
    'ErrorAbsolute',
  ])
  const { points, area } = sample(full, count)
  const rms = (distance) => {
    let sum = 0
    for (let i = 0; i < points.length; i += 3) sum += distance(points[i], points[i + 1], points[i + 2]) ** 2
    return Math.sqrt(sum / (points.length / 3))
  }
  const rootMesh = await readGlb(root.uri)
  const errorMeters = rms(distanceTo(full.positions, coarse))
  const edgeMeters = Math.sqrt(area / triangles)
  return {
    triangles,
    areaSquareMeters: area,
    edgeMeters,
    errorMeters,
    ratio: errorMeters / edgeMeters,
    rootErrorMeters: rms(distanceTo(rootMesh.positions, rootMesh.indices)),
    rootShare: rootMesh.indices.length / 3 / triangles,
  }
}

/** Meshes of tiles as one, with one vertex for a place: the tiles' borders have the same bits. */
export function weld(meshes) {
  const ids = new Map()
  const places = []
  const indices = new Uint32Array(meshes.reduce((sum, mesh) => sum + mesh.indices.length, 0))
  let at = 0
  for (const { positions, indices: own } of meshes) {
    const local = new Uint32Array(positions.length / 3)
    for (let i = 0; i < local.length; i++) {
      const key = `${positions[3 * i]},${positions[3 * i + 1]},${positions[3 * i + 2]}`
      let id = ids.get(key)
      if (id === undefined) {
        id = places.push(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) / 3 - 1
        ids.set(key, id)
      }
      local[i] = id
    }
    for (const i of own) indices[at++] = local[i]
  }
  return { positions: Float32Array.from(places), indices }
}

/** Points spread by area: the same each time. */
function sample({ positions: p, indices }, count) {
  const sums = new Float64Array(indices.length / 3)
  let area = 0
  for (let t = 0; t < sums.length; t++) {
    const [a, b, c] = [3 * indices[3 * t], 3 * indices[3 * t + 1], 3 * indices[3 * t + 2]]
    const u = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]]
    const w = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]]
    area += Math.hypot(u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]) / 2
    sums[t] = area
  }
  const points = new Float32Array(3 * count)
  const chance = chanceOf(1)
  for (let i = 0, t = 0; i < count; i++) {
    // One in each of `count` equal parts of the area.
    const wanted = ((i + chance()) / count) * area
    while (t < sums.length - 1 && sums[t] < wanted) t++
    let [v, w] = [chance(), chance()]
    if (v + w > 1) [v, w] = [1 - v, 1 - w]
    const [a, b, c] = [3 * indices[3 * t], 3 * indices[3 * t + 1], 3 * indices[3 * t + 2]]
    for (let k = 0; k < 3; k++) points[3 * i + k] = p[a + k] + v * (p[b + k] - p[a + k]) + w * (p[c + k] - p[a + k])
  }
  return { points, area }
}

/** Numbers from 0 to 1 out of a seed (mulberry32). */
function chanceOf(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
