import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { band, type Listener, startTown, type Town } from './testing/town.ts'

// Steps against a running server with the shipped wristband that went wrong once, each with the right outcome. The other steps are in
// core/src/intake/cases.test.ts; what concerns other sources is in fairness.test.ts.
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
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
  id = `W-${++count}`
})

const alarms = (rule?: string) => command.alarms().filter((alarm) => alarm.entity === id && (rule === undefined || alarm.rule === rule))
const post = async (...records: readonly object[]) => {
  const { status, body } = await town.post(records.map((record) => ({ kind: 'Wristband', id, ...record })))
  expect(status).toBe(200)
  return { ...body, codes: body.told?.map(({ code }) => code) }
}
const rows = () => command.records().filter((row) => row.id === id)
/** Resolves once a viewer, who sets each row over what it has, shows a value. */
const untilShown = (name: string, value: number) =>
  command.until(
    () => rows().findLast(({ properties }) => properties[name] !== undefined)?.properties[name] === value,
    `${id} ${name} ${value}`,
  )

test('numbers that a wristband uses twice lose no press, and are told', async () => {
  const now = town.now()
  await post(band(5, now - 5 * SECOND, { heartRate: 70 }, { id }))
  expect((await post(band(5, now, { sos: 'pressed' }, { id }))).codes).toEqual(['sequence-reused'])
  await command.until(() => alarms('sos').length > 0)
  expect(alarms('sos')).toMatchObject([{ count: 1, state: 'unacknowledged' }])
  // Sent again, each is known.
  expect(await post(band(5, now - 5 * SECOND, { heartRate: 70 }, { id }), band(5, now, { sos: 'pressed' }, { id }))).toMatchObject({
    repeated: 2,
  })
})

test('two devices that share an id and both count from 0 lose no press, and are told', async () => {
  const told: (string | undefined)[] = []
  const now = town.now()
  for (let seq = 0; seq < 3; seq++)
    for (const steps of [100, 5_000])
      told.push(...((await post(band(seq, now + 2 * seq + (steps > 100 ? 1 : 0), { steps }, { id }))).codes ?? []))
  told.push(...((await post(band(3, now + 10, { sos: 'pressed' }, { id }))).codes ?? []))
  await command.until(() => alarms('sos').length > 0)
  expect(alarms('sos')).toMatchObject([{ count: 1 }])
  expect(new Set(told)).toEqual(new Set(['sequence-reused']))
})

test.each([
  ['of 1970', (nowMs: number) => nowMs - Date.UTC(2025, 0, 1), 'time-behind'],
  ['1,024 weeks back', (nowMs: number) => nowMs - 1_024 * 7 * 24 * HOUR, 'time-behind'],
  ['in seconds', (nowMs: number) => Math.floor(nowMs / 1_000), 'time-behind'],
  ['an hour slow', (nowMs: number) => nowMs - HOUR, 'time-behind'],
  ['an hour fast', (nowMs: number) => nowMs + HOUR, 'time-ahead'],
] as const)('a press with a clock %s is an alarm at once, heard now, and says by how much the clock is off', async (_, clockAt, code) => {
  const began = town.now()
  await post({ t: began, properties: { heartRate: 70 } })
  const pressedAt = town.now()
  const t = clockAt(pressedAt)
  expect((await post({ t, properties: { sos: 'pressed', heartRate: 71 } })).codes).toEqual([code])
  await command.until(() => alarms('sos').length > 0)
  await untilShown('heartRate', 71)
  const [alarm] = alarms('sos')
  expect(alarm).toMatchObject({ count: 1, state: 'unacknowledged' })
  expect(Math.abs(alarm!.heardMs - pressedAt)).toBeLessThan(10 * SECOND)
  const row = rows().find((each) => each.properties['heartRate'] === 71)!
  expect(Math.abs(row.clockOffMs! - (t - pressedAt))).toBeLessThan(10 * SECOND)
  await post({ t: clockAt(town.now()), properties: { heartRate: 72 } })
  await untilShown('heartRate', 72)
})

test('a press of a wristband with a boot whose clock says 2007 stands on top of those before it', async () => {
  const other = `${id}-before`
  await town.post([band(1, town.now(), { sos: 'pressed' }, { id: other })])
  await command.until(() => command.alarms().some((alarm) => alarm.entity === other))
  const t = Date.UTC(2007, 5, 1)
  await post({ boot: 4, seq: 9, t, properties: { sos: 'pressed' } })
  await command.until(() => alarms('sos').length > 0)
  const [alarm] = alarms('sos')
  expect(alarm!.heardMs).toBeGreaterThan(command.alarms().find((each) => each.entity === other)!.heardMs)
  const row = rows().at(-1)!
  expect(Math.abs(row.clockOffMs! - (t - town.now()))).toBeLessThan(10 * SECOND)
  expect(row.heardMs).toBe(alarm!.heardMs)
})

test('what a wristband says off the skin and places that cannot be meant raise nothing, and are told', async () => {
  const now = town.now()
  const told: (readonly string[] | undefined)[] = []
  const say = async (more: object) => told.push((await post({ t: town.now(), properties: {}, ...more })).codes)
  await say({ properties: { heartRate: 0 } })
  await say({ properties: { heartRate: 255 } })
  await say({ location: [0, 0, 0] })
  await say({ location: [37.25, 117.83, 8] })
  await say({ location: [117.83, 37.25, 30_000] })
  expect(told).toEqual([['value-absent'], ['value-absent'], ['location-invalid'], ['location-invalid'], ['location-invalid']])
  // The last thing that is said comes after all that might have been raised.
  await post({ t: now + SECOND, properties: { sos: 'pressed' } })
  await command.until(() => alarms().length > 0)
  expect(alarms().map(({ rule }) => rule)).toEqual(['sos'])
  expect(rows().map(({ location, properties }) => [location, properties])).toEqual([[undefined, { sos: 'pressed' }]])
})

test('the answer to a post that was lost is no second press, over a restart either', async () => {
  const press = band(7, town.now(), { sos: 'pressed' }, { id })
  await post(press)
  await town.restart()
  command = await town.listen('command')
  expect(await post(press)).toMatchObject({ accepted: 0, repeated: 1 })
  await command.until(() => alarms('sos').length > 0)
  expect(alarms('sos')).toMatchObject([{ count: 1 }])
})

test('a wall clock that steps by an hour escalates, ends and silences nothing, and freezes no value; a dead device becomes silent', async () => {
  const alive = `${id}-alive`
  const told = () => command.alarms().filter(({ entity, rule, escalated }) => entity.startsWith(id) && (rule === 'silent' || escalated))
  /** What a right clock says: it does not step. */
  let passedMs = 0
  const trueMs = () => Date.now() + passedMs
  let seq = 0
  const report = (who: string, properties: object) => town.post([band(++seq, trueMs(), properties, { id: who })])
  await report(alive, { heartRate: 69 })
  await report(id, { sos: 'pressed' })
  for (const [i, ms] of [-HOUR, HOUR, HOUR, -HOUR, -HOUR].entries()) {
    town.stepWall(ms)
    expect((await report(id, { heartRate: 70 + i })).body.told).toEqual([])
    await untilShown('heartRate', 70 + i)
  }
  expect([told(), alarms()]).toMatchObject([[], [{ rule: 'sos', count: 1, state: 'unacknowledged', escalated: false }]])
  // The wall clock stands an hour behind. Time goes on, and one device is dead.
  for (let i = 0; i < 60; i++) {
    town.pass(30 * SECOND)
    passedMs += 30 * SECOND
    await report(alive, { heartRate: 69 })
  }
  // What stands is asked of the store, because so much time in so little is more than a viewer's log holds.
  const { standing } = await town.store.load()
  const own = standing.filter(({ entity }) => entity.startsWith(id)).map(({ entity, rule, state }) => [entity, rule, state])
  expect(own.sort()).toEqual([
    [id, 'silent', 'unacknowledged'],
    [id, 'sos', 'unacknowledged'],
  ])
})
