import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSlots, endSlot, freeTold, idOf, takeSlot, tellEnded } from './slots.ts'

test('an entity keeps its slot', () => {
  const slots = createSlots()
  expect([takeSlot(slots, 'a'), takeSlot(slots, 'b'), takeSlot(slots, 'a')]).toEqual([0, 1, 0])
})

test('a slot that ended is not reused before its patch came back', () => {
  const slots = createSlots()
  takeSlot(slots, 'a')
  endSlot(slots, 0)
  expect(takeSlot(slots, 'b')).toBe(1)
  expect(tellEnded(slots)).toEqual([0, 0])
  expect(takeSlot(slots, 'c')).toBe(2)
  freeTold(slots)
  expect(takeSlot(slots, 'd')).toBe(0)
})

test('a handle of the entity before is refused, at once and after reuse', () => {
  const slots = createSlots()
  takeSlot(slots, 'a')
  expect(idOf(slots, 0, 0)).toBe('a')
  endSlot(slots, 0)
  expect([idOf(slots, 0, 0), idOf(slots, 0, 1)]).toEqual([null, null])
  tellEnded(slots)
  freeTold(slots)
  takeSlot(slots, 'b')
  expect([idOf(slots, 0, 0), idOf(slots, 0, 1), idOf(slots, 7, 0)]).toEqual([null, 'b', null])
})

test('grows past its first size with generations kept', () => {
  const slots = createSlots()
  takeSlot(slots, 'first')
  endSlot(slots, 0)
  for (let i = 0; i < 100; i++) takeSlot(slots, `e${i}`)
  expect([slots.generation[0], slots.generation[100]]).toEqual([1, 0])
})

test('has room for 16, doubles it for the 17th, and knows that one at once', () => {
  const slots = createSlots()
  for (let i = 0; i < 16; i++) takeSlot(slots, `e${i}`)
  expect([slots.generation.length, idOf(slots, 15, 0), idOf(slots, 16, 0)]).toEqual([16, 'e15', null])
  takeSlot(slots, 'e16')
  expect([slots.generation.length, idOf(slots, 16, 0)]).toEqual([32, 'e16'])
})

test('a slot that none ever had, or that ended already, does not end', () => {
  const slots = createSlots()
  takeSlot(slots, 'a')
  endSlot(slots, 0)
  endSlot(slots, 0)
  endSlot(slots, 1)
  expect([slots.ended, slots.generation[0], slots.generation[1], idOf(slots, 1, 0)]).toEqual([[0, 0], 1, 0, null])
})

test('tells each end once, frees only what was told, and gives the slot freed last first', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ take: fc.nat(9) }) },
    { weight: 4, arbitrary: fc.record({ end: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.constant('tell' as const) },
    { weight: 1, arbitrary: fc.constant('free' as const) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const slots = createSlots()
      const ids: (string | null)[] = []
      const generations: number[] = []
      let [ended, told, free]: [number[][], number[][], number[]] = [[], [], []]
      for (const each of steps) {
        if (each === 'tell') {
          expect(tellEnded(slots)).toEqual(ended.flat())
          told.push(...ended)
          ended = []
        } else if (each === 'free') {
          freeTold(slots)
          free.push(...told.map(([slot]) => slot!))
          told = []
        } else if ('take' in each) {
          const id = `e${each.take}`
          let slot = ids.indexOf(id)
          if (slot < 0) slot = free.pop() ?? ids.length
          expect(takeSlot(slots, id)).toBe(slot)
          ids[slot] = id
          generations[slot] ??= 0
        } else if (typeof ids[each.end] === 'string') {
          endSlot(slots, each.end)
          ids[each.end] = null
          ended.push([each.end, generations[each.end]!++])
        } else endSlot(slots, each.end)
      }
      expect(slots).toMatchObject({ ids, ended: ended.flat(), told: told.flat(), free })
      expect(Array.from(slots.generation.subarray(0, ids.length))).toEqual(generations)
      expect(slots.slotOf).toEqual(new Map(ids.flatMap((id, slot) => (id === null ? [] : [[id, slot] as const]))))
    }),
  )
})
