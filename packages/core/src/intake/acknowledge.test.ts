import { expect, test } from 'vitest'
import { type KeptAlarm, raiseAlarm, reduceAlarm } from '../alarms/life-cycle.ts'
import { answerAcknowledge } from './acknowledge.ts'

const rule = { when: { op: 'silent' }, priority: 1, category: 'sos', latch: true, text: { zh: '字', en: 'word' } } as const
const alarm = raiseAlarm(
  { id: 'a-1', kind: 'B', entity: 'B-1', name: 'sos', rule },
  { type: 'occur', atMs: 1, overMs: null, nowMs: 2, place: null },
)
const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'
const ask = (standing: KeptAlarm | undefined, count = 1, endedBy: string | null = null) =>
  answerAcknowledge({ key: KEY, type: 'acknowledge', alarm: 'a-1', count, by: 'wang' }, standing, endedBy, 9)

test('acknowledges what was seen', () => {
  expect(ask(alarm)).toMatchObject({
    answer: { key: KEY, state: 'pending' },
    becomes: { state: 'acknowledged', acknowledged: { by: 'wang', atMs: 9 } },
  })
})

test('tells who was first, and changes nothing', () => {
  const acknowledged = reduceAlarm(alarm, { type: 'acknowledge', by: 'li', nowMs: 5 })
  expect(ask(acknowledged)).toEqual({ answer: { key: KEY, state: 'done', by: 'li' } })
  expect(ask(undefined, 1, 'li')).toEqual({ answer: { key: KEY, state: 'done', by: 'li' } })
})

test('refuses a count that grew meanwhile, because the operator did not see that press', () => {
  const grown = reduceAlarm(alarm, { type: 'occur', atMs: 3, overMs: null, nowMs: 4, place: null })
  expect(ask(grown)).toMatchObject({ answer: { error: { code: 'alarm-grew', details: { alarm: 'a-1', count: 2, seen: 1 } } } })
  expect(ask(grown).becomes).toBeUndefined()
  expect(ask(grown, 2).becomes?.state).toBe('acknowledged')
})

test('refuses an alarm that never was, and a count that cannot be', () => {
  expect(ask(undefined)).toMatchObject({ answer: { error: { code: 'alarm-unknown' } } })
  expect(ask(alarm, 2)).toMatchObject({ answer: { error: { code: 'request-invalid' } } })
})

test('what a human has taken out stays out, and it is no answer that somebody acknowledged it before', () => {
  const acknowledged = { by: 'li', atMs: 5 }
  for (const state of ['shelved', 'suppressed', 'out-of-service'] as const)
    expect(ask({ ...alarm, state, acknowledged })).toEqual({ answer: { key: KEY, state: 'pending' } })
})

test('of one that ended it tells who acknowledged it, by the alarm or by what was kept', () => {
  const ended = { ...alarm, state: 'normal' } as const
  expect(ask({ ...ended, acknowledged: { by: 'li', atMs: 5 } }, 1, 'zhao')).toEqual({ answer: { key: KEY, state: 'done', by: 'li' } })
  expect(ask(ended, 1, 'zhao')).toEqual({ answer: { key: KEY, state: 'done', by: 'zhao' } })
  expect(ask(ended)).toMatchObject({ answer: { error: { code: 'alarm-unknown' } } })
})
