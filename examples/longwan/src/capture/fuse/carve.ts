// Fuse: nine depth maps become one volume by carving. Demo flow: stereo -> **carve** -> surface nets.
// A voxel's value is the greatest, over all cameras, of (matched depth − own depth): positive as soon as one camera sees past it. Then one
// 1-2-1 blur along each axis, which is what melts eaves, merges cars and webs balconies. What is one voxel thin would melt away altogether;
// posts and rails survive in real captures, ragged, and so they do here (`keepThin`).
import { DEPTH_UNIT_METERS, FAR, type Photo, projector } from '../photos/camera.ts'
import { type Terrain, terrainHeight, type Window } from '../scene/scene.ts'
import type { Tile } from './tile.ts'

/** Voxels beyond a tile's own, so that thin parts, blur and vertices at its border equal its neighbour's (two left holes beside posts). */
export const PAD = 4
const TRUNCATE_METERS = 0.75
const BELOW_GROUND_METERS = 1.2
const ABOVE_TOP_METERS = 1
/** A thin voxel counts as surely inside from here on. */
const THIN_METERS = -0.06

export interface Volume {
  /** Voxel indices of the first corner. */
  readonly i0: number
  readonly j0: number
  readonly k0: number
  readonly nx: number
  readonly ny: number
  readonly nz: number
  /** x fastest, then y, then z; negative inside. */
  readonly values: Float32Array
}

export interface CarveOptions {
  readonly window: Window
  readonly voxelMeters: number
  readonly terrain: Terrain
  /** The first looks straight down. */
  readonly photos: readonly Photo[]
}

export function carve(tile: Tile, options: CarveOptions): Volume {
  const nx = tile.i1 - tile.i0 + 2 * PAD + 1
  const ny = tile.j1 - tile.j0 + 2 * PAD + 1
  const i0 = tile.i0 - PAD
  const j0 = tile.j0 - PAD
  const columns = columnRanges(i0, j0, nx, ny, options)
  const k0 = Math.floor(columns.lowest / options.voxelMeters) - 2
  const nz = Math.ceil(columns.highest / options.voxelMeters) + 2 - k0
  const volume: Volume = { i0, j0, k0, nx, ny, nz, values: new Float32Array(nx * ny * nz) }
  fill(volume, columns, options)
  const thin = findThin(volume)
  blur(volume)
  keepThin(volume, thin)
  return volume
}

interface Columns {
  readonly top: Float32Array
  readonly bottom: Float32Array
  readonly lowest: number
  readonly highest: number
}

/** Between which heights each column can hold a surface: what the nadir photo saw near it, and the ground. */
function columnRanges(i0: number, j0: number, nx: number, ny: number, { window, voxelMeters, terrain, photos }: CarveOptions): Columns {
  const top = new Float32Array(nx * ny)
  const bottom = new Float32Array(nx * ny)
  const { camera, depth } = photos[0]!
  const reach = Math.round(0.7 / camera.pixelMeters)
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const x = window.x0 + (i0 + i) * voxelMeters
      const y = window.y0 + (j0 + j) * voxelMeters
      const px = ((x - camera.x0) / camera.pixelMeters) | 0
      const py = ((y - camera.y0) / camera.pixelMeters) | 0
      let nearest = FAR
      for (let b = -reach; b <= reach; b += reach) {
        for (let a = -reach; a <= reach; a += reach) {
          if (px + a < 0 || py + b < 0 || px + a >= camera.width || py + b >= camera.height) continue
          nearest = Math.min(nearest, depth[(py + b) * camera.width + px + a]!)
        }
      }
      const low = terrainHeight(terrain, x, y) - BELOW_GROUND_METERS
      const high = nearest === FAR ? low : Math.max(low, -(camera.nearest + nearest * DEPTH_UNIT_METERS))
      const o = j * nx + i
      bottom[o] = low
      top[o] = high + ABOVE_TOP_METERS
      lowest = Math.min(lowest, low)
      highest = Math.max(highest, top[o]!)
    }
  }
  return { top, bottom, lowest, highest }
}

function fill(v: Volume, columns: Columns, { window, voxelMeters, photos }: CarveOptions): void {
  const layer = v.nx * v.ny
  const cams = photos.map(({ camera, depth }) => ({
    ...projector(camera),
    width: camera.width,
    height: camera.height,
    nearest: camera.nearest,
    depth,
  }))
  for (let j = 0; j < v.ny; j++) {
    for (let i = 0; i < v.nx; i++) {
      const x = window.x0 + (v.i0 + i) * voxelMeters
      const y = window.y0 + (v.j0 + j) * voxelMeters
      const o = j * v.nx + i
      const top = columns.top[o]!
      const bottom = columns.bottom[o]!
      for (let k = 0; k < v.nz; k++) {
        const z = (v.k0 + k) * voxelMeters
        let value = -TRUNCATE_METERS
        if (z > top) value = TRUNCATE_METERS
        else if (z >= bottom) {
          for (let c = 0; c < cams.length; c++) {
            const m = cams[c]!
            const px = (x * m.xx + y * m.xy + z * m.xz + m.x0) | 0
            const py = (x * m.yx + y * m.yy + z * m.yz + m.y0) | 0
            if (px < 0 || py < 0 || px >= m.width || py >= m.height) continue
            const seen = m.depth[py * m.width + px]!
            if (seen === FAR) continue
            const past = m.nearest + seen * DEPTH_UNIT_METERS - (x * m.dx + y * m.dy + z * m.dz)
            if (past > value) {
              value = past
              if (value >= TRUNCATE_METERS) {
                value = TRUNCATE_METERS
                break // this camera sees through: no other can say more
              }
            }
          }
        }
        v.values[k * layer + o] = value
      }
    }
  }
}

/** 1-2-1 along x, y and z, in place. */
export function blur({ values, nx, ny, nz }: Volume): void {
  const layer = nx * ny
  for (let k = 0; k < nz; k++) for (let j = 0; j < ny; j++) blurLine(values, k * layer + j * nx, 1, nx)
  for (let k = 0; k < nz; k++) for (let i = 0; i < nx; i++) blurLine(values, k * layer + i, nx, ny)
  for (let o = 0; o < layer; o++) blurLine(values, o, layer, nz)
}

function blurLine(values: Float32Array, start: number, stride: number, count: number): void {
  let before = values[start]!
  let here = values[start + stride]!
  for (let k = 1, o = start + stride; k < count - 1; k++, o += stride) {
    const after = values[o + stride]!
    values[o] = here * 0.5 + (before + after) * 0.25
    before = here
    here = after
  }
}

/**
 * Voxels surely inside that are at most two or three across along two of the three axes: posts, arms, rails. (Along one axis alone would keep parapets too, and those
 * came out crenellated.)
 */
export function findThin({ values, nx, ny, nz }: Volume): { readonly at: readonly number[]; readonly value: readonly number[] } {
  const layer = nx * ny
  const at: number[] = []
  const value: number[] = []
  for (let k = 2; k < nz - 2; k++) {
    for (let j = 2; j < ny - 2; j++) {
      for (let i = 2, o = k * layer + j * nx + 2; i < nx - 2; i++, o++) {
        const v = values[o]!
        if (v >= THIN_METERS) continue
        const alongX = isThin(values, o, 1)
        const alongY = isThin(values, o, nx)
        if (!alongX && !alongY) continue
        if (!(alongX && alongY) && !isThin(values, o, layer)) continue
        at.push(o)
        value.push(v)
      }
    }
  }
  return { at, value }
}

/** Whether there is an outside within two voxels on both sides. */
function isThin(values: Float32Array, o: number, stride: number): boolean {
  return (values[o - stride]! > 0 || values[o - 2 * stride]! > 0) && (values[o + stride]! > 0 || values[o + 2 * stride]! > 0)
}

/** Puts half of what a thin voxel was back where the blur took it away. */
export function keepThin({ values }: Volume, thin: ReturnType<typeof findThin>): void {
  for (const [i, o] of thin.at.entries()) values[o] = Math.min(values[o]!, thin.value[i]! * 0.5)
}
