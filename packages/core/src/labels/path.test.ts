import { expect, test } from 'vitest'
import { flattenPath } from './path.ts'

test('more pairs after a move are lines, from the place before where they are relative', () => {
  expect(flattenPath('M1,1 3,1 3,4')).toEqual([{ points: [1, 1, 3, 1, 3, 4], closed: false }])
  expect(flattenPath('m1,1 2,0 0,3')).toEqual([{ points: [1, 1, 3, 1, 3, 4], closed: false }])
})

test('a line goes on from where a closed one began', () => {
  expect(flattenPath('M1,1h2v3zh4')).toEqual([
    { points: [1, 1, 3, 1, 3, 4], closed: true },
    { points: [1, 1, 5, 1], closed: false },
  ])
})

test.each([
  ['M0,0A1,1 0 0 1 4,0', 2, 0],
  ['M1,-1a1,1 0 0 0 0,4', 1, 1],
])('the arc %s, whose radius does not reach, grows until it does, alike in both directions', (path, x, y) => {
  const [{ points } = { points: [] }] = flattenPath(path)
  const off: number[] = []
  for (let i = 0; i < points.length; i += 2) off.push(Math.abs(Math.hypot(points[i]! - x, points[i + 1]! - y) - 2))
  expect(points.length).toBeGreaterThan(10)
  expect(Math.max(...off)).toBeLessThan(1e-9)
})
