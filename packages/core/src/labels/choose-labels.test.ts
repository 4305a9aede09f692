import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlateView } from '../live/plate.ts'
import { plateAt } from '../live/plate.ts'
import { CHIP_HEIGHT_PX, chipOffsetPx, chipWidthPx } from './chip.ts'
import { chooseLabels, type LabelCandidate, MOST_LABELS } from './choose-labels.ts'

/** Looks north, 90° wide: at 100 m north one metre is two px. */
const view: PlateView = { viewProjection: [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, -1, 0], width: 400, height: 400 }
let slot = 0
const label = (text: string, over: Partial<LabelCandidate> = {}): LabelCandidate => ({
  handle: { layer: 'l', slot: slot++, generation: 0 },
  text,
  priority: 0,
  shape: 'circle',
  enu: [0, 100, 0],
  selected: false,
  heardMs: 0,
  ...over,
})
const texts = (candidates: LabelCandidate[], options = {}) => chooseLabels(candidates, { view, ...options }).map((each) => each.text)

describe('labels', () => {
  test('come in the order alarm by priority, selected, facility', () => {
    const far = (n: number): Partial<LabelCandidate> => ({ enu: [-60, 100, n * 30 - 60] })
    expect(
      texts([
        label('house', far(0)),
        label('picked', { ...far(1), selected: true }),
        label('blue', { ...far(2), priority: 4 }),
        label('red', { ...far(3), priority: 1 }),
      ]),
    ).toEqual(['red', 'blue', 'picked', 'house'])
  })
  test('of one priority: the newest first', () => {
    const at = (n: number, heardMs: number): Partial<LabelCandidate> => ({ enu: [-60, 100, n * 40], priority: 2, heardMs })
    expect(texts([label('old', at(0, 1)), label('new', at(1, 2))])).toEqual(['new', 'old'])
  })
  test('say nothing of a dot, but of one that is selected or has an alarm', () => {
    const far = (n: number): Partial<LabelCandidate> => ({ enu: [-60, 100, n * 30 - 60], dotBeyondMeters: 99 })
    const all = [label('dot', far(0)), label('picked', { ...far(1), selected: true }), label('alarm', { ...far(2), priority: 4 })]
    expect(texts([...all, label('near', { enu: [-60, 100, 40], dotBeyondMeters: 100 })])).toEqual(['alarm', 'picked', 'near'])
  })
  test('are 24 at most, those of the worst alarms', () => {
    const wide: PlateView = { ...view, width: 4000, height: 4000 }
    const many = Array.from({ length: 30 }, (_, i) =>
      label(`L-${i}`, { enu: [(i % 6) * 12 - 30, 100, Math.floor(i / 6) * 12 - 24], priority: i < 5 ? 2 : 3 }),
    )
    const shown = chooseLabels([...many].reverse(), { view: wide })
    expect([shown.length, shown.slice(0, 5).every(({ priority }) => priority === 2)]).toEqual([24, true])
  })
  test('say nothing of what a card is open for', () => {
    const open = label('open')
    expect(texts([open], { cardOf: open.handle })).toEqual([])
  })
  test('go to the left where the right is taken', () => {
    const [first, second] = chooseLabels([label('a'), label('b', { enu: [0, 100, 4] })], { view })
    expect([first!.side, second!.side]).toEqual(['right', 'left'])
    const [edge] = chooseLabels([label('at the right edge', { enu: [80, 100, 0] })], { view })
    expect(edge!.side).toBe('left')
  })
  test('leave out a second one on the same place, but never a red alarm', () => {
    expect(texts([label('a'), label('b')]).length).toBe(2) // one on each side
    expect(texts([label('a'), label('b'), label('c')]).length).toBe(2)
    const reds = [1, 2, 3, 4].map((n) => label(`red ${n}`, { priority: 1, heardMs: -n }))
    expect(texts(reds)).toEqual(['red 1', 'red 2', 'red 3', 'red 4'])
  })
  test('of what is under a panel are left out', () => {
    const covered = [{ x: 0, y: 0, width: 100, height: 400 }]
    expect(texts([label('under', { enu: [-80, 100, 0], priority: 1 }), label('beside')], { covered })).toEqual(['beside'])
  })
  test('keep out from under a panel, a red one too where there is room', () => {
    const covered = [{ x: 230, y: 0, width: 170, height: 400 }]
    for (const priority of [1, 2] as const) expect(chooseLabels([label('a', { priority })], { view, covered })[0]!.side).toBe('left')
    // Both sides are taken by a chip, one of them by a panel too.
    const red = label('second', { priority: 1, heardMs: -1 })
    expect(chooseLabels([label('first', { priority: 1 }), red], { view, covered }).map(({ side }) => side)).toEqual(['left', 'left'])
  })
  test('never lie on each other, whatever comes, and are at most 24', () => {
    const some = fc.array(
      fc.record({ e: fc.integer({ min: -90, max: 90 }), u: fc.integer({ min: -90, max: 90 }), priority: fc.constantFrom(0, 2, 3, 4) }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(some, (places) => {
        const candidates = places.map(({ e, u, priority }) =>
          label('井盖 J-118', { enu: [e, 100, u], priority: priority as 0 | 2 | 3 | 4 }),
        )
        const shown = chooseLabels(candidates, { view })
        expect(shown.length).toBeLessThanOrEqual(MOST_LABELS)
        const boxes = shown.map(({ handle, text, priority, side }) => {
          const { enu } = candidates.find((each) => each.handle === handle)!
          const { x, y } = plateAt(view, enu, 'circle', priority)!
          const [offset, width] = [chipOffsetPx('circle', priority, false), chipWidthPx(text, priority)]
          return { left: side === 'left' ? x - offset - width : x + offset, top: y - CHIP_HEIGHT_PX / 2, width }
        })
        for (const [i, a] of boxes.entries()) {
          expect(a.left).toBeGreaterThanOrEqual(0)
          expect(a.left + a.width).toBeLessThanOrEqual(400)
          for (const b of boxes.slice(i + 1)) {
            const apart = a.left + a.width + 2 <= b.left || b.left + b.width + 2 <= a.left || Math.abs(a.top - b.top) >= CHIP_HEIGHT_PX + 2
            expect(apart).toBe(true)
          }
        }
      }),
    )
  })
})
