import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Envelope } from '../record/envelope.ts'
import { type Place, stepTo } from './place.ts'

const at: Place = { streamId: 's', n: 7 }
const envelope = (more: Partial<Envelope>): Envelope => ({ streamId: 's', n: 8, serverTimeMs: 0, ...more })

test.each<[string, Partial<Envelope>, string]>([
  ['what follows', { from: 8 }, 'take'],
  ['what follows, up to any later time', { from: 8, n: 1_764_046_801_150 }, 'take'],
  ['a gap', { from: 9, n: 9 }, 'resync'],
  ['what ends before it begins', { from: 8, n: 7 }, 'resync'],
  ['a time that was taken', { from: 7, n: 7 }, 'resync'],
  ['an overlap', { from: 6, n: 9 }, 'resync'],
  ['a heartbeat that repeats the last n', { n: 7 }, 'pass'],
  ['a heartbeat ahead of us', { n: 8 }, 'resync'],
  ['a heartbeat of a server that went back', { n: 3 }, 'resync'],
  ['another stream', { streamId: 'other', from: 8 }, 'resync'],
  ['a snapshot, of any stream and place', { streamId: 'other', n: 1, snapshot: true }, 'take'],
])('%s', (_, more, step) => expect(stepTo(at, envelope(more))).toBe(step))

test('before the first snapshot nothing else is taken', () => expect(stepTo(null, envelope({ from: 8 }))).toBe('resync'))

test('whatever is lost on the way, no time is passed over unseen', () => {
  const kept = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), { maxLength: 40 })
  fc.assert(
    fc.property(kept, (sent) => {
      let place: Place = { streamId: 's', n: 0 }
      let last = 0
      for (const [length, arrives] of sent) {
        const from = last + 1
        last += length
        if (!arrives) continue
        const step = stepTo(place, envelope({ from, n: last }))
        expect(step).toBe(from === place.n + 1 ? 'take' : 'resync')
        place = { streamId: 's', n: last }
      }
    }),
  )
})
