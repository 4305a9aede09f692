import { expect, test } from 'vitest'
import { createHistoryBudget, MOST_HISTORIES } from './history.ts'

const refused = expect.objectContaining({ code: 'too-many-requests' })

test('two histories of one viewer run at a time, a third is refused until one has ended', () => {
  expect(MOST_HISTORIES).toBe(2)
  const budget = createHistoryBudget()
  const first = budget.begin('li')
  const second = budget.begin('li')
  expect(() => budget.begin('li')).toThrow(refused)
  first()
  const third = budget.begin('li')
  expect(() => budget.begin('li')).toThrow(refused)
  second()
  third()
  for (const end of [budget.begin('li'), budget.begin('li')]) end()
})

test('each viewer has a budget of its own', () => {
  const budget = createHistoryBudget(1)
  budget.begin('li')
  expect(() => budget.begin('li')).toThrow(refused)
  budget.begin('wang')()
  const end = budget.begin('zhao')
  budget.begin('wang')
  end()
  for (const who of ['li', 'wang']) expect(() => budget.begin(who)).toThrow(refused)
})
