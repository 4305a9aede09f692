import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { pack } from './pack.ts'

const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 150 })
const packed = (list: [number, number][], maxSide: number) =>
  pack(
    Int32Array.from(list, ([w]) => w),
    Int32Array.from(list, ([, h]) => h),
    maxSide,
  )

test('no two rectangles meet, and all lie in the picture', () => {
  fc.assert(
    fc.property(sizes, (list) => {
      const { width, height, x, y } = packed(list, 2048)!
      expect([width % 4, height % 4]).toEqual([0, 0])
      const taken = new Uint8Array(width * height)
      // Counted, not expected one by one: there are millions of pixels.
      let outside = 0
      let doubled = 0
      list.forEach(([w, h], i) => {
        for (let r = y[i]!; r < y[i]! + h; r++)
          for (let c = x[i]!; c < x[i]! + w; c++) {
            if (!(r >= 0 && r < height && c >= 0 && c < width)) outside++
            else if (taken[r * width + c]!++ !== 0) doubled++
          }
      })
      expect({ outside, doubled }).toEqual({ outside: 0, doubled: 0 })
    }),
    { numRuns: 60 },
  )
})

test('charts as captures have them fill over 85 % of the picture', () => {
  const list = Array.from({ length: 3000 }, (_, i): [number, number] => [4 + ((i * 7919) % 37), 4 + ((i * 104_729) % 29)])
  const { width, height } = packed(list, 4096)!
  expect(list.reduce((sum, [w, h]) => sum + w * h, 0) / (width * height)).toBeGreaterThan(0.85)
})

test('what cannot fit is told, not forced', () => {
  expect(packed([[100, 4]], 64)).toBeUndefined()
  expect(packed(new Array(100).fill([20, 20]), 64)).toBeUndefined()
})
