import { expect, test } from 'vitest'
import { ARROW_PX, type Edge, edgeArrows, MOST_ARROWS } from './edge-arrows.ts'

/** From the origin to the north, level: x right, y north (away), z up; 90° wide and high. */
const view = { viewProjection: [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0], width: 800, height: 800 }
const edge: Edge = { free: { x: 0, y: 0, width: 800, height: 800 }, covered: [], sizePx: ARROW_PX }
const arrows = (enus: readonly (readonly [number, number, number])[], more: Partial<Edge> = {}) =>
  edgeArrows(
    enus.map((enu, of) => ({ of, enu })),
    view,
    { ...edge, ...more },
  ).map(({ of, x, y, turnDeg }) => [of, Math.round(x), Math.round(y), (Math.round(turnDeg) + 360) % 360])

test('what the picture shows has none', () =>
  expect(
    arrows([
      [0, 10, 0],
      [9, 10, -9],
    ]),
  ).toEqual([]))
test.each([
  ['right', [20, 10, 0], 778, 400, 0],
  ['left', [-20, 10, 0], 22, 400, 180],
  ['above', [0, 10, 20], 400, 22, 270],
  ['below', [0, 10, -20], 400, 778, 90],
  ['right and below', [20, 10, -20], 778, 778, 45],
  ['behind, on the right', [5, -10, 0], 778, 400, 0],
  ['behind, on the left', [-5, -10, 0], 22, 400, 180],
  ['straight behind', [0, -10, 0], 400, 778, 90],
] as const)('what is %s has one at that edge, that points there', (_, enu, x, y, turn) => expect(arrows([enu])).toEqual([[0, x, y, turn]]))
test('what a panel covers has one at the edge of what is free, and none lies under a panel', () => {
  const covered = [{ x: 0, y: 0, width: 300, height: 800 }]
  const free = { x: 300, y: 0, width: 500, height: 800 }
  expect(arrows([[-7, 10, 0]], { covered, free })).toEqual([[0, 322, 400, 180]])
  expect(arrows([[0, 10, 0]], { covered, free })).toEqual([])
})
test('no two lie on another: the later moves on along the edge; the most are six', () => {
  const many = arrows(Array.from({ length: 20 }, (): [number, number, number] => [20, 10, 0]))
  expect(many).toHaveLength(MOST_ARROWS)
  expect(many.slice(0, 3).map(([, x, y]) => [x, y])).toEqual([
    [778, 400],
    [778, 356],
    [778, 444],
  ])
  expect(new Set(many.map(([, x, y]) => `${x} ${y}`)).size).toBe(MOST_ARROWS)
})
test('a map that leaves no room has none', () =>
  expect(arrows([[20, 10, 0]], { free: { x: 0, y: 0, width: 40, height: 800 } })).toEqual([]))
