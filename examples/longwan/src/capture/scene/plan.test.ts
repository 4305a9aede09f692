import { expect, test } from 'vitest'
import { keepClear, LANES, makePlan } from './plan.ts'
import { type Slab, slabLength } from './plan-slabs.ts'
import { groundHeight, isWater } from './terrain.ts'

const plan = makePlan(7)

function insideSlab(s: Slab, x: number, y: number, margin: number): boolean {
  const a = (-s.angleDeg * Math.PI) / 180
  const u = (x - s.x) * Math.cos(a) - (y - s.y) * Math.sin(a)
  const v = (x - s.x) * Math.sin(a) + (y - s.y) * Math.cos(a)
  return u > -margin && u < slabLength(s) + margin && v > -margin && v < s.plan.depthMeters + margin
}

test('ids are unique over all inventories', () => {
  const all = [
    plan.slabs,
    plan.houses,
    plan.shops,
    [plan.serviceCentre, plan.clinic],
    plan.streetlights,
    plan.cameras,
    plan.manholes,
    plan.bays,
    plan.wells,
    [plan.sluice],
    plan.fields,
    plan.grids,
  ]
    .flat()
    .map((t) => t.id)
  expect(new Set(all).size).toBe(all.length)
  expect(all.length).toBeGreaterThan(500)
})

test('no slab stands in another, and none on a lane', () => {
  for (const a of plan.slabs) {
    for (const [u, v] of [
      [0, 0],
      [slabLength(a), 0],
      [slabLength(a), a.plan.depthMeters],
      [0, a.plan.depthMeters],
    ] as const) {
      const t = (a.angleDeg * Math.PI) / 180
      const [x, y] = [a.x + u * Math.cos(t) - v * Math.sin(t), a.y + u * Math.sin(t) + v * Math.cos(t)]
      for (const b of plan.slabs) if (a !== b) expect(insideSlab(b, x, y, 1), `${a.id} in ${b.id}`).toBe(false)
      for (const lane of LANES) expect(Math.abs(y - lane), `${a.id} on lane ${lane}`).toBeGreaterThan(2.9)
    }
  }
})

test('lights, covers and cameras stand in the open', () => {
  for (const [x, y] of keepClear(plan)) {
    for (const s of plan.slabs) expect(insideSlab(s, x, y, 0.8), `${x}, ${y} at ${s.id}`).toBe(false)
    for (const s of [...plan.shops, plan.serviceCentre, plan.clinic])
      expect(x > s.x0 - 0.5 && x < s.x1 + 0.5 && y > s.y0 - 0.5 && y < s.y1 + 0.5).toBe(false)
  }
})

test('lights, covers and cameras stand on level ground, none in the canal', () => {
  for (const [x, y] of keepClear(plan)) {
    const around = [-0.5, 0, 0.5].flatMap((dx) => [-0.5, 0, 0.5].map((dy) => groundHeight(x + dx, y + dy)))
    expect(Math.max(...around) - Math.min(...around), `${x}, ${y}`).toBeLessThan(0.45)
    expect(isWater(x, y), `${x}, ${y}`).toBe(false)
  }
})

test('slabs differ: at most one pair shares length, plan, height, colour and angle', () => {
  const kinds = new Set(plan.slabs.map((s) => `${s.units} ${s.plan.unitMeters} ${s.floors} ${s.style.wall} ${s.angleDeg}`))
  expect(kinds.size).toBeGreaterThanOrEqual(plan.slabs.length - 1)
})
