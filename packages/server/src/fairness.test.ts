import { afterAll, beforeAll, expect, test } from 'vitest'
import { band, type Listener, startTown, type Town } from './testing/town.ts'

// One source cannot hurt another: whatever one sends, the press of another is in the next commit, and each is told its own.
const OTHER_KEY = 'a-key-of-other-bands-03'
let town: Town
let command: Listener

beforeAll(async () => {
  town = await startTown({
    sources: [
      { name: 'bands', key: 'a-key-of-wristbands-0001', kinds: ['Wristband'] },
      { name: 'others', key: OTHER_KEY, kinds: ['Wristband', 'Person'] },
    ],
  })
  command = await town.listen('command')
})
afterAll(() => town.close())

const press = (id: string, properties: object = {}) => band(1, town.now(), { sos: 'pressed', ...properties }, { id })
const raised = (id: string) => command.until(() => command.alarms().some((alarm) => alarm.entity === id && alarm.rule === 'sos'), id)
const raw = async (text: string, key = OTHER_KEY) => {
  const answer = await fetch(`${town.url}records`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: text })
  const body = await answer.text()
  return {
    status: answer.status,
    bytes: body.length,
    body: JSON.parse(body) as Record<string, never> & { told: { code: string; index: number }[] },
  }
}

test('ids that cannot be kept as they are are told, and the presses of others beside them are raised', async () => {
  const odd = ['x\\ud800', 'x\\ud801', 'x\\u0000y', ' x'].map((id) => `{"kind":"Wristband","id":"${id}","properties":{"sos":"pressed"}}`)
  const [bad, good] = await Promise.all([raw(`{"records":[${odd.join()}]}`), town.post([press('W-beside')])])
  expect(bad.body.told.map(({ code, index }) => [code, index])).toEqual([0, 1, 2, 3].map((i) => ['id-invalid', i]))
  expect(good.body).toMatchObject({ accepted: 1, told: [] })
  await raised('W-beside')
})

test('a value nested 5,000 deep is left out and told, and the SOS beside it is raised', async () => {
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
  const { status, body, bytes } = await raw(
    `{"records":[{"kind":"Wristband","id":"W-deep","properties":{"sos":"pressed","heartRate":${deep},"name":{"a":${deep}}}}]}`,
  )
  expect(status).toBe(200)
  expect(bytes).toBeLessThan(2_000)
  expect(body.told.map(({ code }) => code)).toEqual(['value-out-of-range', 'value-unknown'])
  await raised('W-deep')
})

test('a body of 400,000 ones is answered in few words, with the number of the others', async () => {
  const { status, body, bytes } = await raw(`{"records":[${'1,'.repeat(399_999)}1]}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ accepted: 0, repeated: 0, toldMore: 399_900 })
  expect(body.told.length).toBe(100)
  expect(bytes).toBeLessThan(30_000)
})

test('a press comes before the most of a large post of another source that was there first', async () => {
  const many = Array.from({ length: 6_000 }, (_, i) => ({ kind: 'Person', id: `P-${i}`, properties: { ageYears: 70 } }))
  let isAnswered = false
  const large = town.post(many, OTHER_KEY).then(({ body }) => {
    isAnswered = true
    return body
  })
  // The large one is being read and taken; how far it came is not known, and does not matter.
  const { body } = await town.post([press('W-soon')])
  expect(body).toMatchObject({ accepted: 1 })
  expect(isAnswered).toBe(false)
  expect(await large).toMatchObject({ accepted: 6_000, repeated: 0 })
  await raised('W-soon')
})

test('numbers that are used twice are told to the device that uses them, and both presses count', async () => {
  const t = town.now()
  expect((await town.post([band(5, t, { heartRate: 70 }, { id: 'W-twice' })])).body.told).toEqual([])
  const { body } = await town.post([band(5, t + 5, { sos: 'pressed' }, { id: 'W-twice' })])
  expect(body).toMatchObject({ accepted: 1, told: [{ index: 0, code: 'sequence-reused' }] })
  await raised('W-twice')
})

test('a device whose clock says 2007 is heard now, with its alarm on top and its clock told as off', async () => {
  const t = Date.UTC(2007, 3, 1)
  const { body } = await town.post([band(1, t, { sos: 'pressed' }, { id: 'W-2007', location: [117.83, 37.25] })])
  expect(body.told).toMatchObject([{ code: 'time-behind' }])
  await raised('W-2007')
  const alarm = command.alarms().find(({ entity }) => entity === 'W-2007')!
  expect(town.now() - alarm.heardMs).toBeLessThan(60_000)
  const row = command.records().find(({ id }) => id === 'W-2007')!
  expect(row.location).toEqual([117.83, 37.25])
  expect(row.clockOffMs! / (365.25 * 86_400_000)).toBeLessThan(-15)
})

test('a clock of the server that is set by an hour escalates nothing, ends nothing, and silences nobody', async () => {
  await town.post([press('W-step')])
  await raised('W-step')
  const before = command.alarms().map(({ id, state, escalated }) => `${id} ${state} ${escalated}`)
  for (const ms of [-3_600_000, 7_200_000, -3_600_000]) {
    town.stepWall(ms)
    town.pass(2_000)
    await town.post([band(2, town.now(), { battery: 50 }, { id: `W-other-${ms}` })])
  }
  await command.until(() => command.records().some(({ id }) => id === 'W-other--3600000'))
  expect(command.alarms().map(({ id, state, escalated }) => `${id} ${state} ${escalated}`)).toEqual(before)
})
