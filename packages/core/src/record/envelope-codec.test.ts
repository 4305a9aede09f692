import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { TwinError } from '../error/twin-error.ts'
import { MOST_ROWS, readEnvelope } from './envelope-codec.ts'

const head = { streamId: 's', from: 1, n: 2, serverTimeMs: 3 }
const columns = { kind: 'B', id: ['x'], t: [5], heardMs: [6], location: [null], properties: { a: [1] } }
const alarm = sampleAlarm({ place: [117, 37, 7] })
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
  expect(refusal({ ...head, records: [columns], alarms: [alarm], heard: { B: { x: 7 } }, gone: { B: ['x'] } })).toBe('read')
  expect(refusal({ ...head, alarms: [{ ...alarm, rule: null, as: 'needsHelp', done: { by: '', atMs: 1 } }] })).toBe('read')
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
    [{ ...head, records: [{ ...columns, heardMs: [] }] }, 'records[0].heardMs'],
    [{ ...head, records: [{ ...columns, heardMs: ['6'] }] }, 'records[0].heardMs[0]'],
    [{ ...head, records: [{ ...columns, heardMs: undefined }] }, 'records[0].heardMs'],
    [{ ...head, records: [{ ...columns, clockOffMs: [] }] }, 'records[0].clockOffMs'],
    [{ ...head, records: [{ ...columns, clockOffMs: ['1 h'] }] }, 'records[0].clockOffMs[0]'],
    [{ ...head, records: [{ ...columns, location: [[37, 117, 7]] }] }, 'records[0].location[0]'],
    [{ ...head, records: [{ ...columns, properties: { a: [1, 2] } }] }, 'records[0].properties.a'],
    [{ ...head, records: [{ ...columns, properties: { a: [{}] } }] }, 'records[0].properties.a[0]'],
    [{ ...head, records: [{ ...columns, properties: [] }] }, 'records[0].properties'],
    [{ ...head, alarms: [{ ...alarm, state: 'toString' }] }, 'alarms[0].state'],
    [{ ...head, alarms: [{ ...alarm, priority: 0 }] }, 'alarms[0].priority'],
    [{ ...head, alarms: [{ ...alarm, acknowledged: {} }] }, 'alarms[0].acknowledged.by'],
    [{ ...head, alarms: [{ ...alarm, acknowledged: { by: 'x'.repeat(201), atMs: 1 } }] }, 'alarms[0].acknowledged.by'],
    [{ ...head, alarms: [{ ...alarm, done: undefined }] }, 'alarms[0].done'],
    [{ ...head, alarms: [{ ...alarm, kind: null }] }, 'alarms[0].kind'],
    [{ ...head, alarms: [{ ...alarm, entity: null }] }, 'alarms[0].entity'],
    [{ ...head, alarms: [{ ...alarm, as: 'needsHelp' }] }, 'alarms[0].rule'],
    [{ ...head, alarms: [{ ...alarm, rule: null }] }, 'alarms[0].rule'],
    [{ ...head, alarms: [{ ...alarm, heardMs: null }] }, 'alarms[0].heardMs'],
    [{ ...head, heard: [] }, 'heard'],
    [{ ...head, heard: { B: ['x'] } }, 'heard.B'],
    [{ ...head, heard: { B: { x: 'now' } } }, 'heard.B[x]'],
    [{ ...head, heard: { B: { '': 1 } } }, 'heard.B'],
    [{ ...head, gone: { B: [7] } }, 'gone.B[0]'],
    [{ error: { code: '<b>', message: 'x' } }, 'error.code'],
  ]
  for (const [json, path] of cases) expect(refusal(json)).toBe(path)
})

test('takes 1e999 for no number', () => {
  expect(refusal(JSON.parse('{"streamId":"s","n":1,"serverTimeMs":1e999}'))).toBe('serverTimeMs')
  const t = JSON.parse('{"kind":"B","id":["x"],"t":[1e999],"heardMs":[1],"location":[null],"properties":{}}')
  expect(refusal({ ...head, records: [t] })).toBe('records[0].t[0]')
})

test('lets no __proto__ through', () => {
  const dirty = JSON.parse('{"kind":"B","id":["x"],"t":[1],"heardMs":[1],"location":[null],"properties":{"__proto__":[1]}}')
  expect(refusal({ ...head, records: [dirty] })).toBe('records[0].properties')
  expect(refusal(JSON.parse('{"streamId":"s","n":1,"serverTimeMs":1,"gone":{"__proto__":["x"]}}'))).toBe('gone')
  expect(refusal(JSON.parse('{"streamId":"s","n":1,"serverTimeMs":1,"heard":{"__proto__":{"x":1}}}'))).toBe('heard')
  const heard = readEnvelope(JSON.parse('{"streamId":"s","n":1,"serverTimeMs":1,"heard":{"B":{"__proto__":7,"polluted":8}}}'))
  expect('heard' in heard && Object.entries(heard.heard!['B']!)).toEqual([
    ['__proto__', 7],
    ['polluted', 8],
  ])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('takes no more than it says: rows of a message, names of a kind, characters of an id and of a value', () => {
  const half = <T>(each: T): T[] => new Array<T>(MOST_ROWS / 2).fill(each)
  const full = { kind: 'B', id: half('x'), t: half(1), heardMs: half(1), location: half(null), properties: {} }
  expect(refusal({ ...head, records: [full, full] })).toBe('read')
  expect(refusal({ ...head, records: [full, full, columns] })).toBe('records')
  expect(refusal({ ...head, alarms: new Array(MOST_ROWS + 1) })).toBe('alarms')
  expect(refusal({ ...head, records: new Array(10_001) })).toBe('records')
  const names = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`p${i}`, [1]]))
  expect(refusal({ ...head, records: [{ ...columns, properties: names(1_000) }] })).toBe('read')
  expect(refusal({ ...head, records: [{ ...columns, properties: names(1_001) }] })).toBe('records[0].properties')
  const said = (id: string, a: string) => refusal({ ...head, records: [{ ...columns, id: [id], properties: { a: [a] } }] })
  expect([said('x'.repeat(200), 'x'.repeat(2_000)), said('x'.repeat(201), ''), said('x', 'x'.repeat(2_001))]).toEqual([
    'read',
    'records[0].id[0]',
    'records[0].properties.a[0]',
  ])
})

test('ignores what it does not know, so that a newer server may say more', () => {
  expect(readEnvelope({ ...head, later: 1 })).toEqual(head)
})

test('answers anything with a message or a TwinError that names a path', () => {
  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true, maxDepth: 3, maxKeys: 5 }),
      fc.constantFrom('records', 'alarms', 'heard', 'gone', 'error', 'from', 'n'),
      (junk, key) => {
        expect(refusal({ ...head, [key]: junk })).not.toBe('')
        expect(refusal({ ...head, records: [{ ...columns, [key]: junk, properties: junk }] })).not.toBe('')
        expect(refusal(junk)).not.toBe('')
      },
    ),
  )
})
