import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeenWindow, forget, forgetAll, hashText, LOOSE, seenBefore } from './seen.ts'

const never = () => {
  throw new Error('a record with a boot needs no hash')
}
const hear = (...records: [boot: number, seq: number][]) => {
  const window = createSeenWindow()
  return records.map(([boot, seq]) => seenBefore(window, 0, boot, seq, never, 0))
}

test('the same record a second time is a repeat', () => expect(hear([1, 5], [1, 5])).toEqual(['new', 'repeat']))

test('a late record inside the window is new, once', () => expect(hear([1, 70], [1, 20], [1, 20])).toEqual(['new', 'new', 'repeat']))

test('a seq of 0 after a new boot is no replay', () => expect(hear([1, 900], [2, 0])).toEqual(['new', 'new']))

test('what lies behind the window is left to the store', () => expect(hear([1, 64], [1, 0], [0, 7])).toEqual(['new', 'unsure', 'unsure']))

test('each slot has its own window, also past the first size', () => {
  const window = createSeenWindow()
  expect([0, 500, 0, 500].map((slot) => seenBefore(window, slot, 1, 1, never, 0))).toEqual(['new', 'new', 'repeat', 'repeat'])
})

test('without a boot a record is known by its hash', () => {
  const window = createSeenWindow()
  const said = (text: string) => seenBefore(window, 0, -1, 4, () => hashText(text), 0)
  expect([said('100 pressed'), said('100 pressed'), said('160 pressed')]).toEqual(['new', 'repeat', 'new'])
})

test('keeps no more hashes than it says', () => {
  const window = createSeenWindow()
  for (let t = 0; t < 1000; t++) seenBefore(window, 3, -1, -1, (row) => hashText(String(row)), t)
  expect(window.loose.get(3)?.length).toBe(LOOSE)
})

test('forgets an entity that is gone, or all', () => {
  const window = createSeenWindow()
  const said = (slot: number) => [seenBefore(window, slot, 1, 1, never, 0), seenBefore(window, slot, -1, -1, () => 7, 0)]
  said(0)
  said(1)
  forget(window, 0)
  expect([said(0), said(1)]).toEqual([
    ['new', 'new'],
    ['repeat', 'repeat'],
  ])
  forgetAll(window)
  expect([said(0), said(1)].flat()).toEqual(['new', 'new', 'new', 'new'])
})

test('answers like a set that remembers all, or says that it is unsure', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(200)), { maxLength: 200 }), (records) => {
      const window = createSeenWindow()
      const all = new Set<string>()
      for (const [boot, seq] of records) {
        const known = all.has(`${boot} ${seq}`)
        all.add(`${boot} ${seq}`)
        const said = seenBefore(window, 0, boot, seq, never, 0)
        if (said !== 'unsure') expect(said).toBe(known ? 'repeat' : 'new')
      }
    }),
  )
})
