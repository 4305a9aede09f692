import { wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { alarm } from '../../test/fake-twin.ts'
import { AlarmNews } from './alarm-news.ts'

const kinds = new Map([['Wristband', wristband]])

test('tells each alarm once, the worst of those that come together', () => {
  const news = new AlarmNews()
  const both = [alarm('low', { priority: 4, rule: 'batteryLow' }), alarm('sos')]
  expect(news.of(both, kinds, 'zh')).toBe('新告警：SOS 求助 张**')
  expect(news.of(both, kinds, 'zh')).toBeNull()
})
test('tells an alarm again when it happens again', () => {
  const news = new AlarmNews()
  news.of([alarm('sos')], kinds, 'en')
  expect(news.of([alarm('sos', { count: 2 })], kinds, 'en')).toBe('New alarm: SOS 张**')
})
test('tells nothing of what was acknowledged', () =>
  expect(new AlarmNews().of([alarm('sos', { state: 'acknowledged' })], kinds, 'zh')).toBe(''))
test('takes its words back when no alarm is open any more, as after a sign-out', () => {
  const news = new AlarmNews()
  news.of([alarm('sos'), alarm('low')], kinds, 'zh')
  expect(news.of([alarm('low')], kinds, 'zh')).toBeNull()
  expect(news.of([], kinds, 'zh')).toBe('')
})
