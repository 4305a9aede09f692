// Photos: what dense matching makes of the true depth. Demo flow: rasterise -> **stereo** -> carve. Ids stay true: the picture is sharp,
// the shape is wrong, and that difference is what a capture looks like.
import { fillNoiseRow, noise2 } from '../chance/noise.ts'
import { firstClumpId, ID_FIRST_QUAD, type Scene, terrainWater } from '../scene/scene.ts'
import { DEPTH_UNIT_METERS, FAR, type Photo } from './camera.ts'
import { NOTHING } from './rasterise.ts'

/** Depths nearer than this are one surface. */
const SAME_SURFACE_METERS = 0.7
/** Fusing takes the deepest of nine noisy depths; this much brings the mean ground back to where it is (measured on the mesh). */
const FUSE_BIAS_METERS = 0.105

/**
 * Peak-to-peak metres of matching noise of wavelength 4.5, 1.1 and 0.4 m, by what is seen. Ground is rough at short waves, so that its
 * normals spread as in real captures while its height stays within a hand.
 */
const ROUGHNESS = {
  ground: [0.12, 0.26, 0.2],
  roof: [0.12, 0.09, 0.07],
  wall: [0.16, 0.12, 0.09],
  facade: [0.19, 0.14, 0.11],
  leaves: [0.26, 0.24, 0.2],
  water: [0.5, 0.5, 0.3],
} as const

/** Turns true depth into matched depth, written to the photo in centimetres. `seed` differs per camera. */
export function matchDepth(scene: Scene, photo: Photo, depth: Float32Array, seed: number): void {
  const { width, height } = photo.camera
  const smooth = new Float32Array(width * height)
  averageRows(depth, smooth, width, height)
  addNoise(scene, photo, depth, smooth, seed)
  fatten(photo, depth, smooth, seed)
}

/** Five-tap mean along x among pixels of one surface; the mean along y follows inside `addNoise`. */
function averageRows(depth: Float32Array, out: Float32Array, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    const o = y * width
    for (let x = 0; x < width; x++) {
      const z = depth[o + x]!
      let sum = z
      let n = 1
      for (let k = x < 2 ? -x : -2, end = x > width - 3 ? width - 1 - x : 2; k <= end; k++) {
        const q = depth[o + x + k]!
        if (k !== 0 && q - z < SAME_SURFACE_METERS && z - q < SAME_SURFACE_METERS) {
          sum += q
          n++
        }
      }
      out[o + x] = sum / n
    }
  }
}

/** The mean along y, and the error of matching; replaces `depth`. */
function addNoise(scene: Scene, photo: Photo, depth: Float32Array, smooth: Float32Array, seed: number): void {
  const { width, height, pixelMeters } = photo.camera
  const error = new MatchingError(scene, photo, seed)
  for (let y = 0; y < height; y++) {
    const from = y < 2 ? -y : -2
    const to = y > height - 3 ? height - 1 - y : 2
    error.startRow(y * pixelMeters)
    for (let x = 0; x < width; x++) {
      const o = y * width + x
      const z = smooth[o]!
      if (z >= NOTHING) continue
      let sum = z
      let n = 1
      for (let k = from; k <= to; k++) {
        const q = smooth[o + k * width]!
        if (k !== 0 && q - z < SAME_SURFACE_METERS && z - q < SAME_SURFACE_METERS) {
          sum += q
          n++
        }
      }
      depth[o] = sum / n + error.at(x, y, depth[o]!) - FUSE_BIAS_METERS
    }
  }
}

/** How far off the matched depth is, row by row. */
class MatchingError {
  private readonly scene: Scene
  private readonly photo: Photo
  private readonly seed: number
  private readonly firstClump: number
  private readonly long: Float32Array
  private readonly middle: Float32Array
  private readonly short: Float32Array

  constructor(scene: Scene, photo: Photo, seed: number) {
    this.scene = scene
    this.photo = photo
    this.seed = seed
    this.firstClump = firstClumpId(scene)
    this.long = new Float32Array(photo.camera.width)
    this.middle = new Float32Array(photo.camera.width)
    this.short = new Float32Array(photo.camera.width)
  }

  startRow(gy: number): void {
    const m = this.photo.camera.pixelMeters
    fillNoiseRow(this.long, m * 0.22, gy * 0.22, this.seed)
    fillNoiseRow(this.middle, m * 0.9, gy * 0.9, this.seed + 20)
    fillNoiseRow(this.short, m * 2.6, gy * 2.6, this.seed + 40)
  }

  /** Metres at a pixel whose true depth is given. */
  at(x: number, y: number, trueDepth: number): number {
    const { camera, ids } = this.photo
    const id = ids[y * camera.width + x]!
    if (id >= this.firstClump) return this.noise(ROUGHNESS.leaves, x)
    const { quads } = this.scene
    const quad = id - ID_FIRST_QUAD
    if (quad >= 0 && !(quads.flags[quad]! & 2)) return this.noise(quads.normals[3 * quad + 2]! > 0.85 ? ROUGHNESS.roof : ROUGHNESS.wall, x)
    const { right: r, up: u, forward: f, pixelMeters } = camera
    const a = camera.x0 + (x + 0.5) * pixelMeters
    const b = camera.y0 + (y + 0.5) * pixelMeters
    const px = r[0] * a + u[0] * b + f[0] * trueDepth
    const py = r[1] * a + u[1] * b + f[1] * trueDepth
    if (quad < 0) return this.noise(terrainWater(this.scene.terrain, px, py) ? ROUGHNESS.water : ROUGHNESS.ground, x)
    const pz = r[2] * a + u[2] * b + f[2] * trueDepth
    if (glassAt(this.scene, quad, px, py, pz) <= 100) return this.noise(ROUGHNESS.facade, x)
    // glass matches what it mirrors, somewhere behind itself
    return this.noise(ROUGHNESS.wall, x) + 0.1 + (noise2(x * pixelMeters * 1.1, y * pixelMeters * 1.1, this.seed + 50) - 0.4) * 0.34
  }

  private noise([long, middle, short]: readonly [number, number, number], x: number): number {
    return (this.long[x]! - 0.5) * long + (this.middle[x]! - 0.5) * middle + (this.short[x]! - 0.5) * short
  }
}

/** How much of a quad's picture at a site point is glass, 0 to 255. */
export function glassAt({ quads, pictures }: Scene, quad: number, x: number, y: number, z: number): number {
  const m = quads.mapping
  const o = quad * 8
  const u = (m[o]! * x + m[o + 1]! * y + m[o + 2]! * z + m[o + 6]!) | 0
  const v = (m[o + 3]! * x + m[o + 4]! * y + m[o + 5]! * z + m[o + 7]!) | 0
  const t = quads.picture[quad]! * 4
  const w = pictures.table[t + 1]!
  if (u < 0 || v < 0 || u >= w || v >= pictures.table[t + 2]!) return 0
  return pictures.texels[pictures.table[t]! + (v * w + u) * 4 + 3]!
}

/** Foreground fattening: here and there an edge grows by a pixel; then the photo's own centimetres are written. */
function fatten({ camera, depth: out }: Photo, depth: Float32Array, scratch: Float32Array, seed: number): void {
  const { width, height, pixelMeters, nearest } = camera
  scratch.set(depth)
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const o = y * width + x
      const z = scratch[o]!
      const front = Math.min(scratch[o - 1]!, scratch[o + 1]!, scratch[o - width]!, scratch[o + width]!)
      if (z - front > SAME_SURFACE_METERS && noise2(x * pixelMeters * 1.4, y * pixelMeters * 1.4, seed + 90) > 0.66) depth[o] = front + 0.1
    }
  }
  for (let i = 0; i < depth.length; i++) {
    const z = depth[i]!
    out[i] = z >= NOTHING ? FAR : Math.max(0, Math.min(FAR - 1, Math.round((z - nearest) / DEPTH_UNIT_METERS)))
  }
}
