import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeenWindow, forget, hashText, LOOSE, seenBefore } from './seen.ts'

const never = () => {
  throw new Error('a record with a boot needs no hash')
}
const hear = (...records: [boot: number, seq: number][]) => {
  const window = createSeenWindow()
  return records.map(([boot, seq]) => seenBefore(window, 'Wristband', 'W-1', boot, seq, never))
}

test('the same record a second time is a repeat', () => expect(hear([1, 5], [1, 5])).toEqual(['new', 'repeat']))

test('a late record inside the window is new, once', () => expect(hear([1, 70], [1, 20], [1, 20])).toEqual(['new', 'new', 'repeat']))

test('a seq of 0 after a new boot is no replay', () => expect(hear([1, 900], [2, 0])).toEqual(['new', 'new']))

test('what lies behind the window is left to the store', () => expect(hear([1, 64], [1, 0], [0, 7])).toEqual(['new', 'unsure', 'unsure']))

test('two entities with one id in two kinds have two windows', () => {
  const window = createSeenWindow()
  seenBefore(window, 'Wristband', 'A', 1, 1, never)
  expect(seenBefore(window, 'Streetlight', 'A', 1, 1, never)).toBe('new')
})

test('without a boot a record is known by its hash', () => {
  const window = createSeenWindow()
  const said = (text: string) => seenBefore(window, 'Wristband', 'W-1', -1, 4, () => hashText(text))
  expect([said('100 pressed'), said('100 pressed'), said('160 pressed')]).toEqual(['new', 'repeat', 'new'])
})

test('keeps no more hashes than it says', () => {
  const window = createSeenWindow()
  for (let t = 0; t < 1000; t++) seenBefore(window, 'K', 'a', -1, -1, () => hashText(String(t)))
  expect(window.entities.get('K')?.get('a')?.loose?.length).toBe(LOOSE)
})

test('forgets an entity that is gone', () => {
  const window = createSeenWindow()
  seenBefore(window, 'K', 'a', 1, 1, never)
  forget(window, 'K', 'a')
  expect(seenBefore(window, 'K', 'a', 1, 1, never)).toBe('new')
})

test('answers like a set that remembers all, or says that it is unsure', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(200)), { maxLength: 200 }), (records) => {
      const window = createSeenWindow()
      const all = new Set<string>()
      for (const [boot, seq] of records) {
        const known = all.has(`${boot} ${seq}`)
        all.add(`${boot} ${seq}`)
        const said = seenBefore(window, 'K', 'a', boot, seq, never)
        if (said !== 'unsure') expect(said).toBe(known ? 'repeat' : 'new')
      }
    }),
  )
})
