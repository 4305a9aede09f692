// Photos: the light of the day, once for all photos: a shadow map for the sun and a coarse grid of how much sky each place sees.
import { type Scene, terrainHeight, type Window } from '../scene/scene.ts'
import { type Camera, lookDirection, makeCamera, SUN_DIRECTION, type Vector } from './camera.ts'
import { drawScene } from './rasterise.ts'

export interface SunMap {
  readonly camera: Camera
  readonly depth: Float32Array
}

export function makeSunMap(window: Window, pixelMeters: number): SunMap {
  const camera = makeCamera(
    SUN_DIRECTION,
    { low: [window.x0 - 22, window.y0 - 22, -4], high: [window.x1 + 22, window.y1 + 22, 27] },
    pixelMeters,
  )
  return { camera, depth: new Float32Array(new SharedArrayBuffer(camera.width * camera.height * 4)) }
}

/** All cameras of the sun's map: what moves throws no shadow. */
const STANDING_ONLY = 1 << 15

export function drawSunMap(scene: Scene, sun: SunMap): void {
  drawScene(scene, sun.camera, sun.depth, undefined, STANDING_ONLY)
}

/** Share of the sun's light that reaches a point, by four comparisons. */
export function sunlight({ camera: c, depth }: SunMap, x: number, y: number, z: number): number {
  const k = 1 / c.pixelMeters
  const px = (x * c.right[0] + y * c.right[1] + z * c.right[2] - c.x0) * k - 0.5
  const py = (x * c.up[0] + y * c.up[1] + z * c.up[2] - c.y0) * k - 0.5
  const i = px | 0
  const j = py | 0
  if (px < 0 || py < 0 || i >= c.width - 1 || j >= c.height - 1) return 1
  const d = x * c.forward[0] + y * c.forward[1] + z * c.forward[2] - 0.16
  const o = j * c.width + i
  const fx = px - i
  const fy = py - j
  const low = (depth[o]! > d ? 1 - fx : 0) + (depth[o + 1]! > d ? fx : 0)
  const high = (depth[o + c.width]! > d ? 1 - fx : 0) + (depth[o + c.width + 1]! > d ? fx : 0)
  return low * (1 - fy) + high * fy
}

export interface SkyGrid {
  readonly x0: number
  readonly y0: number
  readonly z0: number
  readonly stepMeters: number
  readonly nx: number
  readonly ny: number
  readonly nz: number
  /** Per cell, from how many of SKY_DIRECTIONS the sky is seen. */
  readonly seen: Uint8Array
}

/** 17 directions over the dome, more of them low where a street is dark. */
export const SKY_DIRECTIONS: readonly Vector[] = [
  ...Array.from({ length: 8 }, (_, i) => lookDirection(i * 45 + 11, 68)),
  ...Array.from({ length: 6 }, (_, i) => lookDirection(i * 60 + 11, 42)),
  ...Array.from({ length: 3 }, (_, i) => lookDirection(i * 120 + 29, 18)),
]

const TOP_METERS = 26

export function makeSkyGrid(window: Window, stepMeters: number): SkyGrid {
  const nx = Math.ceil((window.x1 - window.x0 + 16) / stepMeters)
  const ny = Math.ceil((window.y1 - window.y0 + 16) / stepMeters)
  const nz = Math.ceil(32 / stepMeters)
  return { x0: window.x0 - 8, y0: window.y0 - 8, z0: -4, stepMeters, nx, ny, nz, seen: new Uint8Array(new SharedArrayBuffer(nx * ny * nz)) }
}

/** Counts one direction into `into` (a worker's own copy of the grid; sums do not care who counted). */
export function countSky(scene: Scene, grid: SkyGrid, direction: Vector, into: Uint8Array, pixelMeters: number): void {
  const w = scene.window
  const camera = makeCamera(direction, { low: [w.x0 - 16, w.y0 - 16, -4], high: [w.x1 + 16, w.y1 + 16, 27] }, pixelMeters)
  const depth = new Float32Array(camera.width * camera.height)
  drawScene(scene, camera, depth, undefined, STANDING_ONLY)
  const { right: r, up: u, forward: f } = camera
  const k = 1 / camera.pixelMeters
  for (let j = 0; j < grid.ny; j++) {
    for (let i = 0; i < grid.nx; i++) {
      const x = grid.x0 + i * grid.stepMeters
      const y = grid.y0 + j * grid.stepMeters
      const ground = terrainHeight(scene.terrain, x, y)
      for (let l = 0; l < grid.nz; l++) {
        const z = grid.z0 + l * grid.stepMeters
        if (z < ground - grid.stepMeters) continue
        const px = ((x * r[0] + y * r[1] + z * r[2] - camera.x0) * k) | 0
        const py = ((x * u[0] + y * u[1] + z * u[2] - camera.y0) * k) | 0
        const outside = z > TOP_METERS || px < 0 || py < 0 || px >= camera.width || py >= camera.height
        if (outside || depth[py * camera.width + px]! > x * f[0] + y * f[1] + z * f[2] - 0.5) into[(l * grid.ny + j) * grid.nx + i]!++
      }
    }
  }
}

/** Share of the sky that a point sees, trilinear. */
export function skylight(g: SkyGrid, x: number, y: number, z: number): number {
  const k = 1 / g.stepMeters
  const a = clamp((x - g.x0) * k, g.nx - 1.01)
  const b = clamp((y - g.y0) * k, g.ny - 1.01)
  const c = clamp((z - g.z0) * k, g.nz - 1.01)
  const i = a | 0
  const j = b | 0
  const l = c | 0
  const fx = a - i
  const fy = b - j
  const fz = c - l
  const s = g.seen
  const o = (l * g.ny + j) * g.nx + i
  const o2 = o + g.nx * g.ny
  const low = (s[o]! * (1 - fx) + s[o + 1]! * fx) * (1 - fy) + (s[o + g.nx]! * (1 - fx) + s[o + g.nx + 1]! * fx) * fy
  const high = (s[o2]! * (1 - fx) + s[o2 + 1]! * fx) * (1 - fy) + (s[o2 + g.nx]! * (1 - fx) + s[o2 + g.nx + 1]! * fx) * fy
  return (low * (1 - fz) + high * fz) / SKY_DIRECTIONS.length
}

const clamp = (v: number, high: number): number => (v < 0 ? 0 : Math.min(v, high))
