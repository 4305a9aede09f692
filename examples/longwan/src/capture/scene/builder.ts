// Scene: where authored shapes become quads and clumps in site metres. What lies far outside the window is dropped here.
import type { Random } from '../chance/random.ts'
import { Picture, type Rgb } from './picture.ts'
import { CLUMP_FLOATS, type Clumps, type Pictures, type Quads, touches, type Window } from './scene.ts'
import { planToSite } from './terrain.ts'

export type Point3 = readonly [number, number, number]

export interface QuadOptions {
  readonly tint?: Rgb
  /** Stretch the whole picture over the quad, or this part of it (metres x0, y0, x1, y1); else tile at its own scale. */
  readonly fit?: 'whole' | readonly [number, number, number, number]
  readonly bothSides?: boolean
  readonly glass?: boolean
  /** Bits of the cameras that saw it; all by default. */
  readonly seenBy?: number
}

export interface BoxSide extends QuadOptions {
  readonly picture: Picture
}

export interface BoxOptions {
  readonly picture?: Picture
  readonly tint?: Rgb
  readonly top?: Picture
  readonly topTint?: Rgb
  /** Sides with a picture of their own. */
  readonly south?: BoxSide
  readonly north?: BoxSide
  readonly east?: BoxSide
  readonly west?: BoxSide
  /** Letters of sides that are not drawn: s n e w t; `b` draws the underside, which is not drawn by default. */
  readonly skip?: string
  readonly underside?: boolean
  readonly seenBy?: number
}

/** Where a thing stands: its own x, y turned and moved into the plan. */
export interface Frame {
  readonly x: number
  readonly y: number
  readonly angleDeg: number
}

/** Shadows reach in from beyond the window. */
const KEEP_METERS = 24

export class SceneBuilder {
  readonly window: Window
  /** Texels a metre of façade pictures; the small size paints coarser. */
  readonly facadePixelsPerMeter: number
  readonly plain: Picture
  private readonly chance: Random
  private readonly pictures: Picture[] = []
  private readonly pictureIds = new Map<Picture, number>()
  private readonly corners: number[] = []
  private readonly normals: number[] = []
  private readonly flags: number[] = []
  private readonly seen: number[] = []
  private readonly mapping: number[] = []
  private readonly pictureOf: number[] = []
  private readonly tints: number[] = []
  private readonly clumpData: number[] = []
  private frame: { x: number; y: number; cos: number; sin: number } | undefined

  constructor(window: Window, facadePixelsPerMeter: number, chance: Random) {
    this.window = window
    this.facadePixelsPerMeter = facadePixelsPerMeter
    this.chance = chance
    this.plain = new Picture(8, 8, Math.min(16, facadePixelsPerMeter), [255, 255, 255], true).dirt(0.22, 11)
  }

  /** Runs `make` with x, y counted in `frame`. */
  within(frame: Frame, make: () => void): void {
    const before = this.frame
    const a = (frame.angleDeg * Math.PI) / 180
    this.frame = { x: frame.x, y: frame.y, cos: Math.cos(a), sin: Math.sin(a) }
    make()
    this.frame = before
  }

  /** The plan metres of a point of the current frame. */
  toPlan(x: number, y: number): readonly [number, number] {
    const f = this.frame
    return f ? [f.x + x * f.cos - y * f.sin, f.y + x * f.sin + y * f.cos] : [x, y]
  }

  private toSite(x: number, y: number): readonly [number, number] {
    const [px, py] = this.toPlan(x, y)
    return planToSite(px, py)
  }

  /** Whether something of this radius (metres) about a point would be kept: callers skip painting what is not. */
  keeps(x: number, y: number, radiusMeters: number): boolean {
    return touches(this.window, this.toSite(x, y), radiusMeters + KEEP_METERS)
  }

  quad(p0: Point3, p1: Point3, p2: Point3, p3: Point3, picture: Picture, options: QuadOptions = {}): void {
    const q = [p0, p1, p2, p3].map(([x, y, z]): Point3 => [...this.toSite(x, y), z])
    const [a, b, c, d] = q as [Point3, Point3, Point3, Point3]
    const mid: Point3 = [(a[0] + c[0]) / 2, (a[1] + c[1]) / 2, 0]
    if (!touches(this.window, [mid[0], mid[1]], KEEP_METERS + Math.hypot(c[0] - a[0], c[1] - a[1]) / 2)) return
    const e1 = minus(b, a)
    const e2 = minus(d, a)
    let n = cross(e1, e2)
    if (length(n) < 1e-6) n = cross(e1, minus(c, a))
    n = scaled(n, 1 / (length(n) || 1))
    const l1 = length(e1) || 1
    const uDir = scaled(e1, 1 / l1)
    const vDir = cross(n, uDir)
    const l2 = Math.abs(dot(vDir, e2)) || 1
    const { u, v, u0, v0 } = this.texelScale(picture, options, l1, l2)
    const U = scaled(uDir, u)
    const V = scaled(vDir, v)
    for (const p of q) this.corners.push(...p)
    this.normals.push(...n)
    this.flags.push((options.bothSides ? 1 : 0) | (options.glass ? 2 : 0))
    this.seen.push(options.seenBy ?? 0xffff)
    this.mapping.push(...U, ...V, u0 - dot(U, a), v0 - dot(V, a))
    this.pictureOf.push(this.pictureId(picture))
    this.tints.push(...(options.tint ?? [1, 1, 1]))
  }

  private texelScale(picture: Picture, { fit }: QuadOptions, l1: number, l2: number): { u: number; v: number; u0: number; v0: number } {
    const ppm = picture.pixelsPerMeter
    if (fit === 'whole') return { u: picture.width / l1, v: picture.height / l2, u0: 0, v0: 0 }
    if (fit) return { u: ((fit[2] - fit[0]) * ppm) / l1, v: ((fit[3] - fit[1]) * ppm) / l2, u0: fit[0] * ppm, v0: fit[1] * ppm }
    return { u: ppm, v: ppm, u0: this.chance() * 50, v0: this.chance() * 50 }
  }

  private pictureId(picture: Picture): number {
    let id = this.pictureIds.get(picture)
    if (id === undefined) {
      id = this.pictures.length
      this.pictures.push(picture)
      this.pictureIds.set(picture, id)
    }
    return id
  }

  /** A box between two corners of the current frame. */
  box(x0: number, y0: number, z0: number, x1: number, y1: number, z1: number, o: BoxOptions = {}): void {
    const skip = o.skip ?? ''
    const side = (letter: string, own: BoxSide | undefined, a: Point3, b: Point3, c: Point3, d: Point3): void => {
      if (skip.includes(letter)) return
      const seenBy = o.seenBy === undefined ? {} : { seenBy: o.seenBy }
      if (own) this.quad(a, b, c, d, own.picture, { ...own, ...seenBy })
      else this.quad(a, b, c, d, o.picture ?? this.plain, { ...(o.tint ? { tint: o.tint } : {}), ...seenBy })
    }
    side('s', o.south, [x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1])
    side('n', o.north, [x1, y1, z0], [x0, y1, z0], [x0, y1, z1], [x1, y1, z1])
    side('e', o.east, [x1, y0, z0], [x1, y1, z0], [x1, y1, z1], [x1, y0, z1])
    side('w', o.west, [x0, y1, z0], [x0, y0, z0], [x0, y0, z1], [x0, y1, z1])
    const top = {
      picture: o.top ?? o.picture ?? this.plain,
      tint: o.topTint ?? (o.top ? ([1, 1, 1] as const) : (o.tint ?? ([1, 1, 1] as const))),
    }
    side('t', top, [x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1])
    if (o.underside) side('b', undefined, [x0, y1, z0], [x1, y1, z0], [x1, y0, z0], [x0, y0, z0])
  }

  /** A clump of leaves in plan metres; `out` points away from the crown's middle. Colours are square roots of linear light. */
  clump(x: number, y: number, z: number, radius: number, height: number, color: Rgb, out: Point3): void {
    const at = planToSite(x, y)
    if (!touches(this.window, at, KEEP_METERS)) return
    const [ox, oy] = planToSite(x + out[0], y + out[1])
    this.clumpData.push(at[0], at[1], z, radius, height, color[0], color[1], color[2], ox - at[0], oy - at[1], out[2])
  }

  packQuads(): Quads {
    const count = this.pictureOf.length
    return {
      count,
      corners: shared(Float32Array, this.corners),
      normals: shared(Float32Array, this.normals),
      flags: shared(Uint8Array, this.flags),
      seenBy: shared(Uint16Array, this.seen),
      mapping: shared(Float64Array, this.mapping),
      picture: shared(Int32Array, this.pictureOf),
      tint: shared(Float32Array, this.tints),
    }
  }

  packClumps(): Clumps {
    return { count: this.clumpData.length / CLUMP_FLOATS, data: shared(Float32Array, this.clumpData) }
  }

  packPictures(): Pictures {
    const table: number[] = []
    let bytes = 0
    for (const p of this.pictures) {
      table.push(bytes, p.width, p.height, p.repeats ? 1 : 0)
      bytes += p.texels.length
    }
    const texels = new Uint8Array(new SharedArrayBuffer(bytes))
    for (const [i, p] of this.pictures.entries()) texels.set(p.texels, table[i * 4]!)
    return { table: shared(Int32Array, table), texels }
  }
}

interface NumberArray {
  set(values: ArrayLike<number>): void
}

/** A copy in memory that all workers see. */
export function shared<T extends NumberArray>(
  type: { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  values: ArrayLike<number>,
): T {
  const array = new type(new SharedArrayBuffer(values.length * type.BYTES_PER_ELEMENT))
  array.set(values)
  return array
}

const minus = (a: Point3, b: Point3): Point3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const scaled = (a: Point3, k: number): Point3 => [a[0] * k, a[1] * k, a[2] * k]
const dot = (a: Point3, b: Point3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const length = (a: Point3): number => Math.hypot(...a)
const cross = (a: Point3, b: Point3): Point3 => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
