import { expect, test } from 'vitest'
import { blur, findThin, keepThin, type Volume } from './carve.ts'
import { cutTiles, tileName } from './tile.ts'

function volume(n: number, value: (i: number, j: number, k: number) => number): Volume {
  const values = new Float32Array(n * n * n)
  for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) values[(k * n + j) * n + i] = value(i, j, k)
  return { i0: 0, j0: 0, k0: 0, nx: n, ny: n, nz: n, values }
}

test('blur leaves a plane where it is and softens a step', () => {
  const ramp = volume(9, (i) => i - 4)
  const before = ramp.values.slice()
  blur(ramp)
  for (let o = 0; o < before.length; o++) expect(ramp.values[o]).toBeCloseTo(before[o]!, 5)
  const step = volume(9, (i) => (i < 4 ? -1 : 1))
  blur(step)
  expect(step.values[(4 * 9 + 4) * 9 + 4]).toBeCloseTo(0.5, 5)
})

test('a post of one voxel survives the blur, a sheet of one voxel melts', () => {
  const middle = (4 * 9 + 4) * 9 + 4
  const run = (v: Volume): number => {
    const thin = findThin(v)
    blur(v)
    keepThin(v, thin)
    return v.values[middle]!
  }
  expect(run(volume(9, (i, j) => (i === 4 && j === 4 ? -0.24 : 0.75)))).toBeLessThan(0)
  expect(run(volume(9, (i) => (i === 4 ? -0.24 : 0.75)))).toBeGreaterThan(0)
})

test('tiles share their borders and cover the window', () => {
  const tiles = cutTiles({ x0: 0, y0: 0, x1: 450, y1: 350 }, 0.3, 5, 4)
  expect(tiles).toHaveLength(20)
  for (const t of tiles) {
    const east = tiles.find((o) => o.column === t.column + 1 && o.row === t.row)
    const north = tiles.find((o) => o.row === t.row + 1 && o.column === t.column)
    expect(t.i1).toBe(east ? east.i0 : 1500)
    expect(t.j1).toBe(north ? north.j0 : 1167)
  }
  expect(tileName(3, 2)).toBe('Tile_+003_+002')
})
