// Measure: draws written OBJ files from a fixed camera, in plain JavaScript: the same picture on every machine, no browser needed.
// Unlit as the viewer draws captures; mip level by triangle, bilinear, supersampled 2 × 2.
import sharp, { type Sharp } from 'sharp'
import type { ObjMesh } from './read-obj.ts'

export interface View {
  readonly name: string
  /** Metres in the OBJ's own axes, z up. */
  readonly eye: readonly [number, number, number]
  readonly at: readonly [number, number, number]
  /** Vertical field of view. */
  readonly fovDeg?: number
  /** `texture` by default; `normal` colours by facing and tells shape from paint. */
  readonly paint?: 'texture' | 'normal'
}

interface Level {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** A texture with its halvings. */
export type Mips = readonly Level[]

export async function loadMips(path: string): Promise<Mips> {
  const { data, info } = await sharp(path, { limitInputPixels: false })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const levels: Level[] = [{ width: info.width, height: info.height, pixels: data }]
  while (levels.length < 6 && levels.at(-1)!.width > 16 && levels.at(-1)!.height > 16) levels.push(halve(levels.at(-1)!))
  return levels
}

function halve({ width, height, pixels }: Level): Level {
  const w = width >> 1
  const h = height >> 1
  const out = new Uint8Array(w * h * 3)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let k = 0; k < 3; k++) {
        const o = (2 * y * width + 2 * x) * 3 + k
        out[(y * w + x) * 3 + k] = (pixels[o]! + pixels[o + 3]! + pixels[o + width * 3]! + pixels[o + width * 3 + 3]!) >> 2
      }
    }
  }
  return { width: w, height: h, pixels: out }
}

const SKY = [0xb9, 0xcb, 0xdc] as const
const SUPERSAMPLE = 2
const NEAR_METERS = 0.5

export class Picture {
  private readonly width: number
  private readonly height: number
  private readonly color: Uint8Array
  private readonly depth: Float32Array
  private readonly view: View
  private readonly axes: { right: Vec; up: Vec; forward: Vec; focal: number }

  constructor(view: View, width: number, height: number) {
    this.view = view
    this.width = width * SUPERSAMPLE
    this.height = height * SUPERSAMPLE
    this.color = new Uint8Array(this.width * this.height * 3)
    for (let i = 0; i < this.color.length; i++) this.color[i] = SKY[i % 3]!
    this.depth = new Float32Array(this.width * this.height) // 1 / distance; 0 is nothing
    const forward = unit([view.at[0] - view.eye[0], view.at[1] - view.eye[1], view.at[2] - view.eye[2]])
    const right = unit(cross(forward, [0, 0, 1]))
    this.axes = {
      right,
      up: cross(right, forward),
      forward,
      focal: this.height / 2 / Math.tan((((view.fovDeg ?? 45) / 2) * Math.PI) / 180),
    }
  }

  /** Draws one mesh; `offset` is added to its positions. */
  draw(mesh: ObjMesh, offset: readonly [number, number, number], textures: ReadonlyMap<string, Mips>): void {
    const { right: r, up: u, forward: f, focal } = this.axes
    const n = mesh.positions.length / 3
    const projected = new Float64Array(n * 3)
    const [ox, oy, oz] = [offset[0] - this.view.eye[0], offset[1] - this.view.eye[1], offset[2] - this.view.eye[2]]
    for (let i = 0; i < n; i++) {
      const x = mesh.positions[3 * i]! + ox
      const y = mesh.positions[3 * i + 1]! + oy
      const z = mesh.positions[3 * i + 2]! + oz
      const d = x * f[0] + y * f[1] + z * f[2]
      const k = focal / d
      projected[3 * i] = this.width / 2 + (x * r[0] + y * r[1] + z * r[2]) * k
      projected[3 * i + 1] = this.height / 2 - (x * u[0] + y * u[1] + z * u[2]) * k
      projected[3 * i + 2] = d > NEAR_METERS ? 1 / d : -1
    }
    for (const g of mesh.groups) {
      const mips = g.texture ? textures.get(g.texture) : undefined
      for (let t = 0; t < g.positions.length; t += 3) this.triangle(mesh, projected, g.positions, g.textureCoordinates, t, mips)
    }
  }

  private triangle(mesh: ObjMesh, q: Float64Array, vi: readonly number[], ti: readonly number[], t: number, mips: Mips | undefined): void {
    const a = vi[t]! * 3
    const b = vi[t + 1]! * 3
    const c = vi[t + 2]! * 3
    const wa = q[a + 2]!
    const wb = q[b + 2]!
    const wc = q[c + 2]!
    if (wa < 0 || wb < 0 || wc < 0) return
    const [ax, ay, bx, by, cx, cy] = [q[a]!, q[a + 1]!, q[b]!, q[b + 1]!, q[c]!, q[c + 1]!]
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if (Math.abs(area) < 1e-9) return
    const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5))
    const x1 = Math.min(this.width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5))
    const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5))
    const y1 = Math.min(this.height - 1, Math.floor(Math.max(ay, by, cy) - 0.5))
    if (x0 > x1 || y0 > y1) return
    const uv = mesh.textureCoordinates
    const [ta, tb, tc] = [ti[t]! * 2, ti[t + 1]! * 2, ti[t + 2]! * 2]
    const textured = mips && ta >= 0 && this.view.paint !== 'normal'
    const level = textured ? mipFor(mips, uv, ta, tb, tc, area) : undefined
    const flat = textured ? undefined : this.normalColor(mesh, a, b, c)
    const k = 1 / area
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const px = x + 0.5 - ax
        const py = y + 0.5 - ay
        const lb = ((cy - ay) * px - (cx - ax) * py) * k
        const lc = ((bx - ax) * py - (by - ay) * px) * k
        const la = 1 - lb - lc
        if (la < -1e-9 || lb < -1e-9 || lc < -1e-9) continue
        const w = la * wa + lb * wb + lc * wc
        const o = y * this.width + x
        if (w <= this.depth[o]!) continue
        this.depth[o] = w
        if (level) {
          const s = (la * wa * uv[ta]! + lb * wb * uv[tb]! + lc * wc * uv[tc]!) / w
          const v = (la * wa * uv[ta + 1]! + lb * wb * uv[tb + 1]! + lc * wc * uv[tc + 1]!) / w
          sample(level, s, 1 - v, this.color, o * 3)
        } else this.color.set(flat!, o * 3)
      }
    }
  }

  private normalColor(mesh: ObjMesh, a: number, b: number, c: number): readonly [number, number, number] {
    const p = mesh.positions
    const n = unit(
      cross([p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!], [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!]),
    )
    const light = 60 + 170 * Math.max(0, n[0] * -0.36 + n[1] * -0.5 + n[2] * 0.78)
    return [light, light, light * 0.97]
  }

  private finished(): Sharp {
    return sharp(this.color, { raw: { width: this.width, height: this.height, channels: 3 } }).resize(
      this.width / SUPERSAMPLE,
      this.height / SUPERSAMPLE,
      { kernel: 'linear' },
    )
  }

  /** Writes the picture, supersampling averaged, as JPEG or PNG by its name. */
  async save(path: string): Promise<void> {
    await (path.endsWith('.png') ? this.finished().png() : this.finished().jpeg({ quality: 90 })).toFile(path)
  }

  png(): Promise<Buffer> {
    return this.finished().png().toBuffer()
  }

  /** Pixels (supersampled) that show something. */
  covered(): number {
    let n = 0
    for (const d of this.depth) if (d > 0) n++
    return n
  }
}

/** The level whose texels are about as large as pixels: area in texels over area in pixels. */
function mipFor(mips: Mips, uv: Float64Array, a: number, b: number, c: number, area: number): Level {
  const { width, height } = mips[0]!
  const texels = Math.abs((uv[b]! - uv[a]!) * (uv[c + 1]! - uv[a + 1]!) - (uv[b + 1]! - uv[a + 1]!) * (uv[c]! - uv[a]!)) * width * height
  const level = Math.round(Math.log2(Math.max(1, texels / Math.abs(area))) / 2)
  return mips[Math.min(mips.length - 1, level)]!
}

function sample({ width, height, pixels }: Level, s: number, t: number, out: Uint8Array, o: number): void {
  const x = Math.max(0, Math.min(width - 1.001, s * width - 0.5))
  const y = Math.max(0, Math.min(height - 1.001, t * height - 0.5))
  const i = x | 0
  const j = y | 0
  const fx = x - i
  const fy = y - j
  const a = (j * width + i) * 3
  const c = a + (j + 1 < height ? width * 3 : 0)
  const dx = i + 1 < width ? 3 : 0
  for (let k = 0; k < 3; k++) {
    out[o + k] =
      (pixels[a + k]! * (1 - fx) + pixels[a + dx + k]! * fx) * (1 - fy) + (pixels[c + k]! * (1 - fx) + pixels[c + dx + k]! * fx) * fy
  }
}

type Vec = readonly [number, number, number]
const cross = (a: Vec, b: Vec): Vec => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
function unit(v: Vec): Vec {
  const l = Math.hypot(...v) || 1
  return [v[0] / l, v[1] / l, v[2] / l]
}
