// Scene: its packed form, shared with the workers. Everything the cameras see is one of three: ground, quads, leaf clumps.
import type { Point2 } from './terrain.ts'

/** What part of the site is made, in site metres. */
export interface Window {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export interface Quads {
  readonly count: number
  /** Four corners, 12 floats a quad. */
  readonly corners: Float32Array
  readonly normals: Float32Array
  /** Bit 0: seen from both sides; bit 1: its picture holds glass. */
  readonly flags: Uint8Array
  /** Bit per photo camera that saw it: what moved is in some photos only. */
  readonly seenBy: Uint16Array
  /** Site metres to texels of the picture: u·x+v·y+w·z+u0, twice; 8 doubles a quad. */
  readonly mapping: Float64Array
  readonly picture: Int32Array
  /** Square root of the linear tint. */
  readonly tint: Float32Array
}

/** Ellipsoids of leaves; 11 floats each: centre, radius, vertical radius, colour, outward direction of the crown. */
export interface Clumps {
  readonly count: number
  readonly data: Float32Array
}
export const CLUMP_FLOATS = 11

export interface Pictures {
  /** Offset, width, height, repeats; 4 a picture. */
  readonly table: Int32Array
  readonly texels: Uint8Array
}

export interface GroundPicture {
  readonly texels: Uint8Array
  readonly width: number
  readonly height: number
  readonly pixelsPerMeter: number
  /** Plan metres of its first texel; row 0 lies south. */
  readonly x0: number
  readonly y0: number
}

export interface Terrain {
  readonly x0: number
  readonly y0: number
  readonly stepMeters: number
  readonly nx: number
  readonly ny: number
  readonly heights: Float32Array
  /** 1 where there is open water; `waterPerStep` cells along each step. */
  readonly water: Uint8Array
  readonly waterPerStep: number
}

export interface Scene {
  readonly window: Window
  readonly quads: Quads
  readonly clumps: Clumps
  readonly pictures: Pictures
  readonly ground: GroundPicture
  readonly terrain: Terrain
}

/** Ids of what a photo's pixel shows: 0 nothing, 1 the ground, then quads, then clumps. */
export const ID_GROUND = 1
export const ID_FIRST_QUAD = 2
export const firstClumpId = (scene: Scene): number => ID_FIRST_QUAD + scene.quads.count

/** Height of the ground at site metres, from the grid that the cameras see. */
export function terrainHeight(t: Terrain, x: number, y: number): number {
  let a = (x - t.x0) / t.stepMeters
  let b = (y - t.y0) / t.stepMeters
  a = a < 0 ? 0 : Math.min(a, t.nx - 1.001)
  b = b < 0 ? 0 : Math.min(b, t.ny - 1.001)
  const i = a | 0
  const j = b | 0
  const fx = a - i
  const fy = b - j
  const o = j * t.nx + i
  const z = t.heights
  return (z[o]! * (1 - fx) + z[o + 1]! * fx) * (1 - fy) + (z[o + t.nx]! * (1 - fx) + z[o + t.nx + 1]! * fx) * fy
}

export function terrainWater(t: Terrain, x: number, y: number): boolean {
  const k = t.waterPerStep / t.stepMeters
  const i = ((x - t.x0) * k) | 0
  const j = ((y - t.y0) * k) | 0
  const w = t.nx * t.waterPerStep
  return i >= 0 && j >= 0 && i < w && j < t.ny * t.waterPerStep && t.water[j * w + i] === 1
}

/** True when a circle touches the window. */
export function touches(window: Window, [x, y]: Point2, radiusMeters: number): boolean {
  return x > window.x0 - radiusMeters && x < window.x1 + radiusMeters && y > window.y0 - radiusMeters && y < window.y1 + radiusMeters
}
