import { wristband } from '@twinmap/layers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alarm } from '../../test/fake-twin.ts'
import { AlarmNews, NEWS } from './alarm-news.ts'

const kinds = new Map([['Wristband', wristband]])
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function news(locale: 'zh' | 'en' = 'zh') {
  const said: string[] = []
  const of = new AlarmNews((words) => said.push(words))
  return {
    said,
    of,
    hear: (...alarms: ReturnType<typeof alarm>[]) => of.hear(alarms, kinds, locale),
    /** Until the words that are on their way stand, and the next may come. */
    turn: () => vi.advanceTimersByTime(NEWS.clearedMs + NEWS.standsMs),
    /** Words alone, without the emptying before. */
    words: () => said.filter((each) => each !== ''),
  }
}

test('tells all that come together in one sentence, the worst first, and each once', () => {
  const { hear, turn, words } = news()
  const both = [alarm('low', { priority: 4, rule: 'batteryLow' }), alarm('sos')]
  hear(...both)
  turn()
  hear(...both)
  turn()
  expect(words()).toEqual(['2 条新告警：SOS 求助 张**；手环低电 张**'])
})
test('tells the second SOS of two that come one after the other, once the words of the first have stood', () => {
  const { hear, turn, words } = news('en')
  hear(alarm('a'))
  vi.advanceTimersByTime(NEWS.clearedMs)
  hear(alarm('a'), alarm('b', { name: '李**' }))
  vi.advanceTimersByTime(NEWS.standsMs - 1)
  expect(words()).toEqual(['New alarm: SOS 张**'])
  turn()
  expect(words().slice(1)).toEqual(['New alarm: SOS 李**'])
})
test('empties the region before it says the same words again, so that they are a change', () => {
  const { hear, turn, said } = news()
  hear(alarm('a'))
  turn()
  hear(alarm('a'), alarm('b'))
  turn()
  expect(said).toEqual(['', '新告警：SOS 求助 张**', '', '新告警：SOS 求助 张**'])
})
test('tells an alarm again when it happens again, with its number, and when nobody came', () => {
  const { hear, turn, words } = news('en')
  hear(alarm('a'))
  turn()
  hear(alarm('a', { count: 2 }))
  turn()
  hear(alarm('a', { count: 2, escalated: true }))
  turn()
  hear(alarm('a', { count: 2, escalated: true }))
  turn()
  expect(words()).toEqual(['New alarm: SOS 张**', 'New alarm: SOS 张**, 2 times', 'New alarm: SOS 张**, 2 times, escalated'])
})
test('tells a flood by its number, but names every SOS in its turn', () => {
  const { hear, turn, words } = news()
  const low = Array.from({ length: 40 }, (_, i) => alarm(`low-${i}`, { priority: 4, rule: 'batteryLow' }))
  const sos = ['a', 'b', 'c', 'd'].map((id) => alarm(id, { name: `${id}**` }))
  hear(...low, ...sos)
  turn()
  turn()
  turn()
  expect(words()).toEqual([
    '44 条新告警：SOS 求助 a**；SOS 求助 b**；SOS 求助 c**；另有 41 条',
    '41 条新告警：SOS 求助 d**；手环低电 张**；手环低电 张**；另有 38 条',
  ])
})
test('tells nothing of what was acknowledged', () => {
  const { hear, turn, words } = news()
  hear(alarm('sos', { state: 'acknowledged' }))
  turn()
  expect(words()).toEqual([])
})
test('takes its words back when no alarm is open any more, as after a sign-out, also those on their way', () => {
  const { hear, turn, said } = news()
  hear(alarm('sos'))
  hear()
  turn()
  expect(said.at(-1)).toBe('')
  hear(alarm('sos'))
  turn()
  expect(said.at(-1)).toContain('张')
  hear()
  expect([said.at(-1), vi.getTimerCount()]).toEqual(['', 0])
})
