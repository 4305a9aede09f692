import { Mesh, MeshBasicMaterial, PlaneGeometry, type Raycaster } from 'three'
import { describe, expect, test } from 'vitest'
import { MeshProbe } from './mesh-probe.ts'

/** Level sheets of 100 × 100 m at heights, as a mesh has roof, canopy and ground. */
function probe(...heights: number[]) {
  const sheets = heights.map((height) => {
    const sheet = new Mesh(new PlaneGeometry(100, 100), new MeshBasicMaterial())
    sheet.position.z = height
    sheet.updateMatrixWorld(true)
    return sheet
  })
  return new MeshProbe({ raycast: (raycaster: Raycaster) => raycaster.intersectObjects(sheets)[0] ?? null })
}

describe('the heights under and over a place', () => {
  test('are the nearest below', () => expect(probe(0, 8).heights([0, 0, 20])).toEqual([8]))
  test('are the ground where a canopy is above', () => expect(probe(0, 8).heights([0, 0, 4])).toEqual([0]))
  test('are the lowest above where nothing is below', () => expect(probe(18, 25).heights([0, 0, 4])[0]).toBeCloseTo(18, 6))
  test('are none beside the mesh', () => expect(probe(0).heights([80, 0, 4])).toEqual([]))
})

describe('a marker', () => {
  const at = (slot: number, enu: [number, number, number], alarm = false) => ({
    handle: { layer: 'l', slot, generation: 0 },
    enu,
    underPointer: true,
    distancePx: 0,
    alarm,
  })
  const eye = [0, 0, 30] as const
  test('on the mesh is not hidden by it', () => expect(probe(0).hides(eye, [10, 10, 0])).toBe(false))
  test('that stands a metre in an erring mesh is not hidden', () => expect(probe(0).hides(eye, [10, 10, -1])).toBe(false))
  test('under the mesh is hidden', () => expect(probe(0).hides(eye, [10, 10, -10])).toBe(true))
  test('that is seen is chosen before a hidden one; an alarm and a lone one all the same', () => {
    const [hidden, seen] = [at(1, [10, 10, -10]), at(2, [10, 10, 0])]
    expect(probe(0).choose([hidden, seen], eye)).toBe(seen)
    expect(probe(0).choose([hidden], eye)).toBe(hidden)
    const alarm = at(3, [10, 10, -10], true)
    expect(probe(0).choose([alarm, seen], eye)).toBe(alarm)
    expect(probe(0).choose([], eye)).toBeNull()
  })
})
