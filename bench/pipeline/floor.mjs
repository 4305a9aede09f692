// The floor of bench:pipeline: what the same data costs at least, with two workers, without glue and without files.
//
// It parses every OBJ (a bare scanner: v, vt, f, usemtl), decodes every page, simplifies a pyramid (a quarter per level) in groups of
// 64k triangles in file order, encodes each level with meshopt v0, lays the colours of each level's children on a plane at half the
// resolution (one bilinear tap per texel: no charts, no depth, no gutters, no fill), and encodes the pages and each level as JPEG.
// It welds nothing, locks nothing, places nothing, packs nothing and writes nothing.
//
// FROZEN before the pipeline's first timed run: a change here would move the bar. Its SHA-256 is printed with each result.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'
import sharp from 'sharp'

const GROUP = 65_536
const BLOCK = 16_384
const RATIO = 0.25

const shared = (array) => {
  const copy = new array.constructor(new SharedArrayBuffer(array.byteLength))
  copy.set(array)
  return copy
}

// ---- worker side -------------------------------------------------------------------------------------------------

const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i)

/** v, vt, f and usemtl of one file; triangles as corner pairs (position, texture), fans for larger faces. */
function parse(file) {
  const bytes = readFileSync(file)
  const folder = path.dirname(file)
  const pages = new Map()
  for (const name of /^mtllib (.+)$/m.exec(bytes.subarray(0, 400).toString())?.[1] ? [RegExp.$1.trim()] : []) {
    let current = ''
    for (const line of readFileSync(path.join(folder, name), 'utf8').split('\n')) {
      if (line.startsWith('newmtl ')) current = line.slice(7).trim()
      else if (line.startsWith('map_Kd ')) pages.set(current, path.join(folder, line.slice(7).trim()))
    }
  }
  let at = 0
  const end = bytes.length
  const number = () => {
    while (bytes[at] === 32) at++
    let sign = 1
    if (bytes[at] === 45) {
      sign = -1
      at++
    }
    let value = 0
    let c = bytes[at]
    while (c >= 48 && c <= 57) {
      value = value * 10 + c - 48
      c = bytes[++at]
    }
    if (c === 46) {
      let digits = 0
      c = bytes[++at]
      while (c >= 48 && c <= 57) {
        value = value * 10 + c - 48
        digits++
        c = bytes[++at]
      }
      value /= POWERS[digits]
    }
    if (c === 101 || c === 69) {
      at++
      const exponent = number()
      value *= 10 ** exponent
    }
    return sign * value
  }
  let v = new Float32Array(1 << 16)
  let vt = new Float32Array(1 << 16)
  let f = new Int32Array(1 << 18)
  let page = new Uint8Array(1 << 16)
  let nv = 0
  let nt = 0
  let nf = 0
  const names = []
  let current = 0
  const grow = (array, count) => {
    if (count <= array.length) return array
    const next = new array.constructor(array.length * 2)
    next.set(array)
    return next
  }
  while (at < end) {
    const c = bytes[at]
    if (c === 118 && bytes[at + 1] === 32) {
      at += 2
      v = grow(v, nv + 3)
      v[nv++] = number()
      v[nv++] = number()
      v[nv++] = number()
    } else if (c === 118 && bytes[at + 1] === 116) {
      at += 3
      vt = grow(vt, nt + 2)
      vt[nt++] = number()
      vt[nt++] = number()
    } else if (c === 102) {
      at += 2
      const corners = []
      while (at < end && bytes[at] !== 10) {
        while (bytes[at] === 32 || bytes[at] === 13) at++
        if (bytes[at] === 10 || at >= end) break
        const p = number() - 1
        let t = p
        if (bytes[at] === 47) {
          at++
          t = number() - 1
          if (bytes[at] === 47) {
            at++
            number()
          }
        }
        corners.push(p, t)
      }
      for (let i = 2; i < corners.length / 2; i++) {
        f = grow(f, nf + 6)
        page = grow(page, nf / 6 + 1)
        page[nf / 6] = current
        for (const k of [0, i - 1, i]) {
          f[nf++] = corners[2 * k]
          f[nf++] = corners[2 * k + 1]
        }
      }
    } else if (c === 117) {
      const stop = bytes.indexOf(10, at)
      const name = bytes.toString('latin1', at + 7, stop).trim()
      current = names.indexOf(name)
      if (current < 0) current = names.push(name) - 1
    }
    while (at < end && bytes[at] !== 10) at++
    at++
  }
  return {
    v: shared(v.subarray(0, nv)),
    vt: shared(vt.subarray(0, nt)),
    f: shared(f.subarray(0, nf)),
    page: shared(page.subarray(0, nf / 6)),
    pages: names.map((name) => pages.get(name) ?? null),
  }
}

async function decode(file) {
  const { data, info } = await sharp(file, { limitInputPixels: false }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data: shared(new Uint8Array(data)), width: info.width, height: info.height }
}

const jpeg = (data, width, height) =>
  sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .jpeg({ quality: 82, chromaSubsampling: '4:2:0' })
    .toBuffer()

async function encodePage(image) {
  return { bytes: (await jpeg(image.data, image.width, image.height)).length }
}

/** Corners become vertices (a hash of position and texture index); what is not used is left out. */
function compact({ v, vt, f }, from, to) {
  const ids = new Map()
  const index = new Uint32Array((to - from) * 3)
  const xyz = []
  const uv = []
  for (let c = from * 3; c < to * 3; c++) {
    const p = f[2 * c]
    const t = f[2 * c + 1]
    const key = p * 67_108_864 + t
    let id = ids.get(key)
    if (id === undefined) {
      id = xyz.length / 3
      ids.set(key, id)
      xyz.push(v[3 * p], v[3 * p + 1], v[3 * p + 2])
      uv.push(vt[2 * t], vt[2 * t + 1])
    }
    index[c - from * 3] = id
  }
  return { index, xyz: new Float32Array(xyz), uv: new Float32Array(uv) }
}

function drop(mesh, index) {
  const [remap, count] = MeshoptSimplifier.compactMesh(index)
  const xyz = new Float32Array(count * 3)
  const uv = new Float32Array(count * 2)
  for (let i = 0; i < remap.length; i++) {
    const to = remap[i]
    if (to === 0xffffffff) continue
    xyz.set(mesh.xyz.subarray(3 * i, 3 * i + 3), 3 * to)
    uv.set(mesh.uv.subarray(2 * i, 2 * i + 2), 2 * to)
  }
  return { index, xyz, uv }
}

function encodeMesh({ index, xyz, uv }) {
  const ordered = index.slice()
  const [remap, count] = MeshoptEncoder.reorderMesh(ordered, true, true)
  const positions = new Uint16Array(count * 4)
  const textures = new Uint16Array(count * 2)
  for (let i = 0; i < remap.length; i++) {
    const to = remap[i]
    if (to === 0xffffffff) continue
    for (let k = 0; k < 3; k++) positions[4 * to + k] = xyz[3 * i + k] * 100
    for (let k = 0; k < 2; k++) textures[2 * to + k] = uv[2 * i + k] * 65535
  }
  return (
    MeshoptEncoder.encodeGltfBuffer(new Uint8Array(positions.buffer), count, 8, 'ATTRIBUTES', 0).length +
    MeshoptEncoder.encodeGltfBuffer(new Uint8Array(textures.buffer), count, 4, 'ATTRIBUTES', 0).length +
    MeshoptEncoder.encodeGltfBuffer(new Uint8Array(ordered.buffer), ordered.length, 4, 'TRIANGLES', 0).length
  )
}

/** Each triangle on the plane of its largest normal component, at `texel` metres, one bilinear tap per texel. Returns texels drawn. */
function bake({ index, xyz, uv }, image, texel, out) {
  let drawn = 0
  const { data, width, height } = image
  for (let i = 0; i < index.length; i += 3) {
    const a = index[i]
    const b = index[i + 1]
    const c = index[i + 2]
    const ux = xyz[3 * b] - xyz[3 * a]
    const uy = xyz[3 * b + 1] - xyz[3 * a + 1]
    const uz = xyz[3 * b + 2] - xyz[3 * a + 2]
    const wx = xyz[3 * c] - xyz[3 * a]
    const wy = xyz[3 * c + 1] - xyz[3 * a + 1]
    const wz = xyz[3 * c + 2] - xyz[3 * a + 2]
    const nx = Math.abs(uy * wz - uz * wy)
    const ny = Math.abs(uz * wx - ux * wz)
    const nz = Math.abs(ux * wy - uy * wx)
    let bx = uy
    let by = uz
    let cx = wy
    let cy = wz
    if (nz >= nx && nz >= ny) {
      bx = ux
      by = uy
      cx = wx
      cy = wy
    } else if (ny >= nx) {
      bx = ux
      by = uz
      cx = wx
      cy = wz
    }
    bx /= texel
    by /= texel
    cx /= texel
    cy /= texel
    const det = bx * cy - by * cx
    if (det === 0) continue
    const x0 = Math.ceil(Math.min(0, bx, cx) - 0.5)
    const x1 = Math.floor(Math.max(0, bx, cx) - 0.5)
    const y0 = Math.ceil(Math.min(0, by, cy) - 0.5)
    const y1 = Math.floor(Math.max(0, by, cy) - 0.5)
    const s0 = uv[2 * a] * width
    const t0 = (1 - uv[2 * a + 1]) * height
    const sb = uv[2 * b] * width - s0
    const tb = (1 - uv[2 * b + 1]) * height - t0
    const sc = uv[2 * c] * width - s0
    const tc = (1 - uv[2 * c + 1]) * height - t0
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const px = x + 0.5
        const py = y + 0.5
        const l1 = (px * cy - py * cx) / det
        const l2 = (bx * py - by * px) / det
        if (l1 < 0 || l2 < 0 || l1 + l2 > 1) continue
        let s = s0 + l1 * sb + l2 * sc - 0.5
        let t = t0 + l1 * tb + l2 * tc - 0.5
        s = Math.max(0, Math.min(width - 2, s))
        t = Math.max(0, Math.min(height - 2, t))
        const si = s | 0
        const ti = t | 0
        const fs = s - si
        const ft = t - ti
        const o = 3 * (ti * width + si)
        const d = 3 * (drawn % (out.length / 3))
        for (let k = 0; k < 3; k++) {
          const top = data[o + k] + fs * (data[o + 3 + k] - data[o + k])
          const low = data[o + 3 * width + k] + fs * (data[o + 3 * width + 3 + k] - data[o + 3 * width + k])
          out[d + k] = top + ft * (low - top)
        }
        drawn++
      }
    }
  }
  return drawn
}

/** The whole pyramid over one group of triangles. `texel` is the finest texel in metres. */
async function pyramid({ mesh, from, to, image, texel, texels }) {
  const result = { simplifyMs: 0, encodeMs: 0, bakeMs: 0, jpegMs: 0, bytes: 0, texels: 0 }
  const timed = (name, work) => {
    const start = performance.now()
    const value = work()
    result[name] += performance.now() - start
    return value
  }
  let blocks = []
  for (let i = from; i < to; i += BLOCK) blocks.push(compact(mesh, i, Math.min(to, i + BLOCK)))
  for (const block of blocks) result.bytes += timed('encodeMs', () => encodeMesh(block))
  for (let level = 1; level < 12; level++) {
    texel *= 2
    texels /= 4
    const side = Math.max(4, Math.ceil(Math.sqrt(texels)))
    const out = new Uint8Array(3 * side * side)
    const next = []
    for (const block of blocks) {
      result.texels += timed('bakeMs', () => bake(block, image, texel, out))
      const target = Math.floor((block.index.length * RATIO) / 3) * 3
      const [index] = timed('simplifyMs', () =>
        MeshoptSimplifier.simplifyWithAttributes(block.index, block.xyz, 3, block.uv, 2, [0, 0], null, target, 1e9, [
          'Permissive',
          'ErrorAbsolute',
        ]),
      )
      next.push(drop(block, index))
    }
    const start = performance.now()
    result.bytes += (await jpeg(out, side, side)).length
    result.jpegMs += performance.now() - start
    for (const block of next) result.bytes += timed('encodeMs', () => encodeMesh(block))
    // The blocks of a level meet two levels up, as tiles do.
    if (next.length > 1 && next.every((b) => b.index.length / 3 <= BLOCK / 3)) {
      let count = 0
      let vertices = 0
      for (const b of next) {
        count += b.index.length
        vertices += b.xyz.length / 3
      }
      const joined = { index: new Uint32Array(count), xyz: new Float32Array(vertices * 3), uv: new Float32Array(vertices * 2) }
      count = 0
      vertices = 0
      for (const b of next) {
        for (let i = 0; i < b.index.length; i++) joined.index[count++] = b.index[i] + vertices
        joined.xyz.set(b.xyz, vertices * 3)
        joined.uv.set(b.uv, vertices * 2)
        vertices += b.xyz.length / 3
      }
      blocks = [joined]
    } else blocks = next
    if (blocks.reduce((sum, b) => sum + b.index.length / 3, 0) < 512) break
  }
  return result
}

if (!isMainThread) {
  sharp.concurrency(1)
  await Promise.all([MeshoptEncoder.ready, MeshoptSimplifier.ready])
  const work = { parse, decode, encodePage, pyramid }
  parentPort.on('message', async ({ name, argument }) => parentPort.postMessage(await work[name](argument)))
}

// ---- main side ---------------------------------------------------------------------------------------------------

/**
 * Runs the floor over `files` (OBJ paths).
 * @returns {Promise<object>} wall seconds, and the milliseconds of each step summed over both workers
 */
export async function runFloor(files, { workers: count = 2 } = {}) {
  const workers = Array.from({ length: count }, () => new Worker(fileURLToPath(import.meta.url)))
  const start = performance.now()
  const sums = { parseMs: 0, decodeMs: 0, simplifyMs: 0, encodeMs: 0, bakeMs: 0, jpegMs: 0, bytes: 0, texels: 0 }
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
  const all = async (name, list) => {
    const results = new Array(list.length)
    let next = 0
    await Promise.all(
      workers.map(async (worker) => {
        while (next < list.length) {
          const i = next++
          const began = performance.now()
          worker.postMessage({ name, argument: list[i] })
          results[i] = await new Promise((resolve, reject) => {
            worker.once('message', resolve)
            worker.once('error', reject)
          })
          worker.removeAllListeners('error')
          results[i].ms = performance.now() - began
        }
      }),
    )
    return results
  }
  const meshes = await all('parse', files)
  for (const m of meshes) sums.parseMs += m.ms
  const pages = [...new Set(meshes.flatMap((m) => m.pages.filter(Boolean)))]
  const images = await all('decode', pages)
  for (const m of images) sums.decodeMs += m.ms
  const pixels = images.reduce((sum, i) => sum + i.width * i.height, 0)
  const byPage = new Map(pages.map((p, i) => [p, images[i]]))
  // One size of texel for all: the texels inside triangles over the mesh's area.
  let area = 0
  let used = 0
  let triangles = 0
  for (const { v, vt, f, page, pages: names } of meshes) {
    triangles += f.length / 6
    for (let i = 0; i < f.length; i += 6) {
      const image = byPage.get(names[page[i / 6]])
      const [p, q, r] = [2 * f[i + 1], 2 * f[i + 3], 2 * f[i + 5]]
      const cross = (vt[q] - vt[p]) * (vt[r + 1] - vt[p + 1]) - (vt[r] - vt[p]) * (vt[q + 1] - vt[p + 1])
      if (image) used += (Math.abs(cross) / 2) * image.width * image.height
      const [a, b, c] = [3 * f[i], 3 * f[i + 2], 3 * f[i + 4]]
      const u = [v[b] - v[a], v[b + 1] - v[a + 1], v[b + 2] - v[a + 2]]
      const w = [v[c] - v[a], v[c + 1] - v[a + 1], v[c + 2] - v[a + 2]]
      area += Math.hypot(u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]) / 2
    }
  }
  const groups = []
  for (const mesh of meshes) {
    const n = mesh.f.length / 6
    for (let from = 0; from < n; from += GROUP) {
      const to = Math.min(n, from + GROUP)
      const image = byPage.get(mesh.pages[mesh.page[from]]) ?? images[0]
      const { v, vt, f } = mesh
      if (image)
        groups.push({ mesh: { v, vt, f }, from, to, image, texel: Math.sqrt(area / used), texels: (used * (to - from)) / triangles })
    }
  }
  for (const r of await all('pyramid', groups)) for (const key of Object.keys(r)) if (key !== 'ms') sums[key] += r[key]
  for (const r of await all('encodePage', images)) {
    sums.jpegMs += r.ms
    sums.bytes += r.bytes
  }
  const wallMs = performance.now() - start
  clearInterval(watch)
  await Promise.all(workers.map((w) => w.terminate()))
  return { wallMs, triangles, pixels, workers: count, peakRssBytes: peak, ...sums }
}
