// Cracks between tiles of different level, looked for as a viewer would see them: pictures of a mixed cut beside pictures of all leaves.
//
// A sample is a crack where the mixed cut leaves the background, all leaves show mesh, and the projected border of two tiles of the cut lies
// within two samples. Borders are the leaves' own, vertex by vertex: tiles keep them while they are two. The views look into the capture,
// from 35 to 80 degrees above it, so that no outer rim is in the picture: there a coarser level may end a little further in, and must.
import { coverage, readGlb, readTiles, viewOf } from './raster.mjs'

const VIEWS = 20
/** Samples a side. */
const SIZE = 1024
const NEAR = 2

/**
 * @param {string} tilesetFile
 * @param {{ views?: number, size?: number, spoil?: (mesh: { positions: Float32Array }) => void }} [options] `spoil` changes the coarser
 *   tiles, to see cracks
 * @returns {Promise<{ cracks: number, worst: { view: number, cracks: number }, pairs: string[], borderSamples: number, missing: number }>}
 *   `pairs` are the depths that met in a picture; `missing` counts all samples that only the leaves cover, near borders or not
 */
export async function lookForCracks(tilesetFile, { views = VIEWS, size = SIZE, spoil } = {}) {
  const { root, tiles } = await readTiles(tilesetFile)
  const meshes = new Map()
  for (const tile of tiles) {
    const { positions, indices } = await readGlb(tile.uri)
    const mesh = { positions, indices }
    if (tile.children.length > 0) spoil?.(mesh)
    meshes.set(tile, mesh)
  }
  const leaves = tiles.filter((tile) => tile.children.length === 0)
  const { box } = root.tile.boundingVolume
  const borders = bordersOf(leaves, meshes)
  const pairs = new Set()
  let [cracks, missing, borderSamples] = [0, 0, 0]
  let worst = { view: 0, cracks: 0 }
  for (let v = 0; v < views; v++) {
    const view = viewInto(box, v, size)
    const cut = cutOf(root, v)
    const shown = coverage(view)
    for (const tile of cut) shown.add(meshes.get(tile))
    const truth = coverage(view)
    for (const leaf of leaves) truth.add(meshes.get(leaf))
    const near = coverage(view)
    const owner = new Map(cut.flatMap((tile) => leavesOf(tile).map((leaf) => [leaf, tile])))
    for (const { a, b, segments } of borders) {
      if (owner.get(a) === owner.get(b) || near.addSegments(segments, NEAR) === 0) continue
      pairs.add([owner.get(a), owner.get(b)].map(depthOf).sort().join('-'))
    }
    let here = 0
    for (let i = 0; i < truth.hit.length; i++) {
      borderSamples += near.hit[i]
      if (truth.hit[i] === 0 || shown.hit[i] !== 0) continue
      missing++
      here += near.hit[i]
    }
    cracks += here
    if (here > worst.cracks) worst = { view: v, cracks: here }
  }
  return { cracks, worst, pairs: [...pairs].sort(), borderSamples, missing }
}

/** One of the fixed views: somewhere in the middle of the box, from all sides, as large as keeps the rim out. */
function viewInto(box, v, size) {
  const [halfX, halfY, halfZ] = [box[3], box[7], box[11]]
  const radius = Math.min(halfX, halfY) * (0.2 + 0.06 * (v % 3))
  const center = [box[0] + halfX * 0.35 * Math.cos(v * 2.4), box[1] + halfY * 0.35 * Math.sin(v * 2.4), box[2] - halfZ / 2]
  return viewOf({ center, radius, azimuthDeg: v * 99, elevationDeg: 35 + 15 * (v % 4), size })
}

const depthOf = (tile) => (tile.parent === undefined ? 0 : 1 + depthOf(tile.parent))
const leavesOf = (tile) => (tile.children.length === 0 ? [tile] : tile.children.flatMap(leavesOf))

/** A tile is refined or not by its name and the view: neighbours differ by one level, by two, by as many as there are. */
function cutOf(tile, v) {
  if (tile.children.length === 0) return [tile]
  let hash = v * 7919
  for (const byte of Buffer.from(tile.uri.slice(tile.uri.lastIndexOf('/')))) hash = Math.imul(hash ^ byte, 0x9e3779b1) >>> 0
  return tile.parent !== undefined && (hash >>> 16) % 2 === 0 ? [tile] : tile.children.flatMap((child) => cutOf(child, v))
}

/** Edges that two leaves share, per pair of leaves: six numbers an edge. */
function bordersOf(leaves, meshes) {
  const open = new Map()
  for (const leaf of leaves) {
    const { positions: p, indices } = meshes.get(leaf)
    const edges = new Map()
    const place = (i) => `${p[3 * i]},${p[3 * i + 1]},${p[3 * i + 2]}`
    for (let i = 0; i < indices.length; i += 3)
      for (let k = 0; k < 3; k++) {
        const [from, to] = [indices[i + k], indices[i + ((k + 1) % 3)]]
        const [a, b] = [place(from), place(to)]
        const key = a < b ? `${a}|${b}` : `${b}|${a}`
        const known = edges.get(key)
        if (known === undefined) edges.set(key, { count: 1, from, to })
        else known.count++
      }
    for (const [key, { count, from, to }] of edges) {
      if (count > 1) continue
      const segment = [from, to].flatMap((v) => [p[3 * v], p[3 * v + 1], p[3 * v + 2]])
      const list = open.get(key)
      if (list === undefined) open.set(key, [{ leaf, segment }])
      else list.push({ leaf, segment })
    }
  }
  const pairs = new Map()
  for (const users of open.values())
    for (let i = 1; i < users.length; i++) {
      const key = `${leaves.indexOf(users[0].leaf)} ${leaves.indexOf(users[i].leaf)}`
      if (!pairs.has(key)) pairs.set(key, { a: users[0].leaf, b: users[i].leaf, segments: [] })
      pairs.get(key).segments.push(users[0].segment)
    }
  return [...pairs.values()]
}
