import { expect, test } from 'vitest'
import { doc, NOW_MS, person } from '../../test/fake-twin.ts'
import { chosenOf, isStopped, liveness, namedView } from './viewer-model.ts'

const live = (...feeds: [state: 'connecting' | 'live' | 'lost' | 'refused' | 'signed-out', agoMs: number | null][]) =>
  liveness(
    {
      doc: { ...doc, feeds: feeds.map((_, i) => ({ ...doc.feeds[0]!, id: `${i}` })) },
      health: {
        feeds: feeds.map(([state, agoMs], i) => ({ id: `${i}`, state, error: null, heardMs: agoMs === null ? null : NOW_MS - agoMs })),
        layers: [],
        clockOffsetMs: 0,
      },
    },
    NOW_MS,
  )

test('is as live as its worst feed', () => {
  expect(live(['live', 1_000], ['live', 2_000]).state).toBe('live')
  expect(live(['live', 1_000], ['lost', 2_000]).state).toBe('offline')
  expect(live(['live', 1_000], ['refused', null], ['lost', 9]).state).toBe('refused')
  expect(live(['live', 1_000], ['signed-out', null]).state).toBe('signed-out')
})
test('tells the age of the newest word', () => expect(live(['live', 9_000], ['live', 2_000]).heardMs).toBe(NOW_MS - 2_000))
test('does not call a short break offline, nor a first connect', () => {
  expect(live(['connecting', 1_000]).state).toBe('connecting')
  expect(live(['connecting', null]).state).toBe('connecting')
  expect(live(['connecting', 4_000]).state).toBe('offline')
})
test('has nothing to say of a twin without feeds', () => expect(live().state).toBe('none'))
test('knows when nothing new comes by itself', () => {
  expect(isStopped(live(['lost', 1]))).toBe(true)
  expect(isStopped(live(['live', 1]))).toBe(false)
})
test('names what was chosen, or the alarm alone', () => {
  expect(chosenOf({ selected: person(), alarmOpen: { feed: 'town', id: 'a' } })).toMatchObject({ id: 'w-1', alarm: null })
  expect(chosenOf({ selected: null, alarmOpen: { feed: 'town', id: 'a' } })).toEqual({
    layer: null,
    kind: null,
    id: null,
    alarm: { feed: 'town', id: 'a' },
  })
  expect(chosenOf({ selected: null, alarmOpen: null })).toBeNull()
})
test('refuses a view that the document lacks, and names those it has', () =>
  expect(() => namedView(doc, 'roof')).toThrow('no view roof; name one of its views: home'))
