import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { TwinError } from '../error/twin-error.ts'
import { readEnvelope } from './envelope-codec.ts'

const head = { streamId: 's', from: 1, n: 2, serverTimeMs: 3 }
const columns = { kind: 'B', id: ['x'], boot: [1], seq: [1], t: [5], location: [null], properties: { a: [1] } }
const alarm = sampleAlarm({ kind: null, entity: null, rule: null, place: [117, 37, 7] })
const refusal = (json: unknown): string => {
  try {
    readEnvelope(json)
  } catch (error) {
    if (error instanceof TwinError && error.code === 'record-invalid') return String(error.details['path'])
    throw error
  }
  return 'read'
}

test('names the path of what is wrong', () => {
  expect(refusal({ ...head, records: [columns], alarms: [alarm], gone: { B: ['x'] } })).toBe('read')
  const cases: [unknown, string][] = [
    [null, 'message'],
    [[], 'message'],
    [{ ...head, n: -1 }, 'n'],
    [{ ...head, from: 3 }, 'from'],
    [{ ...head, streamId: '' }, 'streamId'],
    [{ ...head, serverTimeMs: '3' }, 'serverTimeMs'],
    [{ ...head, snapshot: false }, 'snapshot'],
    [{ ...head, records: {} }, 'records'],
    [{ ...head, records: [{ ...columns, t: [] }] }, 'records[0].t'],
    [{ ...head, records: [{ ...columns, t: [null] }] }, 'records[0].t[0]'],
    [{ ...head, records: [{ ...columns, boot: [-1] }] }, 'records[0].boot[0]'],
    [{ ...head, records: [{ ...columns, location: [[37, 117, 7]] }] }, 'records[0].location[0]'],
    [{ ...head, records: [{ ...columns, properties: { a: [1, 2] } }] }, 'records[0].properties.a'],
    [{ ...head, records: [{ ...columns, properties: { a: [{}] } }] }, 'records[0].properties.a[0]'],
    [{ ...head, records: [{ ...columns, properties: [] }] }, 'records[0].properties'],
    [{ ...head, alarms: [{ ...alarm, state: 'toString' }] }, 'alarms[0].state'],
    [{ ...head, alarms: [{ ...alarm, priority: 0 }] }, 'alarms[0].priority'],
    [{ ...head, alarms: [{ ...alarm, acknowledged: {} }] }, 'alarms[0].acknowledged.by'],
    [{ ...head, gone: { B: [7] } }, 'gone.B[0]'],
    [{ error: { code: '<b>', message: 'x' } }, 'error.code'],
  ]
  for (const [json, path] of cases) expect(refusal(json)).toBe(path)
})

test('takes 1e999 for no number', () => {
  expect(refusal(JSON.parse('{"streamId":"s","n":1,"serverTimeMs":1e999}'))).toBe('serverTimeMs')
  const t = JSON.parse('{"kind":"B","id":["x"],"boot":[null],"seq":[null],"t":[1e999],"location":[null],"properties":{}}')
  expect(refusal({ ...head, records: [t] })).toBe('records[0].t[0]')
})

test('lets no __proto__ through', () => {
  const dirty = JSON.parse('{"kind":"B","id":["x"],"boot":[1],"seq":[1],"t":[1],"location":[null],"properties":{"__proto__":[1]}}')
  expect(refusal({ ...head, records: [dirty] })).toBe('records[0].properties')
  expect(refusal(JSON.parse('{"streamId":"s","n":1,"serverTimeMs":1,"gone":{"__proto__":["x"]}}'))).toBe('gone')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('ignores what it does not know, so that a newer server may say more', () => {
  expect(readEnvelope({ ...head, later: 1 })).toEqual(head)
})

test('answers anything with a message or a TwinError that names a path', () => {
  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true }),
      fc.constantFrom('records', 'alarms', 'gone', 'error', 'from', 'n'),
      (junk, key) => {
        expect(refusal({ ...head, [key]: junk })).not.toBe('')
        expect(refusal({ ...head, records: [{ ...columns, [key]: junk, properties: junk }] })).not.toBe('')
        expect(refusal(junk)).not.toBe('')
      },
    ),
  )
})
