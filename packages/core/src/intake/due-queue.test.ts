import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDue, createDueQueue, type Due } from './due-queue.ts'

const due = (dueMs: number, more: Partial<Due> = {}): Due => ({ dueMs, kind: 'B', id: 'B-1', rule: 'r', ...more })

test('gives all that is due, and takes out just that, whatever came in which order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40 }), fc.array(fc.nat(20), { maxLength: 4 }), (times, looks) => {
      const queue = createDueQueue()
      let left = times.map((ms, i) => due(ms, { id: `B-${i}` }))
      for (const each of left) queue.push(each)
      for (const nowMs of looks) {
        const now = left.filter(({ dueMs }) => dueMs <= nowMs).sort(compareDue)
        expect(queue.until(nowMs).sort(compareDue)).toEqual(now)
        expect(queue.size()).toBe(left.length)
        expect(queue.drop(nowMs).sort(compareDue)).toEqual(now)
        left = left.filter(({ dueMs }) => dueMs > nowMs)
        expect(queue.size()).toBe(left.length)
      }
    }),
  )
})

test('orders by time, then by what it is about; a rule before the alarm that it raised', () => {
  const all = [due(1, { kind: 'C' }), due(1, { id: 'B-2' }), due(1, { rule: 's' }), due(1, { alarm: 'a-1' }), due(1), due(0, { kind: 'Z' })]
  const sorted = [...all].sort(compareDue)
  sorted.forEach((a, i) => {
    for (const [j, b] of sorted.entries()) expect(Math.sign(compareDue(a, b))).toBe(Math.sign(i - j))
  })
  expect(sorted).toEqual([all[5], all[4], all[3], all[2], all[1], all[0]])
})
