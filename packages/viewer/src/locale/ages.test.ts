import { expect, test } from 'vitest'
import { ageWords, agoWords, clockOffWords, clockWords, dayOf } from './ages.ts'

const MIN = 60_000

test.each([
  [8_400, '8 秒'],
  [59_999, '59 秒'],
  [64_000, '1 分'],
  [3 * 60 * MIN, '3 小时'],
  [50 * 60 * MIN, '2 天'],
  [-5_000, '0 秒'],
])('calls %i ms %s', (ms, words) => expect(ageWords(ms, 'zh')).toBe(words))

test('keeps the seconds of an exact age two digits wide, so that the line does not jump', () =>
  expect(ageWords(64_000, 'zh', 'exact')).toBe('1 分 04 秒'))
test('says how long ago in both languages', () => {
  expect(agoWords(22 * MIN, 'zh')).toBe('22 分钟前')
  expect(agoWords(8_000, 'en')).toBe('8 s ago')
  expect(agoWords(300, 'zh')).toBe('刚刚')
})
test('shows a clock in the zone of the twin, not of the machine', () => {
  const at = Date.UTC(2026, 9, 18, 6, 20)
  expect(clockWords(at, at, 'zh', 'Asia/Shanghai')).toBe('14:20')
  expect(clockWords(at, at, 'zh', 'Asia/Urumqi')).toBe('12:20')
})
test('writes midnight as 00:00', () => {
  const at = Date.UTC(2026, 9, 18, 16, 0)
  expect(clockWords(at, at, 'en', 'Asia/Shanghai')).toBe('00:00')
})
test('adds the day where it is not today in the zone of the twin', () => {
  const at = Date.UTC(2026, 9, 18, 15, 50)
  expect(clockWords(at, at + 20 * MIN, 'zh', 'Asia/Shanghai')).toBe('10-18 23:50')
  expect(dayOf(at + 20 * MIN, 'Asia/Shanghai')).toBe('2026-10-19')
})

test('says no time of a day that no calendar has', () => expect(clockWords(9e15, 0, 'zh', 'UTC')).toBe('—'))

const HOUR = 60 * MIN
const DAY = 24 * HOUR
test.each([
  [-MIN, '慢 1 分钟', '1 min slow'],
  [59.6 * MIN, '快 1 小时', '1 h fast'],
  [-HOUR, '慢 1 小时', '1 h slow'],
  [1.5 * HOUR, '快 1 小时 30 分', '1 h 30 min fast'],
  [-2 * DAY, '慢 2 天', '2 d slow'],
  [-40 * DAY, '慢 40 天', '40 d slow'],
  [-1024 * 7 * DAY, '慢 20 年', '20 y slow'],
  [-56 * 365.25 * DAY, '慢 56 年', '56 y slow'],
])('a clock that is off by %i ms is said in units that fit', (offMs, zh, en) =>
  expect([clockOffWords(offMs, 'zh'), clockOffWords(offMs, 'en')]).toEqual([`设备时钟${zh}`, `device clock ${en}`]),
)
