import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { band, type Listener, startTown, type Town, uuid } from './testing/town.ts'

// The bars of the first issue, over HTTP, a socket and a database on disk.
let town: Town
let command: Listener
let id = ''
let count = 0

beforeAll(async () => {
  town = await startTown()
  command = await town.listen('command')
})
afterAll(() => town.close())
beforeEach(() => {
  id = `W-sos-${++count}`
})

const press = (seq: number | undefined, t: number, more: object = {}, properties: object = {}) =>
  band(seq, t, { sos: 'pressed', ...properties }, { id, ...more })
const calm = (seq: number, t: number, more: object = {}) => band(seq, t, { heartRate: 70, systolic: 130 }, { id, ...more })
const own = () => command.alarms().filter((alarm) => alarm.entity === id && alarm.rule === 'sos')
const raisedOnce = async () => {
  await command.until(() => own().length > 0)
  expect(own()).toMatchObject([{ state: 'unacknowledged', count: 1, priority: 1, category: 'sos' }])
}
const MINUTE = 60_000

test('one record in a batch of 1,000 raises one alarm', async () => {
  const batch: object[] = Array.from({ length: 999 }, (_, i) =>
    band(i, town.now() - 1_000 + i, { heartRate: 70 }, { id: `W-crowd-${i % 200}` }),
  )
  batch.splice(613, 0, press(1, town.now()))
  expect((await town.post(batch)).body).toEqual({ accepted: 1_000, repeated: 0, told: [] })
  await raisedOnce()
})

test('one that arrives three days late, behind newer records, raises one alarm', async () => {
  await town.post([calm(900, town.now())])
  await town.post([press(2, town.now() - 3 * 24 * 60 * MINUTE)])
  await raisedOnce()
})

test('one inside the backlog of a reconnect, sent twice because the answer was lost, raises one alarm', async () => {
  const now = town.now()
  const backlog = Array.from({ length: 200 }, (_, i) => (i === 77 ? press(i, now - (300 - i) * MINUTE) : calm(i, now - (300 - i) * MINUTE)))
  await town.post([calm(500, now)])
  expect((await town.post(backlog)).body.accepted).toBe(200)
  expect((await town.post(backlog)).body).toEqual({ accepted: 0, repeated: 200, told: [] })
  await raisedOnce()
})

test('one of a device that began a new boot, seq from 0, raises one alarm', async () => {
  await town.post([calm(881, town.now() - 5_000)])
  await town.post([press(0, town.now(), { boot: 2 })])
  await raisedOnce()
})

test('one that is older than all history, sent again after the hour was cleared, raises one alarm', async () => {
  const late = press(3, town.now() - 100 * 24 * 60 * MINUTE)
  await town.post([calm(900, town.now())])
  expect((await town.post([late])).body.accepted).toBe(1)
  await town.store.clear(town.now() - 90 * 24 * 60 * MINUTE)
  expect((await town.post([late])).body).toEqual({ accepted: 0, repeated: 1, told: [] })
  await raisedOnce()
})

test('one of a device without a boot raises one alarm, also when it is sent again', async () => {
  const { boot: _boot, ...record } = press(7, town.now())
  const { boot: _other, ...before } = calm(7, town.now() - 5_000)
  await town.post([before])
  await town.post([record])
  expect((await town.post([record])).body.repeated).toBe(1)
  await raisedOnce()
})

test('one whose record carries an impossible heart rate raises one alarm and no other', async () => {
  const { body } = await town.post([press(1, town.now(), {}, { heartRate: 900 })])
  expect(body.told).toMatchObject([{ index: 0, code: 'value-out-of-range' }])
  await raisedOnce()
  expect(command.alarms().filter((alarm) => alarm.entity === id).length).toBe(1)
})

test('a second press after the acknowledgement is unacknowledged again, count 2', async () => {
  await town.post([press(1, town.now())])
  await raisedOnce()
  const alarm = own()[0]!.id
  expect((await town.act(await town.token('grid'), { key: uuid(), type: 'acknowledge', alarm, count: 1 })).status).toBe(202)
  await command.until(() => own()[0]?.state === 'acknowledged')
  expect(own()[0]?.acknowledged?.by).toBe('grid-name')
  await town.post([press(2, town.now())])
  await command.until(() => own()[0]?.state === 'unacknowledged')
  expect(own()).toMatchObject([{ id: alarm, count: 2, acknowledged: null }])
})

test('an SOS wipes no other property, neither in the stream nor in a snapshot', async () => {
  await town.post([calm(1, town.now() - 1_000, { location: [117.83, 37.25, 7] })])
  await town.post([press(2, town.now())])
  const fresh = await town.listen('care')
  await fresh.until(() => fresh.envelopes.length > 0)
  const rows = fresh.records().filter((record) => record.id === id)
  expect(rows.map((row) => [row.properties, row.location ?? null])).toEqual([
    [{ heartRate: 70, systolic: 130 }, [117.83, 37.25, 7]],
    [{ sos: 'pressed' }, null],
  ])
  await fresh.leave()
})

test('personal limits and age are those of the wearer', async () => {
  await town.post(
    [{ kind: 'Person', id: `P-${id}`, t: town.now(), properties: { ageYears: 82, name: '张桂兰' } }],
    'a-key-of-persons-000002',
  )
  const measure = (seq: number, systolic: number) => band(seq, town.now(), { systolic, wearer: `P-${id}` }, { id })
  await town.post([measure(1, 148)])
  await town.post([press(2, town.now())])
  await command.until(() => own().length > 0)
  expect(command.alarms().filter((a) => a.entity === id && a.category === 'health')).toEqual([])
  await town.post([measure(3, 151)])
  await command.until(() => command.alarms().some((a) => a.entity === id && a.rule === 'bloodPressureNotice'))
})

test('nobody acknowledges for 60 s: it is told once more as escalated', async () => {
  await town.post([press(1, town.now())])
  await raisedOnce()
  town.pass(61_000)
  await command.until(() => own()[0]?.escalated)
  expect(own()).toMatchObject([{ state: 'unacknowledged', count: 1 }])
})

test('all of it stands again after a restart, with the same stream and the same numbers', async () => {
  const pressed = press(1, town.now())
  await town.post([pressed])
  await raisedOnce()
  const before = command.envelopes.at(-1)!
  const standing = command.alarms()
  await town.restart()
  command = await town.listen('command')
  await command.until(() => command.envelopes.length > 0)
  expect(command.envelopes[0]).toMatchObject({ streamId: before.streamId, snapshot: true })
  expect(command.alarms()).toEqual(expect.arrayContaining(standing))
  expect((await town.post([pressed])).body).toMatchObject({ accepted: 0, repeated: 1 })
})
