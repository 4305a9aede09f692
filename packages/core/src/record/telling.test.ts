import { expect, test } from 'vitest'
import type { Told } from './record.ts'
import { createTelling, MOST_TOLD, MOST_TOLD_OF_BATCH } from './telling.ts'

const told = (index: number): Told => ({ index, code: 'record-invalid', message: `record ${index}` })

test('of one record 16 things are told in words, of a batch 100', () => expect([MOST_TOLD, MOST_TOLD_OF_BATCH]).toEqual([16, 100]))

test('the first ones are told in words, in their order, and the others counted', () => {
  const telling = createTelling(2)
  const after = () => [telling.told.map(({ index }) => index), telling.toldMore, telling.hasRoom()]
  expect(after()).toEqual([[], 0, true])
  telling.tell(told(5))
  expect(after()).toEqual([[5], 0, true])
  telling.tell(told(3))
  expect(after()).toEqual([[5, 3], 0, false])
  telling.tell(told(4))
  telling.tell(told(6))
  expect(after()).toEqual([[5, 3], 2, false])
})

test('what is only counted takes no room', () => {
  const telling = createTelling(1)
  telling.count(3)
  telling.count(4)
  expect([telling.toldMore, telling.hasRoom()]).toEqual([7, true])
})
