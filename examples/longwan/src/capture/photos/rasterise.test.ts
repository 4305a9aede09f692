import { expect, test } from 'vitest'
import { makeRandom } from '../chance/random.ts'
import { SceneBuilder } from '../scene/builder.ts'
import type { Scene } from '../scene/scene.ts'
import { planToSite } from '../scene/terrain.ts'
import { makeCamera } from './camera.ts'
import { drawScene, drawTriangle, NOTHING } from './rasterise.ts'

const window = { x0: 215, y0: 165, x1: 235, y1: 185 }

/** A flat ground at 0 with what `build` adds, about the middle of the site. */
function sceneOf(build: (b: SceneBuilder) => void): Scene {
  const b = new SceneBuilder(window, 4, makeRandom(1))
  build(b)
  const n = 41
  return {
    window,
    quads: b.packQuads(),
    clumps: b.packClumps(),
    pictures: b.packPictures(),
    ground: { texels: new Uint8Array(12), width: 2, height: 2, pixelsPerMeter: 1, x0: 0, y0: 0 },
    terrain: {
      x0: 205,
      y0: 155,
      stepMeters: 1,
      nx: n,
      ny: n,
      heights: new Float32Array(n * n),
      water: new Uint8Array(n * n),
      waterPerStep: 1,
    },
  }
}

const nadir = makeCamera([0, 0, -1], { low: [215, 165, -1], high: [235, 185, 9] }, 0.25)

function look(scene: Scene, bit = 1): { depth: (x: number, y: number) => number; id: (x: number, y: number) => number } {
  const depth = new Float32Array(nadir.width * nadir.height)
  const ids = new Uint32Array(depth.length)
  drawScene(scene, nadir, depth, ids, bit)
  const at = (x: number, y: number): number => Math.floor((y - nadir.y0) / 0.25) * nadir.width + Math.floor((x - nadir.x0) / 0.25)
  return { depth: (x, y) => depth[at(x, y)]!, id: (x, y) => ids[at(x, y)]! }
}

const crate = (seenBy?: number) => (b: SceneBuilder) => b.box(224, 174, 0, 226, 176, 3, seenBy === undefined ? {} : { seenBy })

test('from above a box shows its top and beside it the ground', () => {
  const seen = look(sceneOf(crate()))
  expect(seen.depth(225, 175)).toBeCloseTo(-3, 5)
  expect(seen.depth(...planToSite(228, 175))).toBeCloseTo(0, 5)
  expect(seen.id(...planToSite(228, 175))).toBe(1)
})

test('what moved is in the photos that saw it alone', () => {
  const scene = sceneOf(crate(0b10))
  expect(look(scene, 0b10).depth(225, 175)).toBeCloseTo(-3, 5)
  expect(look(scene, 0b1).depth(225, 175)).toBeCloseTo(0, 5)
})

test('a wall seen from behind is not drawn unless it has two sides', () => {
  const face = (bothSides: boolean) => (b: SceneBuilder) =>
    b.quad([224, 176, 2], [226, 176, 2], [226, 174, 2], [224, 174, 2], b.plain, { bothSides }) // it looks down
  expect(look(sceneOf(face(false))).depth(225, 175)).toBeCloseTo(0, 5)
  expect(look(sceneOf(face(true))).depth(225, 175)).toBeCloseTo(-2, 5)
})

test('a clump of leaves hides the ground under it, near its own height', () => {
  const seen = look(sceneOf((b) => b.clump(225, 175, 4, 1, 1, [0.3, 0.4, 0.2], [0, 0, 1])))
  expect(seen.depth(225, 175)).toBeLessThan(-4.6)
  expect(seen.depth(225, 175)).toBeGreaterThan(-5.3)
})

test('triangles that share an edge leave no pixel between them', () => {
  const width = 32
  for (let angle = 0; angle < 6; angle++) {
    const depth = new Float32Array(width * width).fill(NOTHING)
    const canvas = { width, height: width, depth, ids: undefined }
    const [dx, dy] = [Math.cos(angle) * 60, Math.sin(angle) * 60]
    drawTriangle(canvas, 16 - dx, 16 - dy, 5, 16 + dx, 16 + dy, 5, 16 - dy * 3, 16 + dx * 3, 5, 1)
    drawTriangle(canvas, 16 + dx, 16 + dy, 5, 16 - dx, 16 - dy, 5, 16 + dy * 3, 16 - dx * 3, 5, 2)
    expect(depth.every((d) => d < NOTHING)).toBe(true)
  }
})
