import { describe, expect, test } from 'vitest'
import { CONTRACT_CASES, kind } from '../../../../e2e/engine/contract-cases.ts'
import { patchOf } from '../../../../e2e/engine/patches.ts'
import { liveClock } from '../live/clock.ts'
import { createNullEngine } from './null/null-engine.ts'

const fetch = () => Promise.reject(new Error('the null engine asked for something'))

describe('the null engine', () => {
  test.each(CONTRACT_CASES)('$name', ({ run }) => run((options) => createNullEngine({ ...options, fetch })))

  const engine = () =>
    createNullEngine({
      origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' },
      view: { longitude: 117.83, latitude: 37.249, heightEllipsoidalMeters: 106, headingDeg: 0, pitchDeg: -45 },
      clock: liveClock(0, 0),
      theme: 'dark',
      pickMarkers: async () => [],
      fetch,
    })

  test('records what it was asked', () => {
    const it = engine()
    it.mount({ type: 'markers', layer: 'things', kind }).patch(patchOf([{ enu: [0, 0, 0] }]))
    expect(it.calls.map(({ name }) => name)).toEqual(['mount', 'patch'])
    expect(it.mounted.size).toBe(1)
    it.dispose()
    expect(it.mounted.size).toBe(0)
  })
  test.each([
    ['whose runs touch', { runs: Uint32Array.of(0, 1, 1, 1), words: new Uint32Array(16), slots: 2 }, /touches/],
    ['with too few words', { words: new Uint32Array(4) }, /4 words for 1 slots/],
    ['that ends behind its slots', { slots: 0 }, /ends at slot 1, of 0/],
    ['of another layer', { layer: 'others' }, /came to layer "things"/],
    ['that is the first and not whole', { whole: false }, /not whole/],
  ])('refuses a patch %s', (_, over, sentence) => {
    const markers = engine().mount({ type: 'markers', layer: 'things', kind })
    expect(() => markers.patch({ ...patchOf([{ enu: [0, 0, 0] }]), ...over })).toThrow(sentence)
  })
  test('refuses a new time base that does not bring all slots', () => {
    const markers = engine().mount({ type: 'markers', layer: 'things', kind })
    markers.patch(patchOf([{ enu: [0, 0, 0] }]))
    expect(() => markers.patch(patchOf([{ enu: [0, 0, 0] }], { whole: false, timeBaseMs: 1000 }))).toThrow(/time base/)
  })
})
