import { expect, test } from 'vitest'
import { LETTERS, paintText } from './letters.ts'
import { Picture } from './picture.ts'

const at = (p: Picture, x: number, y: number): number[] => [...p.texels.subarray((y * p.width + x) * 4, (y * p.width + x) * 4 + 4)]

test('a rectangle is painted in metres from the lower left, with its glass beside its colour', () => {
  const p = new Picture(2, 1, 10, [10, 20, 30])
  p.rect(0.5, 0.2, 1, 0.6, [200, 100, 50], { glass: 180 })
  expect(at(p, 5, 2)).toEqual([200, 100, 50, 180])
  expect(at(p, 4, 2)).toEqual([10, 20, 30, 0])
  expect(at(p, 5, 6)).toEqual([10, 20, 30, 0])
})

test('half-covering paint mixes and leaves the glass as it was', () => {
  const p = new Picture(1, 1, 4, [0, 0, 0]).rect(0, 0, 1, 1, [0, 0, 0], { glass: 99 })
  p.rect(0, 0, 1, 1, [100, 100, 100], { cover: 0.5 })
  expect(at(p, 1, 1)).toEqual([50, 50, 50, 99])
})

test('dirt is the same for the same seed and never leaves a byte', () => {
  const make = (seed: number) => new Picture(3, 3, 16, [250, 128, 4]).dirt(0.5, seed, 0.8).texels
  expect(make(4)).toEqual(make(4))
  expect(make(4)).not.toEqual(make(5))
})

test('every sign of the village can be written', () => {
  for (const letter of '龙湾社区党群服务中心龙湾家园社区超市药店面馆水果五金家园服务中心') expect(LETTERS).toContain(letter)
})

test('a letter marks its square and nothing beside it', () => {
  const p = new Picture(4, 2, 20, [0, 0, 0])
  paintText(p, '中', 1, 0.5, 1, [255, 255, 255])
  let inside = 0
  for (let y = 0; y < p.height; y++) {
    for (let x = 0; x < p.width; x++) {
      if (at(p, x, y)[0] === 0) continue
      inside++
      expect(x >= 19 && x <= 41 && y >= 9 && y <= 31).toBe(true)
    }
  }
  expect(inside).toBeGreaterThan(60)
})
