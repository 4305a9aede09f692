import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { property } from '../../../../../test/property.ts'
import { enuFrame, enuToGeodetic, geodeticToEnu } from '../../geo/enu.ts'
import { FARTHEST_METERS, HIGHEST_METERS, Rig, type RigPorts } from './rig.ts'
import { distance } from './vector.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, datum: 'CGCS2000' as const }
const frame = enuFrame(origin)
const view = { longitude: 117.83, latitude: 37.248, heightEllipsoidalMeters: 156, headingDeg: 0, pitchDeg: -35 }

/** Flat ground at the origin's height, with a house of 20 m on 50..100 m east and north. */
const roof = (e: number, n: number) => (e > 50 && e < 100 && n > 50 && n < 100 ? 20 : 0)
function rigOverVillage(ports: Partial<RigPorts> = {}) {
  let moves = 0
  const rig = new Rig(view, {
    frame,
    meetMesh: (eye, ray) => (ray[2] < -0.01 && eye[2] / -ray[2] < 5000 ? eye[2] / -ray[2] : null),
    meshHeights: ([e, n]) => (Math.hypot(e, n) < 3000 ? [roof(e, n)] : []),
    moved: () => void moves++,
    ...ports,
  })
  rig.setSize(800, 500)
  return { rig, moves: () => moves }
}
const num = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const at = (rig: Rig, enu: readonly [number, number, number]) => rig.project(enu)!

describe('a gesture', () => {
  property('drags the ground with the pointer', [num(0, 800), num(150, 500), num(0, 800), num(150, 500)], (x0, y0, x, y) => {
    const { rig } = rigOverVillage()
    const grab = rig.grab(x0, y0)
    rig.pan(grab, x, y)
    const p = at(rig, grab.anchor)
    expect(Math.hypot(p.x - x, p.y - y)).toBeLessThan(0.05)
  })
  property('zooms to the point under the pointer, which stays there', [num(0, 800), num(100, 500), num(0.3, 3)], (x, y, factor) => {
    const { rig } = rigOverVillage()
    const { anchor, pose } = rig.grab(x, y)
    rig.zoomAt(x, y, factor)
    const p = at(rig, anchor)
    expect(Math.hypot(p.x - x, p.y - y)).toBeLessThan(0.05)
    expect(distance(rig.pose.enu, anchor) / distance(pose.enu, anchor)).toBeCloseTo(factor, 3)
  })
  test('orbits about the grabbed point and keeps its distance', () => {
    const { rig } = rigOverVillage()
    const grab = rig.grab(500, 300)
    rig.orbit(grab, 1, -0.3)
    expect(at(rig, grab.anchor).x).toBeCloseTo(500, 2)
    expect(at(rig, grab.anchor).y).toBeCloseTo(300, 2)
    expect(distance(rig.pose.enu, grab.anchor)).toBeCloseTo(distance(grab.pose.enu, grab.anchor), 4)
  })
  test('of two fingers moves, zooms and twists at once about what is between them', () => {
    const { rig } = rigOverVillage()
    const grab = rig.grab(400, 300)
    rig.pinch(grab, { x: 450, y: 320, factor: 0.5, headingRad: 0.5 })
    expect(at(rig, grab.anchor).x).toBeCloseTo(450, 2)
    expect(at(rig, grab.anchor).y).toBeCloseTo(320, 2)
  })
  test('asks for a frame', () => {
    const { rig, moves } = rigOverVillage()
    rig.panBy(10, 0)
    expect(moves()).toBe(1)
  })
})

describe('the camera', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('zoom' as const), x: num(0, 800), y: num(0, 500), by: num(0.01, 20) }),
    fc.record({ do: fc.constant('pan' as const), x: num(-800, 800), y: num(-500, 500), by: fc.constant(0) }),
    fc.record({ do: fc.constant('orbit' as const), x: num(-4, 4), y: num(-3, 3), by: fc.constant(0) }),
  )
  property('is never under the ground or in a house, whatever is done to it', [fc.array(step, { maxLength: 30 })], (steps) => {
    const { rig } = rigOverVillage()
    for (const each of steps) {
      if (each.do === 'zoom') rig.zoomAt(each.x, each.y, each.by)
      else if (each.do === 'pan') rig.panBy(each.x, each.y)
      else rig.orbitBy(each.x, each.y)
      const [e, n, u] = rig.pose.enu
      if (Math.hypot(e, n) < 3000) expect(u).toBeGreaterThan(roof(e, n) + 1.99)
      // Above the ground or the roof that was met last, which is up to some tens of metres over the origin.
      expect(rig.view.heightEllipsoidalMeters).toBeLessThan(HIGHEST_METERS + 100)
      expect(Math.hypot(e, n)).toBeLessThan(FARTHEST_METERS + 0.001)
      expect(rig.pose.enu.every(Number.isFinite)).toBe(true)
    }
  })
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])('stays where it is when it is sent nowhere: %s', async (wrong) => {
    const { rig } = rigOverVillage()
    const began = rig.pose
    await rig.flyTo({ ...view, longitude: wrong }, { durationMs: 0 })
    await rig.flyTo({ ...view, headingDeg: wrong === 1e300 ? Number.NaN : wrong }, { durationMs: 0 })
    await rig.zoomBy(wrong)
    rig.zoomAt(wrong, 10, 0.5)
    expect([rig.pose.enu.every(Number.isFinite), rig.state.viewProjection.every(Number.isFinite)]).toEqual([true, true])
    if (wrong !== 1e300) expect(rig.pose).toEqual(began)
  })
  test('is lifted when finer tiles come up to it', () => {
    let ground = 0
    const { rig, moves } = rigOverVillage({ meshHeights: () => [ground] })
    ground = 200
    rig.settle()
    expect(rig.pose.enu[2]).toBeCloseTo(202, 1)
    expect(moves()).toBe(1)
  })
  test('stays below a guess that no mesh has confirmed', async () => {
    const { rig } = rigOverVillage({ meshHeights: () => [], meetMesh: () => null })
    await rig.flyTo({ ...view, heightEllipsoidalMeters: -40 }, { durationMs: 0 })
    expect(rig.view.heightEllipsoidalMeters).toBeCloseTo(-40, 5)
  })
})

describe('beside panels', () => {
  const card = { x: 500, y: 150, width: 300, height: 350 }
  const target = { longitude: 117.832, latitude: 37.251, heightEllipsoidalMeters: 6 }

  test('a target comes to the middle of what is free', async () => {
    const { rig } = rigOverVillage()
    rig.setCovered([card])
    await rig.flyTo({ ...target, rangeMeters: 80 }, { durationMs: 0 })
    expect(at(rig, geodeticToEnu(frame, target)).x).toBeCloseTo(250, 3)
  })
  test('a view stays the camera that it says', async () => {
    const { rig } = rigOverVillage()
    rig.setCovered([card])
    await rig.flyTo(view, { durationMs: 0 })
    expect(rig.view.longitude).toBeCloseTo(view.longitude, 9)
  })
  test('the first view stands where the document says, and home is there, whatever panels cover', async () => {
    const { rig, moves } = rigOverVillage()
    const began = rig.pose
    rig.setCovered([card])
    rig.setCovered([{ ...card, x: 0 }])
    expect([rig.pose, moves()]).toEqual([began, 0])
    rig.panBy(50, 0)
    await rig.goHome({ durationMs: 0 })
    expect(rig.view.longitude).toBeCloseTo(view.longitude, 9)
    expect(rig.view.latitude).toBeCloseTo(view.latitude, 9)
  })
  test('what is seen stays, what is under a panel comes out at an equal distance', async () => {
    const { rig, moves } = rigOverVillage()
    rig.panBy(0, 0)
    rig.setCovered([card])
    const before = moves()
    const place = (x: number, y: number) => {
      const { longitude, latitude, heightEllipsoidalMeters } = enuToGeodetic(frame, rig.grab(x, y).anchor)
      return { longitude, latitude, heightEllipsoidalMeters }
    }
    await rig.reveal(place(300, 300))
    expect(moves()).toBe(before)
    const under = place(600, 400)
    const enu = geodeticToEnu(frame, under)
    const away = distance(rig.pose.enu, enu)
    await rig.reveal(under, { durationMs: 0 })
    expect(at(rig, enu).x).toBeCloseTo(250, 2)
    expect(distance(rig.pose.enu, enu)).toBeCloseTo(away, 3)
  })
  test('zoom and turn are about the middle of what is free', async () => {
    const { rig } = rigOverVillage()
    rig.panBy(0, 0)
    rig.setCovered([card])
    const { anchor } = rig.grab(250, 250)
    await rig.zoomBy(0.5)
    rig.orbitBy(1, 0)
    expect(at(rig, anchor).x).toBeCloseTo(250, 2)
  })
})

describe('a flight', () => {
  test('ends exactly at its view', async () => {
    const { rig } = rigOverVillage()
    const to = { longitude: 117.84, latitude: 37.26, heightEllipsoidalMeters: 300, headingDeg: 200, pitchDeg: -50 }
    const arrived = rig.flyTo(to)
    expect(rig.tick(1000)).toBe(true)
    expect(rig.tick(1500)).toBe(true)
    expect(rig.tick(2200)).toBe(false)
    expect(await arrived).toBe(true)
    expect(rig.view.longitude).toBeCloseTo(to.longitude, 8)
    expect(rig.view.headingDeg).toBeCloseTo(200, 6)
    expect(rig.view.pitchDeg).toBeCloseTo(-50, 6)
  })
  test('to a target sets it in the middle of the picture, from its range', async () => {
    const { rig } = rigOverVillage()
    const target = { longitude: 117.832, latitude: 37.251, heightEllipsoidalMeters: 6 }
    await rig.flyTo({ ...target, rangeMeters: 80 }, { durationMs: 0 })
    const enu = geodeticToEnu(frame, target)
    expect(at(rig, enu).x).toBeCloseTo(400, 3)
    expect(at(rig, enu).y).toBeCloseTo(250, 3)
    expect(distance(rig.pose.enu, enu)).toBeCloseTo(80, 3)
  })
  test('is cut short by a gesture', async () => {
    const { rig } = rigOverVillage()
    const arrived = rig.flyTo({ ...view, longitude: 117.84 })
    rig.tick(0)
    rig.panBy(5, 5)
    expect(await arrived).toBe(false)
    expect(rig.tick(100)).toBe(false)
  })
  test('turns the short way round', async () => {
    const { rig } = rigOverVillage()
    await rig.flyTo({ ...view, headingDeg: 350 }, { durationMs: 0 })
    void rig.flyTo({ ...view, headingDeg: 10 }, { durationMs: 1000 })
    rig.tick(0)
    rig.tick(500)
    expect(rig.view.headingDeg % 360).toBeCloseTo(0, 5)
  })
  test('to north keeps the middle of the picture', async () => {
    const { rig } = rigOverVillage()
    await rig.flyTo({ ...view, headingDeg: 77 }, { durationMs: 0 })
    const { anchor } = rig.grab(400, 250)
    await rig.faceNorth({ durationMs: 0 })
    expect(rig.view.headingDeg).toBeCloseTo(0, 6)
    expect(at(rig, anchor).x).toBeCloseTo(400, 2)
  })
  test('that turns or zooms keeps it all the way, and north is reached the short way', async () => {
    const { rig } = rigOverVillage()
    await rig.flyTo({ ...view, headingDeg: 300 }, { durationMs: 0 })
    const { anchor } = rig.grab(400, 250)
    const away = distance(rig.pose.enu, anchor)
    const north = rig.faceNorth({ durationMs: 600 })
    for (const ms of [0, 200, 300, 400]) {
      rig.tick(ms)
      expect(at(rig, anchor).y).toBeCloseTo(250, 2)
      expect(rig.view.headingDeg).toBeGreaterThanOrEqual(300 - 1e-6)
      expect(distance(rig.pose.enu, anchor)).toBeCloseTo(away, 3)
    }
    rig.tick(600)
    expect(await north).toBe(true)
    expect(rig.view.headingDeg).toBeCloseTo(0, 6)
    const nearer = rig.zoomBy(0.5, { durationMs: 250 })
    rig.tick(1000)
    rig.tick(1125)
    expect(distance(rig.pose.enu, anchor) / away).toBeCloseTo(0.5 ** 0.5, 3)
    rig.tick(1250)
    expect(await nearer).toBe(true)
    expect(distance(rig.pose.enu, anchor) / away).toBeCloseTo(0.5, 3)
  })
})

describe('home', () => {
  test('is where the camera stands until somebody moves it, whatever panels cover', () => {
    const { rig } = rigOverVillage()
    expect(rig.isAtHome).toBe(true)
    rig.setCovered([{ x: 0, y: 0, width: 300, height: 500 }])
    expect(rig.isAtHome).toBe(true)
    rig.setCovered([{ x: 500, y: 0, width: 300, height: 500 }])
    expect(rig.isAtHome).toBe(true)
    rig.panBy(0, 200)
    expect(rig.isAtHome).toBe(false)
  })
  test('is a view that is flown to as it stands, turned by no part of a degree', async () => {
    const { rig } = rigOverVillage()
    await rig.flyTo({ ...view, headingDeg: 0.01 }, { durationMs: 0 })
    expect(rig.isAtHome).toBe(false)
    await rig.flyTo({ ...view, pitchDeg: -35.01 }, { durationMs: 0 })
    expect(rig.isAtHome).toBe(false)
    await rig.flyTo(view, { durationMs: 0 })
    expect(rig.isAtHome).toBe(true)
  })
  test('moves, and the camera with it; the way home leads there from then on', async () => {
    const { rig, moves } = rigOverVillage()
    const before = moves()
    rig.moveHome({ ...view, longitude: 117.84, headingDeg: 90 })
    expect(moves()).toBe(before + 1)
    expect(rig.view).toMatchObject({ headingDeg: expect.closeTo(90, 6), longitude: expect.closeTo(117.84, 6) })
    expect(rig.isAtHome).toBe(true)
    rig.panBy(0, 100)
    await rig.goHome({ durationMs: 0 })
    expect(rig.view.longitude).toBeCloseTo(117.84, 6)
  })
})

describe('a thing that is followed', () => {
  const thing = { longitude: 117.831, latitude: 37.2505, heightEllipsoidalMeters: 6 }
  const enuOf = (at: typeof thing) => geodeticToEnu(frame, at)
  const walk = { ...thing, longitude: thing.longitude + 0.0004 }
  const fly = (rig: Rig, fromMs: number) => {
    for (let ms = fromMs; rig.tick(ms); ms += 100) if (ms > fromMs + 10_000) throw new Error('it never arrives')
  }
  const seen = (rig: Rig, at: typeof thing) => {
    const { x, y } = rig.project(enuOf(at))!
    return [Math.round(x), Math.round(y), Math.round(distance(rig.pose.enu, enuOf(at)))]
  }

  test('is in the middle of what panels leave free at its range, and stays there while it moves', async () => {
    const { rig } = rigOverVillage()
    const leash = rig.follow({ ...thing, rangeMeters: 40 })
    fly(rig, 0)
    expect([await leash.arrived, leash.holds, seen(rig, thing)]).toEqual([true, true, [400, 250, 40]])
    leash.moved(walk)
    fly(rig, 5_000)
    expect([leash.holds, seen(rig, walk)]).toEqual([true, [400, 250, 40]])
    // Also before it arrived.
    leash.moved(thing)
    rig.tick(20_000)
    rig.tick(20_100)
    leash.moved(walk)
    fly(rig, 20_200)
    expect(seen(rig, walk)).toEqual([400, 250, 40])
  })
  test('is reached though it moves before each frame that a slow machine draws', () => {
    const { rig } = rigOverVillage()
    const far = distance(rig.pose.enu, enuOf(thing))
    const leash = rig.follow({ ...thing, rangeMeters: 40 })
    for (const ms of [0, 900, 1_800]) {
      rig.tick(ms)
      leash.moved(thing)
    }
    expect(distance(rig.pose.enu, enuOf(thing))).toBeLessThan(far / 2)
  })
  test.each([
    ['a gesture', (rig: Rig) => rig.panBy(3, 0)],
    ['another flight', (rig: Rig) => void rig.flyTo(view)],
    ['a press of a zoom button', (rig: Rig) => void rig.zoomBy(0.5, { durationMs: 250 })],
    ['who began it', (_: Rig, end: () => void) => end()],
  ])('is let go of by %s, for good', (_, by) => {
    const { rig } = rigOverVillage()
    const leash = rig.follow({ ...thing, rangeMeters: 40 }, { durationMs: 0 })
    by(rig, leash.end)
    fly(rig, 0)
    const { pose } = rig
    leash.moved(walk)
    fly(rig, 9_000)
    expect([leash.holds, rig.pose]).toEqual([false, pose])
  })
  test('is not the one that was followed before', () => {
    const { rig } = rigOverVillage()
    const first = rig.follow({ ...thing, rangeMeters: 40 }, { durationMs: 0 })
    const second = rig.follow({ ...walk, rangeMeters: 40 }, { durationMs: 0 })
    first.moved(thing)
    first.end()
    expect([first.holds, second.holds, seen(rig, walk)]).toEqual([false, true, [400, 250, 40]])
  })
  test('is looked for again when finer mesh lifts the camera away from it', () => {
    let roofs = 0
    const { rig } = rigOverVillage({ meshHeights: () => [roofs] })
    const leash = rig.follow({ ...thing, rangeMeters: 40 }, { durationMs: 0 })
    roofs = 30
    rig.settle()
    expect([leash.holds, rig.view.pitchDeg < -45, seen(rig, thing)]).toEqual([true, true, [400, 250, 40]])
  })
})
