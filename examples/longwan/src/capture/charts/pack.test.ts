import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packCharts } from './pack.ts'
import type { ChartShape } from './shape.ts'

function shape(rows: readonly (readonly [number, number])[]): ChartShape {
  const width = Math.max(...rows.map(([l, n]) => l + n))
  return {
    ua: 1,
    ub: 0,
    u0: 0,
    va: 0,
    vb: 1,
    v0: 0,
    width,
    height: rows.length,
    left: Int16Array.from(rows.map(([l]) => l)),
    right: Int16Array.from(rows.map(([l, n]) => l + n)),
  }
}

const anyShape = fc
  .array(fc.tuple(fc.nat(6), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 20 })
  .map((rows) => shape([[0, 3], ...rows]))

test('no two charts share a texel and none leaves its page, whatever their shapes', () => {
  fc.assert(
    fc.property(fc.array(anyShape, { maxLength: 60 }), (shapes) => {
      const atlas = packCharts(shapes, 64)
      const taken = atlas.heights.map((h) => new Uint8Array(h * atlas.width))
      for (const [i, s] of shapes.entries()) {
        const p = atlas.placements[i]!
        for (let r = 0; r < s.height; r++) {
          const y = p.y + (p.turned ? s.height - 1 - r : r)
          for (let c = s.left[r]!; c < s.right[r]!; c++) {
            const x = p.x + (p.turned ? s.width - 1 - c : c)
            expect(x).toBeLessThan(atlas.width)
            expect(y).toBeLessThan(atlas.heights[p.page]!)
            expect(taken[p.page]![y * atlas.width + x]!++).toBe(0)
          }
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('two triangles nest head to tail in one band', () => {
  const triangle = shape(Array.from({ length: 16 }, (_, i) => [0, 16 - i]))
  const { placements, heights } = packCharts([triangle, triangle], 20)
  expect(heights).toEqual([16])
  expect(placements.map((p) => p.turned)).toContain(true)
})
