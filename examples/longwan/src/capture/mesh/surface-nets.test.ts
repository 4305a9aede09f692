import { expect, test } from 'vitest'
import { PAD, type Volume } from '../fuse/carve.ts'
import { neighbours } from './adjacency.ts'
import { dropSpecks } from './simplify.ts'
import { surfaceNets } from './surface-nets.ts'

const window = { x0: 0, y0: 0, x1: 100, y1: 100 }
const everywhere = (): number => 1
const VOXEL = 0.5

/** A ball of 3 m about (10, 10, 10), sampled for the voxels i0 to i1. */
function ball(i0: number, i1: number): Volume {
  const [x0, nx, n] = [i0 - PAD, i1 - i0 + 2 * PAD + 1, 40]
  const values = new Float32Array(nx * n * n)
  for (let k = 0; k < n; k++)
    for (let j = 0; j < n; j++)
      for (let i = 0; i < nx; i++) values[(k * n + j) * nx + i] = Math.hypot((x0 + i) * VOXEL - 10, j * VOXEL - 10, k * VOXEL - 10) - 3
  return { i0: x0, j0: 0, k0: 0, nx, ny: n, nz: n, values }
}

test('a ball becomes a closed surface on its radius, facing out', () => {
  const { positions: p, indices } = surfaceNets(ball(4, 36), window, VOXEL, everywhere)
  for (let i = 0; i < p.length; i += 3) expect(Math.abs(Math.hypot(p[i]! - 10, p[i + 1]! - 10, p[i + 2]! - 10) - 3)).toBeLessThan(0.09)
  expect([...neighbours(indices, p.length / 3)].every((n) => n >= 0)).toBe(true)
  let volume = 0
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3]
    volume +=
      (p[a]! * (p[b + 1]! * p[c + 2]! - p[b + 2]! * p[c + 1]!) +
        p[a + 1]! * (p[b + 2]! * p[c]! - p[b]! * p[c + 2]!) +
        p[a + 2]! * (p[b]! * p[c + 1]! - p[b + 1]! * p[c]!)) /
      6
  }
  expect(volume).toBeGreaterThan(0.9 * (4 / 3) * Math.PI * 27)
})

test('two tiles meet in the same vertices to the last bit, and no triangle is made twice', () => {
  const whole = surfaceNets(ball(4, 36), window, VOXEL, everywhere)
  const west = surfaceNets(ball(4, 20), window, VOXEL, everywhere)
  const east = surfaceNets(ball(20, 36), window, VOXEL, everywhere)
  const keys = (m: { positions: Float32Array }): Set<string> =>
    new Set(Array.from({ length: m.positions.length / 3 }, (_, i) => m.positions.subarray(3 * i, 3 * i + 3).join()))
  expect(west.indices.length + east.indices.length).toBe(whole.indices.length)
  expect(new Set([...keys(west), ...keys(east)])).toEqual(keys(whole))
})

test('a cut leaves a rim on its edge, not a stair of voxels', () => {
  const { positions: p, indices } = surfaceNets(ball(4, 36), window, VOXEL, (x) => x - 10.13)
  const across = neighbours(indices, p.length / 3)
  const rim = new Set<number>()
  for (const [e, n] of across.entries()) if (n < 0) rim.add(indices[e]!)
  expect(rim.size).toBeGreaterThan(10)
  for (const v of rim) expect(Math.abs(p[3 * v]! - 10.13)).toBeLessThan(0.02)
})

test('specks go, and what is larger stays', () => {
  const strip = Uint32Array.from([0, 1, 2, 1, 2, 3, 2, 3, 4, 10, 11, 12])
  expect([...dropSpecks(strip, 13, 2)]).toEqual([0, 1, 2, 1, 2, 3, 2, 3, 4])
})
