// Each part of a message at its bounds: what is read as it was sent, and which path is named where it is not.
import { describe, expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import type { TwinError } from '../error/twin-error.ts'
import { MOST_ROWS, readEnvelope } from './envelope-codec.ts'

const head = { streamId: 's', from: 1, n: 2, serverTimeMs: 3 }
const columns = { kind: 'B', id: ['x'], t: [5], heardMs: [6], location: [null], properties: { a: [1] } }
const alarm = sampleAlarm({ place: [117, 37, 7], acknowledged: { by: 'li', atMs: 2 }, done: { by: 'wang', atMs: 3 }, clearedMs: 4 })
/** The path that is refused; null: it is read just as it was sent. */
const refused = (json: object): string | null => {
  try {
    expect(readEnvelope(json)).toEqual(json)
    return null
  } catch (error) {
    if ((error as TwinError).code !== 'record-invalid') throw error
    return String((error as TwinError).details['path'])
  }
}
const x = (count: number) => 'x'.repeat(count)
const inAlarm = (more: object) => refused({ ...head, alarms: [alarm, { ...alarm, ...more }] })
const inColumns = (more: object) => refused({ ...head, records: [columns, { ...columns, ...more }] })
const disclosed = { ...alarm, rule: null, as: 'help' }

const TIMES: [unknown[], unknown[]] = [
  [0, -1.5, 1e15],
  ['1', Number.NaN, Number.POSITIVE_INFINITY, undefined, true],
]
const IDS: [unknown[], unknown[]] = [
  [x(1), x(200)],
  ['', x(201), 5, undefined, null],
]
const COUNTERS: [unknown[], unknown[]] = [
  [0, 1, Number.MAX_SAFE_INTEGER],
  [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, '1', null],
]

/** By part: what is read, what is not, and under which path. */
const BOUNDS: Record<string, [[taken: unknown[], refused: unknown[]], path: string, refused: (value: never) => string | null]> = {
  n: [COUNTERS, 'n', (n) => refused({ streamId: 's', n, serverTimeMs: 3 })],
  from: [
    [
      [0, 1, 2],
      [-1, 0.5, 3, '1', null],
    ],
    'from',
    (from) => refused({ ...head, from }),
  ],
  snapshot: [[[true], [false, 1, null, 'true']], 'snapshot', (snapshot) => refused({ ...head, snapshot })],
  streamId: [IDS, 'streamId', (streamId) => refused({ ...head, streamId })],
  serverTimeMs: [TIMES, 'serverTimeMs', (serverTimeMs) => refused({ ...head, serverTimeMs })],
  'kind of rows': [IDS, 'records[1].kind', (kind) => inColumns({ kind })],
  'id of a row': [IDS, 'records[1].id[0]', (id) => inColumns({ id: [id] })],
  'time of a row': [TIMES, 'records[1].t[0]', (t) => inColumns({ t: [t] })],
  'hearing of a row': [TIMES, 'records[1].heardMs[0]', (t) => inColumns({ heardMs: [t] })],
  'clock of a row': [[[null, 0, -90_000], TIMES[1]], 'records[1].clockOffMs[0]', (ms) => inColumns({ clockOffMs: [ms] })],
  'place of a row': [
    [
      [null, [117, 37], [117, 37, 7]],
      [[117], [200, 37], {}, undefined],
    ],
    'records[1].location[0]',
    (place) => inColumns({ location: [place] }),
  ],
  'cell of a row': [
    [
      [null, 0, -1.5, '', x(2_000)],
      [x(2_001), true, Number.NaN, Number.NEGATIVE_INFINITY, [], undefined],
    ],
    'records[1].properties.a[0]',
    (cell) => inColumns({ properties: { a: [cell] } }),
  ],
  'length of a column': [[[[1]], [[], [1, 2], 'x', {}]], 'records[1].properties.a', (a) => inColumns({ properties: { a } })],
  'id of an alarm': [IDS, 'alarms[1].id', (id) => inAlarm({ id })],
  'kind of an alarm': [IDS, 'alarms[1].kind', (kind) => inAlarm({ kind })],
  'entity of an alarm': [IDS, 'alarms[1].entity', (entity) => inAlarm({ entity })],
  'rule of an alarm': [IDS, 'alarms[1].rule', (rule) => inAlarm({ rule })],
  'disclosure of an alarm': [
    [
      [x(1), x(200)],
      ['', x(201), 5, undefined],
    ],
    'alarms[1].as',
    (as) => inAlarm({ ...disclosed, as }),
  ],
  'category of an alarm': [
    [
      ['sos', 'health', 'safety', 'facility', 'device', 'event'],
      ['fire', 'toString', '__proto__', 1, null],
    ],
    'alarms[1].category',
    (category) => inAlarm({ category }),
  ],
  'state of an alarm': [
    [
      ['normal', 'unacknowledged', 'acknowledged', 'returned-unacknowledged', 'shelved', 'suppressed', 'out-of-service'],
      ['open', 'constructor', 1, null],
    ],
    'alarms[1].state',
    (state) => inAlarm({ state }),
  ],
  'priority of an alarm': [
    [
      [1, 2, 3, 4],
      [0, 5, 1.5, '1'],
    ],
    'alarms[1].priority',
    (priority) => inAlarm({ priority }),
  ],
  'place of an alarm': [
    [
      [null, [117, 37]],
      [[117], undefined],
    ],
    'alarms[1].place',
    (place) => inAlarm({ place }),
  ],
  'raising of an alarm': [TIMES, 'alarms[1].raisedMs', (raisedMs) => inAlarm({ raisedMs })],
  'last of an alarm': [TIMES, 'alarms[1].lastMs', (lastMs) => inAlarm({ lastMs })],
  'entry of an alarm': [TIMES, 'alarms[1].enteredMs', (enteredMs) => inAlarm({ enteredMs })],
  'hearing of an alarm': [TIMES, 'alarms[1].heardMs', (heardMs) => inAlarm({ heardMs })],
  'end of an alarm': [[[null, 0, 5], TIMES[1]], 'alarms[1].clearedMs', (clearedMs) => inAlarm({ clearedMs })],
  'count of an alarm': [COUNTERS, 'alarms[1].count', (count) => inAlarm({ count })],
  'escalation of an alarm': [
    [
      [true, false],
      [0, 'true', null],
    ],
    'alarms[1].escalated',
    (escalated) => inAlarm({ escalated }),
  ],
  'who acknowledged': [
    [
      ['', x(200)],
      [x(201), 5, null],
    ],
    'alarms[1].acknowledged.by',
    (by) => inAlarm({ acknowledged: { by, atMs: 1 } }),
  ],
  'when acknowledged': [TIMES, 'alarms[1].acknowledged.atMs', (atMs) => inAlarm({ acknowledged: { by: 'li', atMs } })],
  acknowledgement: [[[null], [5, 'li', [], undefined]], 'alarms[1].acknowledged', (acknowledged) => inAlarm({ acknowledged })],
  'report of the end': [[[null], [5, 'li', [], undefined]], 'alarms[1].done', (done) => inAlarm({ done })],
  'time of what was heard': [TIMES, 'heard.B[x]', (ms) => refused({ ...head, heard: { B: { x: ms } } })],
  'id of what is gone': [IDS, 'gone.B[1]', (id) => refused({ ...head, gone: { B: ['x', id] } })],
  records: [
    [
      [[], [columns]],
      [{}, 'x', null],
    ],
    'records',
    (records) => refused({ ...head, records }),
  ],
  alarms: [
    [
      [[], [alarm]],
      [{}, 'x', null],
    ],
    'alarms',
    (alarms) => refused({ ...head, alarms }),
  ],
  heard: [
    [
      [{}, { B: {} }],
      [[], 'x', null],
    ],
    'heard',
    (heard) => refused({ ...head, heard }),
  ],
  gone: [
    [
      [{}, { B: [] }],
      [[], 'x', null],
    ],
    'gone',
    (gone) => refused({ ...head, gone }),
  ],
}

describe.each(Object.entries(BOUNDS))('%s', (_, [[taken, not], path, of]) => {
  test('at its bounds', () => {
    expect(taken.map((value) => of(value as never))).toEqual(taken.map(() => null))
    expect(not.map((value) => of(value as never))).toEqual(not.map(() => path))
  })
})

test('an alarm is of a rule or of a disclosure: of one, not of both or none', () => {
  expect([inAlarm({}), inAlarm(disclosed)]).toEqual([null, null])
  expect([inAlarm({ as: 'help' }), inAlarm({ rule: null })]).toEqual(['alarms[1].rule', 'alarms[1].rule'])
})

test('the ids of what was heard have the bounds of an id', () => {
  expect(refused({ ...head, heard: { B: { [x(200)]: 1 } } })).toBeNull()
  expect(refused({ ...head, heard: { B: { [x(201)]: 1 } } })).toBe('heard.B')
})

test('at most 10,000 sets of columns, and a million rows, alarms, or ids that are gone', () => {
  const empty = { kind: 'B', id: [], t: [], heardMs: [], location: [], properties: {} }
  expect(refused({ ...head, records: new Array(10_000).fill(empty) })).toBeNull()
  expect(refused({ ...head, records: new Array(10_001).fill(empty) })).toBe('records')
  expect(MOST_ROWS).toBe(1_000_000)
  const more = new Array(1_000_001)
  expect(inColumns({ id: more })).toBe('records[1].id')
  expect(inColumns({ t: more })).toBe('records[1].t')
  expect(refused({ ...head, alarms: more })).toBe('alarms')
  expect(refused({ ...head, gone: { B: more } })).toBe('gone.B')
  // Holes are no alarms and no ids, but there may be so many.
  expect(refused({ ...head, alarms: new Array(1_000_000).fill(0) })).toBe('alarms[0]')
  expect(refused({ ...head, gone: { B: new Array(1_000_000).fill(0) } })).toBe('gone.B[0]')
})

describe('an error', () => {
  const read = (error: unknown) => {
    try {
      return readEnvelope({ ...head, error })
    } catch (refusal) {
      return (refusal as TwinError).details['path']
    }
  }
  const said = { code: 'a-1', message: 'x', details: { a: 1 } }
  test('is read alone, whatever stands beside it', () => expect(read({ ...said, more: 1 })).toEqual({ error: said }))
  test('has details, or none', () => {
    for (const details of [undefined, null, [], 'x']) expect(read({ ...said, details })).toEqual({ error: { ...said, details: {} } })
  })
  test.each([
    [x(40), x(2_000), null],
    [x(41), 'x', 'error.code'],
    ['', 'x', 'error.code'],
    ['A', 'x', 'error.code'],
    ['a b', 'x', 'error.code'],
    [5, 'x', 'error.code'],
    ['a', '', 'error.message'],
    ['a', x(2_001), 'error.message'],
    ['a', null, 'error.message'],
  ])('%#: its code has 40 small letters at most, its message 2,000 characters', (code, message, path) =>
    expect(read({ code, message })).toEqual(path ?? { error: { code, message, details: {} } }),
  )
  test('is an object', () => {
    for (const error of [null, [], 'x', undefined]) expect(read(error)).toBe('error')
  })
})

test('what is wrong is told with its path, and what was expected there', () => {
  expect(() => readEnvelope({ ...head, records: [{ ...columns, t: [1, 2] }] })).toThrow(
    'records[0].t: expected 1 rows like id, not 2; the feed asks for everything anew',
  )
})
