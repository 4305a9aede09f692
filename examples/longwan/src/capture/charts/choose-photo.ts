// Charts: which photo each face is cut from. Demo flow: simplify -> **choose photo** -> grow -> pack -> bake.
import { hash3, noise2 } from '../chance/noise.ts'
import type { Faces } from '../mesh/normals.ts'
import type { Mesh } from '../mesh/surface-nets.ts'
import { DEPTH_UNIT_METERS, FAR, type Photo, projector } from '../photos/camera.ts'

/** How a face's texture is smeared: not, a little (grazing view), or long (no photo saw it). */
export type Smear = 0 | 1 | 2

export interface PhotoChoice {
  /** Per face the index of its flight, or −1: a hole. */
  readonly camera: Int8Array
  /** Per face the number of the photo within the flight; equal numbers are one photo. */
  readonly cell: Int32Array
  readonly smear: Uint8Array
}

/** A surface point deeper than the matched depth by more than this is hidden. */
const HIDDEN_METERS = 0.45
const SAMPLE_METERS = 0.5
const OUTSIDE_METERS = 5
/** What a face gains by having its neighbours' photo; without it walls become patchwork. */
const AGREE_BONUS = 0.11
const AGREE_ROUNDS = 3
/** Size of one photo's share of a flight, in image metres. */
const CELL_METERS = [26, 20] as const

export function choosePhotos(mesh: Mesh, faces: Faces, adjacency: Int32Array, photos: readonly Photo[]): PhotoChoice {
  const n = faces.count
  const scores = new Float32Array(n * photos.length)
  const seen = new Uint8Array(n)
  for (const [c, photo] of photos.entries()) scoreCamera(mesh, faces, photo, c, photos.length, scores, seen)
  const camera = pickBest(scores, n, photos.length)
  agree(camera, scores, adjacency, photos.length)
  const cell = new Int32Array(n)
  const smear = new Uint8Array(n)
  for (let t = 0; t < n; t++) {
    const x = faces.centres[3 * t]!
    const y = faces.centres[3 * t + 1]!
    const z = faces.centres[3 * t + 2]!
    const best = camera[t]!
    if (seen[t] === 0 && isHole(faces, t)) {
      camera[t] = -1
      continue
    }
    const { camera: cam } = photos[best]!
    const a = x * cam.right[0] + y * cam.right[1] + z * cam.right[2]
    const b = x * cam.up[0] + y * cam.up[1] + z * cam.up[2]
    const i = Math.floor(a / CELL_METERS[0] + noise2(a * 0.12, b * 0.12, 3) * 0.5)
    const j = Math.floor(b / CELL_METERS[1] + noise2(a * 0.12, b * 0.12, 4) * 0.5)
    cell[t] = (i + 512) * 1024 + j + 512
    const cos = -(
      faces.normals[3 * t]! * cam.forward[0] +
      faces.normals[3 * t + 1]! * cam.forward[1] +
      faces.normals[3 * t + 2]! * cam.forward[2]
    )
    smear[t] = scores[t * photos.length + best]! < 0.1 ? 2 : cos < 0.4 ? 1 : 0
  }
  return { camera, cell, smear }
}

/** The score of one camera for each face: frontal is good, hidden is bad, and chance decides between equals over whole patches. */
function scoreCamera(
  mesh: Mesh,
  faces: Faces,
  { camera, depth }: Photo,
  c: number,
  cameras: number,
  scores: Float32Array,
  seen: Uint8Array,
): void {
  const p = projector(camera)
  const { width, height, nearest } = camera
  const { positions, indices } = mesh
  /** Metres by which a point lies behind what the photo shows; far outside the photo. */
  const behind = (x: number, y: number, z: number): number => {
    const px = (x * p.xx + y * p.xy + z * p.xz + p.x0) | 0
    const py = (x * p.yx + y * p.yy + z * p.yz + p.y0) | 0
    if (px < 0 || py < 0 || px >= width || py >= height) return OUTSIDE_METERS
    const d = depth[py * width + px]!
    return d === FAR ? 0 : x * p.dx + y * p.dy + z * p.dz - nearest - d * DEPTH_UNIT_METERS
  }
  for (let t = 0; t < faces.count; t++) {
    const x = faces.centres[3 * t]!
    const y = faces.centres[3 * t + 1]!
    const z = faces.centres[3 * t + 2]!
    const cos = -(faces.normals[3 * t]! * p.dx + faces.normals[3 * t + 1]! * p.dy + faces.normals[3 * t + 2]! * p.dz)
    let score =
      cos * (c === 0 ? 1.06 : 1) +
      0.14 * noise2(x * 0.06 + c * 9, y * 0.06 + z * 0.05, c + 60) +
      0.03 * hash3((x * 2) | 0, (y * 2) | 0, (z * 2) | 0, c)
    const depthBehind = cos > -0.3 ? behind(x, y, z) : OUTSIDE_METERS
    if (depthBehind < HIDDEN_METERS) {
      // A large face may be hidden in part: then it would show what stands before it.
      const hidden = hiddenShare(positions, indices, t, behind)
      if (hidden > 0) score -= 0.42 + 0.6 * hidden
      if (cos > 0.1) seen[t] = 1
    } else score -= 0.85 + 0.22 * Math.min(OUTSIDE_METERS, depthBehind) // the nearer the thing before it, the likelier its own neighbour
    scores[t * cameras + c] = score
  }
}

/** Share of a face that cannot be seen, by samples half a metre apart, near its corners at least. */
function hiddenShare(
  positions: Float32Array,
  indices: Uint32Array,
  t: number,
  behind: (x: number, y: number, z: number) => number,
): number {
  const a = indices[3 * t]! * 3
  const b = indices[3 * t + 1]! * 3
  const c = indices[3 * t + 2]! * 3
  const ux = positions[b]! - positions[a]!
  const uy = positions[b + 1]! - positions[a + 1]!
  const uz = positions[b + 2]! - positions[a + 2]!
  const vx = positions[c]! - positions[a]!
  const vy = positions[c + 1]! - positions[a + 1]!
  const vz = positions[c + 2]! - positions[a + 2]!
  const longest = Math.sqrt(Math.max(ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz))
  const n = Math.max(2, Math.min(9, Math.ceil(longest / SAMPLE_METERS)))
  let samples = 0
  let hidden = 0
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= n - i; j++) {
      const s = 0.05 + (0.85 * i) / n
      const q = 0.05 + (0.85 * j) / n
      samples++
      if (behind(positions[a]! + ux * s + vx * q, positions[a + 1]! + uy * s + vy * q, positions[a + 2]! + uz * s + vz * q) > HIDDEN_METERS)
        hidden++
    }
  }
  return hidden / samples
}

function pickBest(scores: Float32Array, n: number, cameras: number): Int8Array {
  const best = new Int8Array(n)
  for (let t = 0; t < n; t++) {
    let b = 0
    for (let c = 1; c < cameras; c++) if (scores[t * cameras + c]! > scores[t * cameras + b]!) b = c
    best[t] = b
  }
  return best
}

/** Iterated conditional modes: each face takes the camera that is best with its neighbours' choices counted in. */
function agree(camera: Int8Array, scores: Float32Array, adjacency: Int32Array, cameras: number): void {
  const bonus = new Float32Array(cameras)
  for (let round = 0; round < AGREE_ROUNDS; round++) {
    for (let t = 0; t < camera.length; t++) {
      bonus.fill(0)
      for (let k = 0; k < 3; k++) {
        const n = adjacency[3 * t + k]!
        if (n >= 0) bonus[camera[n]!]! += AGREE_BONUS
      }
      let b = 0
      for (let c = 1; c < cameras; c++) if (scores[t * cameras + c]! + bonus[c]! > scores[t * cameras + b]! + bonus[b]!) b = c
      camera[t] = b
    }
  }
}

/**
 * Holes: deep undersides that no camera saw. An unseen face that looks up is smeared instead, because a hole in the ground shows the sky
 * below as a blue speck.
 */
function isHole(faces: Faces, t: number): boolean {
  const z = faces.centres[3 * t + 2]!
  return faces.normals[3 * t + 2]! < -0.6 && noise2(faces.centres[3 * t]! * 0.4, faces.centres[3 * t + 1]! * 0.4 + z, 91) > 0.7
}
