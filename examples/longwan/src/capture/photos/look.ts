// Photos: the colour of one place in one photo. Demo flow: charts -> **look** (deferred shading) -> bake. Nothing is stored shaded: a texel
// asks what the true scene shows along the photo's ray at its place, whatever the fused mesh is there.
import { hash2, hash3, noise2 } from '../chance/noise.ts'
import { CLUMP_FLOATS, firstClumpId, ID_FIRST_QUAD, type Scene, terrainHeight, terrainWater } from '../scene/scene.ts'
import { PLAN_ANGLE_DEG, planToSite } from '../scene/terrain.ts'
import { type Camera, DEPTH_UNIT_METERS, type Photo, SUN_DIRECTION } from './camera.ts'
import { type SkyGrid, type SunMap, skylight, sunlight } from './light.ts'

const SUN = [1.16, 1.09, 0.97] as const
const SKY = [0.38, 0.43, 0.5] as const
const BOUNCE = [0.13, 0.12, 0.105] as const

const LINEAR = Float32Array.from({ length: 256 }, (_, i) => (i / 255) ** 2.2)
const COS = Math.cos((PLAN_ANGLE_DEG * Math.PI) / 180)
const SIN = Math.sin((PLAN_ANGLE_DEG * Math.PI) / 180)
const [PIVOT_X, PIVOT_Y] = planToSite(225, 175)

/** What is hit: linear colour, normal and place; one object is used over and over. */
interface Hit {
  r: number
  g: number
  b: number
  nx: number
  ny: number
  nz: number
  x: number
  y: number
  z: number
  /** 0 none, 1 full mirror of the sky at grazing view. */
  gloss: number
  leaf: boolean
}

/** Looks through one photo after another; the result is left in `red`, `green`, `blue` (linear light, before exposure). */
export class Look {
  red = 0
  green = 0
  blue = 0
  private sumRed = 0
  private sumGreen = 0
  private sumBlue = 0
  private sumWeight = 0
  private readonly scene: Scene
  private readonly sun: SunMap
  private readonly sky: SkyGrid
  private readonly clumpId: number
  private readonly hit: Hit = { r: 0, g: 0, b: 0, nx: 0, ny: 0, nz: 1, x: 0, y: 0, z: 0, gloss: 0, leaf: false }

  constructor(scene: Scene, sun: SunMap, sky: SkyGrid) {
    this.scene = scene
    this.sun = sun
    this.sky = sky
    this.clumpId = firstClumpId(scene)
  }

  /**
   * The colour at image metres (a, b). Where the four nearest pixels show different things, each is looked at and blended, so a silhouette
   * is a soft step of one pixel; leaves among leaves are not, as they differ everywhere. `photoCell` tells photos of one flight apart.
   */
  at(photo: Photo, a: number, b: number, photoCell: number): void {
    const { camera: c, ids } = photo
    const px = (a - c.x0) / c.pixelMeters - 0.5
    const py = (b - c.y0) / c.pixelMeters - 0.5
    const i = px < 0 ? 0 : px > c.width - 2 ? c.width - 2 : px | 0
    const j = py < 0 ? 0 : py > c.height - 2 ? c.height - 2 : py | 0
    const fx = px < i ? 0 : px > i + 1 ? 1 : px - i
    const fy = py < j ? 0 : py > j + 1 ? 1 : py - j
    const o = j * c.width + i
    const i00 = ids[o]!
    const i10 = ids[o + 1]!
    const i01 = ids[o + c.width]!
    const i11 = ids[o + c.width + 1]!
    const leaves = this.clumpId
    if ((i00 === i10 && i01 === i11 && i00 === i01) || (i00 >= leaves && i10 >= leaves && i01 >= leaves && i11 >= leaves)) {
      this.one(photo, a, b, o + (fx < 0.5 ? 0 : 1) + (fy < 0.5 ? 0 : c.width), photoCell)
      return
    }
    this.sumRed = this.sumGreen = this.sumBlue = this.sumWeight = 0
    this.add(photo, a, b, o, photoCell, (1 - fx) * (1 - fy))
    this.add(photo, a, b, o + 1, photoCell, fx * (1 - fy))
    this.add(photo, a, b, o + c.width, photoCell, (1 - fx) * fy)
    this.add(photo, a, b, o + c.width + 1, photoCell, fx * fy)
    const k = 1 / this.sumWeight
    this.red = this.sumRed * k
    this.green = this.sumGreen * k
    this.blue = this.sumBlue * k
  }

  private add(photo: Photo, a: number, b: number, pixel: number, photoCell: number, weight: number): void {
    if (weight < 0.04) return
    this.one(photo, a, b, pixel, photoCell)
    this.sumRed += this.red * weight
    this.sumGreen += this.green * weight
    this.sumBlue += this.blue * weight
    this.sumWeight += weight
  }

  private one({ camera, depth, ids }: Photo, a: number, b: number, pixel: number, photoCell: number): void {
    const h = this.hit
    const id = ids[pixel]!
    const near = camera.nearest + depth[pixel]! * DEPTH_UNIT_METERS
    h.gloss = 0
    h.leaf = false
    if (id >= this.clumpId) this.onClump(camera, a, b, near, id - this.clumpId)
    else if (id >= ID_FIRST_QUAD) this.onQuad(camera, a, b, near, id - ID_FIRST_QUAD)
    else this.onGround(camera, a, b, near, photoCell)
    this.shade(photoCell, id)
  }

  private place({ right: r, up: u, forward: f }: Camera, a: number, b: number, d: number): void {
    const h = this.hit
    h.x = r[0] * a + u[0] * b + f[0] * d
    h.y = r[1] * a + u[1] * b + f[1] * d
    h.z = r[2] * a + u[2] * b + f[2] * d
  }

  private onClump(camera: Camera, a: number, b: number, d: number, clump: number): void {
    const h = this.hit
    this.place(camera, a, b, d)
    const c = this.scene.clumps.data
    const o = clump * CLUMP_FLOATS
    const own = 1 / c[o + 3]!
    // lit as the crown first, as the clump second
    const nx = c[o + 8]! * 1.1 + (h.x - c[o]!) * own * 0.55
    const ny = c[o + 9]! * 1.1 + (h.y - c[o + 1]!) * own * 0.55
    const nz = c[o + 10]! * 1.1 + ((h.z - c[o + 2]!) / c[o + 4]!) * 0.55 + 0.3
    const l = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-6)
    h.nx = nx * l
    h.ny = ny * l
    h.nz = nz * l
    const leaf = hash3((h.x * 11) | 0, (h.y * 11) | 0, (h.z * 11) | 0, 3)
    const patch = noise2(h.x * 2.6 + h.z, h.y * 2.6 - h.z, 17) - 0.5
    let k = 0.6 + 0.5 * leaf + 0.26 * patch
    if (leaf > 0.92) k *= 1.2
    const r = c[o + 5]!
    const g = c[o + 6]!
    const bl = c[o + 7]!
    h.r = r * r * k * 1.5 * (1 + 0.24 * patch)
    h.g = g * g * k * 1.5
    h.b = bl * bl * k * 1.38
    h.leaf = true
  }

  private onQuad(camera: Camera, a: number, b: number, near: number, quad: number): void {
    const h = this.hit
    const { quads } = this.scene
    const f = camera.forward
    h.nx = quads.normals[3 * quad]!
    h.ny = quads.normals[3 * quad + 1]!
    h.nz = quads.normals[3 * quad + 2]!
    const facing = h.nx * f[0] + h.ny * f[1] + h.nz * f[2]
    this.place(camera, a, b, 0)
    let d = near
    if (facing < -0.02 || facing > 0.02) {
      const v = quad * 12
      const exact =
        (h.nx * (quads.corners[v]! - h.x) + h.ny * (quads.corners[v + 1]! - h.y) + h.nz * (quads.corners[v + 2]! - h.z)) / facing
      d = exact > near + 0.8 ? near + 0.8 : Math.max(exact, near - 0.8)
    }
    this.place(camera, a, b, d)
    if (facing > 0) {
      h.nx = -h.nx
      h.ny = -h.ny
      h.nz = -h.nz
      h.r = h.g = h.b = 0.16 // the back of a thin thing is grey, or it would be a copy of its front
      return
    }
    this.sample(quad)
  }

  /** Bilinear texel of a quad's picture, tinted. */
  private sample(quad: number): void {
    const h = this.hit
    const { quads, pictures } = this.scene
    const m = quads.mapping
    const o = quad * 8
    const u = m[o]! * h.x + m[o + 1]! * h.y + m[o + 2]! * h.z + m[o + 6]! - 0.5
    const v = m[o + 3]! * h.x + m[o + 4]! * h.y + m[o + 5]! * h.z + m[o + 7]! - 0.5
    const t = quads.picture[quad]! * 4
    const w = pictures.table[t + 1]!
    const tall = pictures.table[t + 2]!
    let i0 = Math.floor(u)
    let j0 = Math.floor(v)
    const fx = u - i0
    const fy = v - j0
    let i1 = i0 + 1
    let j1 = j0 + 1
    if (pictures.table[t + 3]) {
      i0 = ((i0 % w) + w) % w
      i1 = i0 + 1 === w ? 0 : i0 + 1
      j0 = ((j0 % tall) + tall) % tall
      j1 = j0 + 1 === tall ? 0 : j0 + 1
    } else {
      i0 = i0 < 0 ? 0 : i0 >= w ? w - 1 : i0
      i1 = i1 < 0 ? 0 : i1 >= w ? w - 1 : i1
      j0 = j0 < 0 ? 0 : j0 >= tall ? tall - 1 : j0
      j1 = j1 < 0 ? 0 : j1 >= tall ? tall - 1 : j1
    }
    const x = pictures.texels
    const at = pictures.table[t]!
    const A = at + (j0 * w + i0) * 4
    const B = at + (j0 * w + i1) * 4
    const C = at + (j1 * w + i0) * 4
    const D = at + (j1 * w + i1) * 4
    const wa = (1 - fx) * (1 - fy)
    const wb = fx * (1 - fy)
    const wc = (1 - fx) * fy
    const wd = fx * fy
    const tr = quads.tint[3 * quad]!
    const tg = quads.tint[3 * quad + 1]!
    const tb = quads.tint[3 * quad + 2]!
    h.r = (LINEAR[x[A]!]! * wa + LINEAR[x[B]!]! * wb + LINEAR[x[C]!]! * wc + LINEAR[x[D]!]! * wd) * tr * tr
    h.g = (LINEAR[x[A + 1]!]! * wa + LINEAR[x[B + 1]!]! * wb + LINEAR[x[C + 1]!]! * wc + LINEAR[x[D + 1]!]! * wd) * tg * tg
    h.b = (LINEAR[x[A + 2]!]! * wa + LINEAR[x[B + 2]!]! * wb + LINEAR[x[C + 2]!]! * wc + LINEAR[x[D + 2]!]! * wd) * tb * tb
    h.gloss = x[A + 3]! > 100 ? 1 : 0
  }

  private onGround(camera: Camera, a: number, b: number, near: number, photoCell: number): void {
    const h = this.hit
    const { terrain, ground: g } = this.scene
    this.place(camera, a, b, near)
    this.place(camera, a, b, near + (terrainHeight(terrain, h.x, h.y) - h.z) / camera.forward[2])
    const dx = h.x - PIVOT_X
    const dy = h.y - PIVOT_Y
    let u = (PIVOT_X + dx * COS + dy * SIN - g.x0) * g.pixelsPerMeter - 0.5
    let v = (PIVOT_Y - dx * SIN + dy * COS - g.y0) * g.pixelsPerMeter - 0.5
    u = u < 0 ? 0 : Math.min(u, g.width - 2)
    v = v < 0 ? 0 : Math.min(v, g.height - 2)
    const i = u | 0
    const j = v | 0
    const fx = u - i
    const fy = v - j
    const A = (j * g.width + i) * 3
    const C = A + g.width * 3
    const x = g.texels
    const wa = (1 - fx) * (1 - fy)
    const wb = fx * (1 - fy)
    const wc = (1 - fx) * fy
    const wd = fx * fy
    h.r = LINEAR[x[A]!]! * wa + LINEAR[x[A + 3]!]! * wb + LINEAR[x[C]!]! * wc + LINEAR[x[C + 3]!]! * wd
    h.g = LINEAR[x[A + 1]!]! * wa + LINEAR[x[A + 4]!]! * wb + LINEAR[x[C + 1]!]! * wc + LINEAR[x[C + 4]!]! * wd
    h.b = LINEAR[x[A + 2]!]! * wa + LINEAR[x[A + 5]!]! * wb + LINEAR[x[C + 2]!]! * wc + LINEAR[x[C + 5]!]! * wd
    h.nx = 0
    h.ny = 0
    h.nz = 1
    if (terrainWater(terrain, h.x, h.y)) this.asWater(photoCell)
    else this.asSoil()
  }

  /** Grass, soil and asphalt are never even. */
  private asSoil(): void {
    const h = this.hit
    const green = h.g > h.r
    const wide = noise2(h.x * 0.16, h.y * 0.16, 5) - 0.5
    const middle = noise2(h.x * 1.1, h.y * 1.1, 6) - 0.5
    const fine = noise2(h.x * 4.5, h.y * 4.5, 8) - 0.5
    const grain = hash2((h.x * 15) | 0, (h.y * 15) | 0, 12) - 0.5
    const k = green
      ? (1 + 0.5 * wide + 0.4 * middle + 0.55 * fine) * (1 + 0.5 * grain)
      : (1 + 0.26 * wide + 0.26 * middle + 0.22 * fine) * (1 + 0.16 * grain)
    h.r *= green ? k * (1 + middle * 0.3 + fine * 0.2) : k
    h.g *= k
    h.b *= k
  }

  /** Water is what each photo saw in it: silt, ripples and a piece of sky, brighter in one photo than in the next. */
  private asWater(photoCell: number): void {
    const h = this.hit
    const mirror = 0.12 + 0.4 * hash2(photoCell, 7, 33) ** 2
    const ripple =
      (noise2(h.x * 0.9 + h.y * 0.35 + photoCell, h.y * 0.7, 21) - 0.5) * 0.5 +
      (noise2(h.x * 2.3, h.y * 3.1 + h.x, 24) - 0.5) * 0.35 +
      (noise2(h.x * 6.7, h.y * 7.9, 25) - 0.5) * 0.4
    const weed = noise2(h.x * 0.35, h.y * 0.2, 22) * 0.75 + noise2(h.x * 1.4, h.y * 1.4, 26) * 0.25
    const k = 1 + 0.3 * ripple + 0.3 * (noise2(h.x * 0.12, h.y * 0.12, 23) - 0.5)
    const algae = weed > 0.6 ? (weed - 0.6) * 1.8 : 0
    h.r = h.r * k * (1 - algae) + 0.045 * algae + mirror * 0.09 * (1 + ripple)
    h.g = h.g * k * (1 - algae) + 0.075 * algae + mirror * 0.11 * (1 + ripple)
    h.b = h.b * k * (1 - algae) + 0.025 * algae + mirror * 0.125 * (1 + ripple)
  }

  private shade(photoCell: number, id: number): void {
    const h = this.hit
    const facing = -(h.nx * SUN_DIRECTION[0] + h.ny * SUN_DIRECTION[1] + h.nz * SUN_DIRECTION[2])
    let sun = facing > 0 ? sunlight(this.sun, h.x + h.nx * 0.14, h.y + h.ny * 0.14, h.z + h.nz * 0.14) * facing : 0
    if (h.leaf) sun = sun * 0.78 + 0.09
    const open = skylight(this.sky, h.x + h.nx * 0.9, h.y + h.ny * 0.9, h.z + h.nz * 0.9 + 0.2)
    const dome = open * (0.62 + 0.38 * h.nz)
    const bounce = (1 - h.nz * 0.8) * (0.35 + open * 0.65)
    let r = h.r * (SUN[0] * sun + SKY[0] * dome + BOUNCE[0] * bounce)
    let g = h.g * (SUN[1] * sun + SKY[1] * dome + BOUNCE[1] * bounce)
    let b = h.b * (SUN[2] * sun + SKY[2] * dome + BOUNCE[2] * bounce)
    if (h.gloss) {
      const q = hash2(photoCell, id, 5)
      const mirror = 0.05 + 0.26 * q * q * open
      r += mirror * 0.55
      g += mirror * 0.66
      b += mirror * 0.8
    }
    this.red = r
    this.green = g
    this.blue = b
  }
}
