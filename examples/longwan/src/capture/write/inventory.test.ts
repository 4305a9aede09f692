import { expect, test } from 'vitest'
import { fitSiteToGrid, lonLatToGrid } from '../place/grid.ts'
import { makePlan } from '../scene/plan.ts'
import { planToSite } from '../scene/terrain.ts'
import { CAPTURE_SIZES } from '../settings.ts'
import { makeInventories } from './inventory.ts'

const plan = makePlan(7)
const full = makeInventories(plan, CAPTURE_SIZES.full.window)

test('there is something of every sort, more than a handful of what is many', () => {
  for (const collection of Object.values(full)) expect(collection.features.length).toBeGreaterThan(0)
  expect(full.streetlights.features.length).toBeGreaterThan(70)
  expect(full.manholes.features.length).toBeGreaterThan(70)
  expect(full['parking-bays'].features.length).toBeGreaterThan(250)
  expect(full.buildings.features.length).toBeGreaterThan(25)
})

test('a light of the inventory falls on the grid where the mesh puts its plan place, within a centimetre', () => {
  const g = fitSiteToGrid()
  for (const feature of full.streetlights.features) {
    const post = plan.streetlights.find((p) => p.id === feature.id)!
    const [x, y] = planToSite(post.x, post.y)
    if (feature.geometry.type !== 'Point') throw new Error('a light is a point')
    const [longitude, latitude, ...height] = feature.geometry.coordinates
    const at = lonLatToGrid({ longitude, latitude })
    expect(Math.hypot(at.easting - (g.e0 + g.ex * x + g.ey * y), at.northing - (g.n0 + g.nx * x + g.ny * y))).toBeLessThan(0.01)
    // The mesh says how high the ground is.
    expect(height).toEqual([])
  }
})

test('names and numbers of people are masked', () => {
  const people = full.grids.features.map((f) => f.properties)
  for (const p of people) {
    expect(p.officer).toContain('*')
    expect(p.phone).toContain('****')
  }
  for (const f of full.buildings.features) if (f.properties.owner) expect(f.properties.owner).toContain('*')
})

test('the small window lists what stands in it and nothing else', () => {
  const small = makeInventories(plan, CAPTURE_SIZES.small.window)
  expect(small.streetlights.features.length).toBeGreaterThan(2)
  expect(small.streetlights.features.length).toBeLessThan(full.streetlights.features.length / 4)
  expect(small.sluice.features).toEqual([])
})
