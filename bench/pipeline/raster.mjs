// A small software rasteriser that looks at tiles: orthographic, unlit, depth-tested, mip-mapped, supersampled. No GPU rounds anything.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import sharp from 'sharp'

/** Reads one glb of the pipeline's: positions Z up, texture coordinates, indices, the picture with its mip levels. */
export async function readGlb(file) {
  await MeshoptDecoder.ready
  const bytes = await readFile(file)
  const jsonLength = bytes.readUInt32LE(12)
  const json = JSON.parse(bytes.subarray(20, 20 + jsonLength).toString())
  const bin = bytes.subarray(28 + jsonLength)
  const view = (i) => {
    const { extensions, byteOffset = 0, byteLength } = json.bufferViews[i]
    const packed = extensions?.EXT_meshopt_compression
    if (packed === undefined) return bin.subarray(byteOffset, byteOffset + byteLength)
    const out = new Uint8Array(packed.count * packed.byteStride)
    const from = bin.subarray(packed.byteOffset, packed.byteOffset + packed.byteLength)
    MeshoptDecoder.decodeGltfBuffer(out, packed.count, packed.byteStride, from, packed.mode, packed.filter)
    return out
  }
  const array = (i) => {
    const { bufferView, componentType } = json.accessors[i]
    const data = view(bufferView)
    const Type = { 5126: Float32Array, 5123: Uint16Array, 5125: Uint32Array }[componentType]
    return new Type(data.buffer, data.byteOffset, data.byteLength / Type.BYTES_PER_ELEMENT)
  }
  const { attributes, indices } = json.meshes[0].primitives[0]
  const raw = array(attributes.POSITION)
  const positions = new Float32Array(raw.length)
  for (let i = 0; i < raw.length; i += 3) {
    positions[i] = raw[i]
    positions[i + 1] = -raw[i + 2]
    positions[i + 2] = raw[i + 1]
  }
  const uvs = Float32Array.from(array(attributes.TEXCOORD_0), (v) => v / 65_535)
  const image = view(json.images[0].bufferView)
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true })
  return { positions, uvs, indices: Uint32Array.from(array(indices)), mips: mipsOf({ width: info.width, height: info.height, data }) }
}

function mipsOf(picture) {
  const mips = [picture]
  while (mips.at(-1).width > 1 || mips.at(-1).height > 1) {
    const { width, height, data } = mips.at(-1)
    const w = Math.max(1, width >> 1)
    const h = Math.max(1, height >> 1)
    const out = new Uint8Array(3 * w * h)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let k = 0; k < 3; k++) {
          const x1 = Math.min(width - 1, 2 * x + 1)
          const y1 = Math.min(height - 1, 2 * y + 1)
          const at = (px, py) => data[3 * (py * width + px) + k]
          out[3 * (y * w + x) + k] = (at(2 * x, 2 * y) + at(x1, 2 * y) + at(2 * x, y1) + at(x1, y1) + 2) >> 2
        }
    mips.push({ width: w, height: h, data: out })
  }
  return mips
}

/** All tiles of a tileset, each with its place in the tree. */
export async function readTiles(tilesetFile) {
  const tileset = JSON.parse(await readFile(tilesetFile, 'utf8'))
  const tiles = []
  const walk = (tile, parent) => {
    const entry = { tile, parent, children: [], uri: path.join(path.dirname(tilesetFile), tile.content.uri) }
    tiles.push(entry)
    for (const child of tile.children ?? []) entry.children.push(walk(child, entry))
    return entry
  }
  const root = walk(tileset.root)
  return { tileset, root, tiles }
}

/** A view from `azimuthDeg` (where the camera stands, clockwise from north) at `elevationDeg`, that shows a sphere from edge to edge. */
export function viewOf({ center, radius, azimuthDeg, elevationDeg, size }) {
  const a = (azimuthDeg * Math.PI) / 180
  const e = (elevationDeg * Math.PI) / 180
  const back = [Math.sin(a) * Math.cos(e), Math.cos(a) * Math.cos(e), Math.sin(e)]
  const right = [-Math.cos(a), Math.sin(a), 0]
  const up = [back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2], back[0] * right[1] - back[1] * right[0]]
  return { center, right, up, back, perMeter: size / 2 / radius, size }
}

/** An empty picture of `size` pixels a side; 2 × 2 samples in each. */
export function canvas(size) {
  const side = size * 2
  return { size, side, color: new Uint8Array(3 * side * side), depth: new Float32Array(side * side).fill(Number.NEGATIVE_INFINITY) }
}

/** Draws a mesh. `flat` paints it all in one colour. */
export function draw(target, view, mesh, { flat } = {}) {
  const { side, color, depth } = target
  const scale = view.perMeter * 2
  const count = mesh.positions.length / 3
  const xy = new Float32Array(count * 3)
  const dot = (v, x, y, z) => v[0] * x + v[1] * y + v[2] * z
  for (let i = 0; i < count; i++) {
    const x = mesh.positions[3 * i] - view.center[0]
    const y = mesh.positions[3 * i + 1] - view.center[1]
    const z = mesh.positions[3 * i + 2] - view.center[2]
    xy[3 * i] = side / 2 + dot(view.right, x, y, z) * scale
    xy[3 * i + 1] = side / 2 - dot(view.up, x, y, z) * scale
    xy[3 * i + 2] = dot(view.back, x, y, z)
  }
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const [a, b, c] = [mesh.indices[i], mesh.indices[i + 1], mesh.indices[i + 2]]
    const [ax, ay, az] = [xy[3 * a], xy[3 * a + 1], xy[3 * a + 2]]
    const [bx, by, bz] = [xy[3 * b], xy[3 * b + 1], xy[3 * b + 2]]
    const [cx, cy, cz] = [xy[3 * c], xy[3 * c + 1], xy[3 * c + 2]]
    const det = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if (det === 0) continue
    const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5))
    const x1 = Math.min(side - 1, Math.floor(Math.max(ax, bx, cx) - 0.5))
    const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5))
    const y1 = Math.min(side - 1, Math.floor(Math.max(ay, by, cy) - 0.5))
    if (x0 > x1 || y0 > y1) continue
    const { uvs, mips } = mesh
    const full = mips[0]
    const inside =
      (uvs[2 * b] - uvs[2 * a]) * (uvs[2 * c + 1] - uvs[2 * a + 1]) - (uvs[2 * c] - uvs[2 * a]) * (uvs[2 * b + 1] - uvs[2 * a + 1])
    const ratio = Math.sqrt(Math.abs((inside * full.width * full.height) / det))
    const mip = mips[Math.max(0, Math.min(mips.length - 1, Math.round(Math.log2(Math.max(ratio, 1e-6)))))]
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        const px = x + 0.5 - ax
        const py = y + 0.5 - ay
        const wb = (px * (cy - ay) - py * (cx - ax)) / det
        const wc = ((bx - ax) * py - (by - ay) * px) / det
        const wa = 1 - wb - wc
        // Edges belong to both sides: a shared edge of equal vertices leaves no gap.
        if (wa < 0 || wb < 0 || wc < 0) continue
        const z = wa * az + wb * bz + wc * cz
        const at = y * side + x
        if (z <= depth[at]) continue
        depth[at] = z
        if (flat) color.set(flat, 3 * at)
        else {
          const u = wa * uvs[2 * a] + wb * uvs[2 * b] + wc * uvs[2 * c]
          const v = wa * uvs[2 * a + 1] + wb * uvs[2 * b + 1] + wc * uvs[2 * c + 1]
          bilinear(mip, u, v, color, 3 * at)
        }
      }
  }
}

/** What of a view is covered, sample by sample (`view.size` a side): `hit` is 1 there. Depth and colour do not matter. */
export function coverage(view) {
  const { size: side, perMeter, center, right, up } = view
  const hit = new Uint8Array(side * side)
  const project = (p, i) => {
    const [x, y, z] = [p[i] - center[0], p[i + 1] - center[1], p[i + 2] - center[2]]
    return [side / 2 + (right[0] * x + right[1] * y + right[2] * z) * perMeter, side / 2 - (up[0] * x + up[1] * y + up[2] * z) * perMeter]
  }
  return {
    hit,
    add({ positions, indices }) {
      // Rounded as a GPU does: one vertex in two tiles is one place on the screen, so equal edges leave nothing between them.
      const xy = new Float32Array((positions.length / 3) * 2)
      for (let i = 0; i < positions.length / 3; i++) xy.set(project(positions, 3 * i), 2 * i)
      for (let i = 0; i < indices.length; i += 3) coverTriangle(hit, side, xy, indices[i], indices[i + 1], indices[i + 2])
    },
    /** Marks all within `near` samples of segments of six numbers; answers how many marks were made. */
    addSegments(segments, near) {
      let marks = 0
      for (const segment of segments) {
        const [[ax, ay], [bx, by]] = [project(segment, 0), project(segment, 3)]
        const steps = Math.max(1, Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay))))
        for (let s = 0; s <= steps; s++) {
          const [x, y] = [Math.floor(ax + ((bx - ax) * s) / steps), Math.floor(ay + ((by - ay) * s) / steps)]
          for (let py = Math.max(0, y - near); py <= Math.min(side - 1, y + near); py++)
            for (let px = Math.max(0, x - near); px <= Math.min(side - 1, x + near); px++) {
              hit[py * side + px] = 1
              marks++
            }
        }
      }
      return marks
    },
  }
}

function coverTriangle(hit, side, xy, a, b, c) {
  const [ax, ay, bx, by, cx, cy] = [xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1], xy[2 * c], xy[2 * c + 1]]
  const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5))
  const x1 = Math.min(side - 1, Math.floor(Math.max(ax, bx, cx) - 0.5))
  const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5))
  const y1 = Math.min(side - 1, Math.floor(Math.max(ay, by, cy) - 0.5))
  const det = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
  if (det === 0) return
  const turn = det > 0 ? 1 : -1
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const [px, py] = [x + 0.5, y + 0.5]
      // Each edge from its own ends, in one order for both triangles that share it: what one leaves out the other takes in.
      if (turn * side3(ax, ay, bx, by, px, py) < 0) continue
      if (turn * side3(bx, by, cx, cy, px, py) < 0) continue
      if (turn * side3(cx, cy, ax, ay, px, py) < 0) continue
      hit[y * side + x] = 1
    }
}

/** On which side of a to b; exactly the negative of it from b to a. */
function side3(ax, ay, bx, by, px, py) {
  if (ax < bx || (ax === bx && ay < by)) return (bx - ax) * (py - ay) - (by - ay) * (px - ax)
  return -((ax - bx) * (py - by) - (ay - by) * (px - bx))
}

function bilinear({ width, height, data }, u, v, out, at) {
  const x = Math.max(0, Math.min(width - 1, u * width - 0.5))
  const y = Math.max(0, Math.min(height - 1, v * height - 0.5))
  const x0 = Math.floor(x)
  const y0 = Math.floor(y)
  const x1 = Math.min(width - 1, x0 + 1)
  const y1 = Math.min(height - 1, y0 + 1)
  const fx = x - x0
  const fy = y - y0
  for (let k = 0; k < 3; k++) {
    const top = data[3 * (y0 * width + x0) + k] * (1 - fx) + data[3 * (y0 * width + x1) + k] * fx
    const low = data[3 * (y1 * width + x0) + k] * (1 - fx) + data[3 * (y1 * width + x1) + k] * fx
    out[at + k] = top * (1 - fy) + low * fy + 0.5
  }
}

/** The picture, averaged over its samples; `covered` counts the samples that a mesh covers, 0 to 4. */
export function resolve({ size, side, color, depth }, background = [200, 215, 230]) {
  const data = new Uint8Array(3 * size * size)
  const covered = new Uint8Array(size * size)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0]
      for (const at of [2 * y * side + 2 * x, 2 * y * side + 2 * x + 1, (2 * y + 1) * side + 2 * x, (2 * y + 1) * side + 2 * x + 1]) {
        const hit = depth[at] > Number.NEGATIVE_INFINITY
        if (hit) covered[y * size + x]++
        for (let k = 0; k < 3; k++) sum[k] += hit ? color[3 * at + k] : background[k]
      }
      for (let k = 0; k < 3; k++) data[3 * (y * size + x) + k] = Math.round(sum[k] / 4)
    }
  return { size, data, covered }
}

/** PSNR in dB over the pixels that `truth` covers whole. */
export function psnr(truth, other) {
  let sum = 0
  let count = 0
  for (let i = 0; i < truth.covered.length; i++) {
    if (truth.covered[i] < 4) continue
    for (let k = 0; k < 3; k++) sum += (truth.data[3 * i + k] - other.data[3 * i + k]) ** 2
    count += 3
  }
  return 10 * Math.log10((255 * 255 * count) / sum)
}

/** Middle and radius of the sphere about a box. */
export function sphereOf(meshes) {
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  for (const { positions } of meshes)
    for (let i = 0; i < positions.length; i++) {
      min[i % 3] = Math.min(min[i % 3], positions[i])
      max[i % 3] = Math.max(max[i % 3], positions[i])
    }
  return { center: min.map((m, k) => (m + max[k]) / 2), radius: Math.hypot(...max.map((m, k) => m - min[k])) / 2 }
}

export async function writePicture(file, { size, data }) {
  await sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toFile(file)
}
