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
