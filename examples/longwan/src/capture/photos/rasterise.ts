// Photos: the true scene as one camera sees it, depth and ids, nothing shaded. Hot: no allocation per pixel.
import { hash2 } from '../chance/noise.ts'
import { CLUMP_FLOATS, firstClumpId, ID_FIRST_QUAD, ID_GROUND, type Scene } from '../scene/scene.ts'
import { type Camera, projector } from './camera.ts'

export interface Canvas {
  readonly width: number
  readonly height: number
  /** Metres along the view; must be filled with NOTHING first. */
  readonly depth: Float32Array
  readonly ids: Uint32Array | undefined
}
export const NOTHING = 1e9

/** Draws ground, quads and clumps. `cameraBit` picks what moved: quads whose `seenBy` lacks it are left out. */
export function drawScene(scene: Scene, camera: Camera, depth: Float32Array, ids: Uint32Array | undefined, cameraBit: number): void {
  depth.fill(NOTHING)
  ids?.fill(0)
  const canvas: Canvas = { width: camera.width, height: camera.height, depth, ids }
  drawGround(scene, camera, canvas)
  drawQuads(scene, camera, canvas, cameraBit)
  drawClumps(scene, camera, canvas)
}

function drawGround({ terrain: t }: Scene, camera: Camera, canvas: Canvas): void {
  const p = projector(camera)
  let below = new Float64Array(t.nx * 3)
  let above = new Float64Array(t.nx * 3)
  const project = (j: number, out: Float64Array): void => {
    for (let i = 0; i < t.nx; i++) {
      const x = t.x0 + i * t.stepMeters
      const y = t.y0 + j * t.stepMeters
      const z = t.heights[j * t.nx + i]!
      out[3 * i] = x * p.xx + y * p.xy + z * p.xz + p.x0
      out[3 * i + 1] = x * p.yx + y * p.yy + z * p.yz + p.y0
      out[3 * i + 2] = x * p.dx + y * p.dy + z * p.dz
    }
  }
  project(0, below)
  for (let j = 1; j < t.ny; j++) {
    project(j, above)
    for (let a = 0, end = (t.nx - 1) * 3; a < end; a += 3) {
      const ax = below[a]!
      const ay = below[a + 1]!
      const az = below[a + 2]!
      const cx = above[a + 3]!
      const cy = above[a + 4]!
      const cz = above[a + 5]!
      drawTriangle(canvas, ax, ay, az, below[a + 3]!, below[a + 4]!, below[a + 5]!, cx, cy, cz, ID_GROUND)
      drawTriangle(canvas, ax, ay, az, cx, cy, cz, above[a]!, above[a + 1]!, above[a + 2]!, ID_GROUND)
    }
    ;[below, above] = [above, below]
  }
}

function drawQuads({ quads }: Scene, camera: Camera, canvas: Canvas, cameraBit: number): void {
  const p = projector(camera)
  const f = camera.forward
  const v = quads.corners
  const q = new Float64Array(12)
  for (let i = 0; i < quads.count; i++) {
    if (!(quads.seenBy[i]! & cameraBit)) continue
    const n = 3 * i
    const facing = quads.normals[n]! * f[0] + quads.normals[n + 1]! * f[1] + quads.normals[n + 2]! * f[2]
    if (facing >= -1e-4 && !(quads.flags[i]! & 1)) continue
    for (let k = 0; k < 12; k += 3) {
      const o = i * 12 + k
      const x = v[o]!
      const y = v[o + 1]!
      const z = v[o + 2]!
      q[k] = x * p.xx + y * p.xy + z * p.xz + p.x0
      q[k + 1] = x * p.yx + y * p.yy + z * p.yz + p.y0
      q[k + 2] = x * p.dx + y * p.dy + z * p.dz
    }
    const id = i + ID_FIRST_QUAD
    drawTriangle(canvas, q[0]!, q[1]!, q[2]!, q[3]!, q[4]!, q[5]!, q[6]!, q[7]!, q[8]!, id)
    drawTriangle(canvas, q[0]!, q[1]!, q[2]!, q[6]!, q[7]!, q[8]!, q[9]!, q[10]!, q[11]!, id)
  }
}

/** One triangle in pixels and depth. Barycentrics step along a row; the slack lets neighbours meet without holes. */
export function drawTriangle(
  { width, height, depth, ids }: Canvas,
  ax: number,
  ay: number,
  az: number,
  bx: number,
  by: number,
  bz: number,
  cx: number,
  cy: number,
  cz: number,
  id: number,
): void {
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
  if (area > -1e-9 && area < 1e-9) return
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5))
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5))
  const low = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5))
  const high = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5))
  if (left > right || low > high) return
  const k = 1 / area
  const bdx = (cy - ay) * k
  const bdy = (ax - cx) * k
  const cdx = (ay - by) * k
  const cdy = (bx - ax) * k
  const zdx = bdx * (bz - az) + cdx * (cz - az)
  const zdy = bdy * (bz - az) + cdy * (cz - az)
  const px = left + 0.5 - ax
  for (let y = low; y <= high; y++) {
    const py = y + 0.5 - ay
    let b = bdx * px + bdy * py
    let c = cdx * px + cdy * py
    let z = az + zdx * px + zdy * py
    let o = y * width + left
    for (let x = left; x <= right; x++, o++) {
      if (b >= -1e-6 && c >= -1e-6 && b + c <= 1.000001 && z < depth[o]!) {
        depth[o] = z
        if (ids) ids[o] = id
      }
      b += bdx
      c += cdx
      z += zdx
    }
  }
}

/** Ellipsoids by ray; their rim is broken up by a hash, so that leaves are no balls. */
function drawClumps(scene: Scene, camera: Camera, { width, height, depth, ids }: Canvas): void {
  const { forward: f, right: r, up: u, pixelMeters } = camera
  const p = projector(camera)
  const d = scene.clumps.data
  const first = firstClumpId(scene)
  for (let i = 0; i < scene.clumps.count; i++) {
    const o = i * CLUMP_FLOATS
    const radius = d[o + 3]!
    const tall = d[o + 4]!
    const k = radius / tall
    const x = d[o]!
    const y = d[o + 1]!
    const z = d[o + 2]!
    const px = x * p.xx + y * p.xy + z * p.xz + p.x0
    const py = x * p.yx + y * p.yy + z * p.yz + p.y0
    const reach = Math.max(radius, tall) / pixelMeters
    const left = Math.max(0, Math.ceil(px - reach - 0.5))
    const right = Math.min(width - 1, Math.floor(px + reach - 0.5))
    const low = Math.max(0, Math.ceil(py - reach - 0.5))
    const high = Math.min(height - 1, Math.floor(py + reach - 0.5))
    if (left > right || low > high) continue
    const middle = x * f[0] + y * f[1] + z * f[2]
    const fz = f[2] * k
    const A = f[0] * f[0] + f[1] * f[1] + fz * fz
    const R2 = radius * radius
    const rough = 0.25 * tall
    for (let iy = low; iy <= high; iy++) {
      const v = (iy + 0.5 - py) * pixelMeters
      for (let ix = left; ix <= right; ix++) {
        const h = (ix + 0.5 - px) * pixelMeters
        const qx = r[0] * h + u[0] * v
        const qy = r[1] * h + u[1] * v
        const qz = (r[2] * h + u[2] * v) * k
        const B = qx * f[0] + qy * f[1] + qz * fz
        const inside = B * B - A * (qx * qx + qy * qy + qz * qz - R2)
        if (inside <= 0) continue
        const rim = inside / (A * R2)
        const leaf = hash2(ix, iy, i)
        if (rim < 0.25 && leaf > 0.35 + rim * 2) continue
        const t = middle + (-B - Math.sqrt(inside)) / A + (leaf - 0.5) * rough
        const at = iy * width + ix
        if (t < depth[at]!) {
          depth[at] = t
          if (ids) ids[at] = first + i
        }
      }
    }
  }
}
