import { expect, test } from 'vitest'
import { type LiveTile, LOADED, QUEUED } from './live-tile.ts'
import { isShutOut } from './shut-out.ts'

interface Told {
  readonly used?: boolean
  readonly renders?: boolean
  readonly state?: number
}
/** From the root down; answers the last. */
const below = (...told: Told[]): LiveTile =>
  told.reduce<LiveTile | null>(
    (parent, { used = true, renders = true, state = 0 }) =>
      ({ parent, internal: { hasRenderableContent: renders, loadingState: state }, traversal: { used } }) as unknown as LiveTile,
    null,
  )!
const shutOut = (tile: LiveTile, ...visible: (LiveTile | null)[]) => isShutOut(tile, new Set(visible as LiveTile[]))

test('a child of a parent that has not come, or is on its way, is shut out', () => {
  expect(shutOut(below({}, { state: LOADED }))).toBe(true)
  expect(shutOut(below({ state: QUEUED }, {}))).toBe(true)
  expect(shutOut(below({}, { state: LOADED }, {}))).toBe(true)
})

test('none is where something is drawn, itself or above it', () => {
  const tile = below({}, { state: LOADED }, { state: LOADED })
  expect(shutOut(tile, tile)).toBe(false)
  expect(shutOut(tile, tile.parent)).toBe(false)
  expect(shutOut(tile, tile.parent!.parent)).toBe(false)
})

test('none waits for a parent that is there, that draws nothing, or that the view does not use', () => {
  expect(shutOut(below({ state: LOADED }, {}))).toBe(false)
  expect(shutOut(below({ renders: false }, {}))).toBe(false)
  expect(shutOut(below({ used: false }, {}))).toBe(false)
  expect(shutOut(below({}))).toBe(false)
})
