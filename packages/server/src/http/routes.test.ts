import { request } from 'node:http'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BAND_KEY, band, listenTo, PERSON_KEY, startTown, type Town, uuid } from '../testing/town.ts'
import { isLocalName } from './routes.ts'

let town: Town
let seq = 0
beforeAll(async () => {
  town = await startTown()
})
afterAll(() => town.close())

const raise = async (id: string) => {
  const command = await town.listen('command')
  await town.post([band(++seq, town.now(), { sos: 'pressed' }, { id })])
  await command.until(() => command.alarms().some((a) => a.entity === id))
  const alarm = command.alarms().find((a) => a.entity === id)!
  return { alarm: alarm.id, command }
}
const acknowledge = (alarm: string, count = 1, key = uuid()) => ({ key, type: 'acknowledge', alarm, count })

test('an acknowledgement is pending with 202 until the feed echoes it; a repeat is 200 with who was first', async () => {
  const { alarm, command } = await raise('W-act-1')
  const [care, grid] = [await town.token('care'), await town.token('grid')]
  const action = acknowledge(alarm)
  expect(await town.act(care, action)).toEqual({ status: 202, body: { key: action.key, state: 'pending' } })
  await command.until(() => command.alarms().find((a) => a.id === alarm)?.state === 'acknowledged')
  expect(await town.act(care, action)).toEqual({ status: 200, body: { key: action.key, state: 'done', by: 'care-name' } })
  const other = acknowledge(alarm)
  expect(await town.act(grid, other)).toEqual({ status: 200, body: { key: other.key, state: 'done', by: 'care-name' } })
  await command.leave()
})

test('the same key asks the same thing: sent again after a second press, it is done, and the press stands', async () => {
  const { alarm, command } = await raise('W-act-2')
  const care = await town.token('care')
  const action = acknowledge(alarm)
  await town.act(care, action)
  await town.post([band(++seq, town.now(), { sos: 'pressed' }, { id: 'W-act-2' })])
  await command.until(() => command.alarms().find((a) => a.id === alarm)?.count === 2)
  expect(await town.act(care, action)).toMatchObject({ status: 200, body: { state: 'done' } })
  expect(command.alarms().find((a) => a.id === alarm)?.state).toBe('unacknowledged')
  await command.leave()
})

test('twenty at once, one of them first: one transition', async () => {
  const { alarm, command } = await raise('W-act-3')
  const care = await town.token('care')
  const answers = await Promise.all(Array.from({ length: 20 }, () => town.act(care, acknowledge(alarm))))
  expect(answers.filter((a) => a.status === 202).length).toBe(1)
  expect(answers.filter((a) => a.status === 200).length).toBe(19)
  await command.until(() => command.alarms().find((a) => a.id === alarm)?.state === 'acknowledged')
  const transitions = command.envelopes.flatMap((e) => e.alarms ?? []).filter((a) => a.id === alarm)
  expect(transitions.map((a) => a.state)).toEqual(['unacknowledged', 'acknowledged'])
  await command.leave()
})

test('an alarm that ended still tells who acknowledged it', async () => {
  const { alarm, command } = await raise('W-act-4')
  await town.act(await town.token('care'), acknowledge(alarm))
  await town.post([band(++seq, town.now(), { sos: 'released' }, { id: 'W-act-4' })])
  await command.until(() => !command.alarms().some((a) => a.id === alarm))
  expect(await town.act(await town.token('grid'), acknowledge(alarm))).toMatchObject({ status: 200, body: { by: 'care-name' } })
  await command.leave()
})

test('a count that grew is 409, an unknown alarm 404, a role that may not 403, no token 401, nonsense 400', async () => {
  const { alarm, command } = await raise('W-act-5')
  await town.post([band(++seq, town.now(), { sos: 'pressed' }, { id: 'W-act-5' })])
  const care = await town.token('care')
  const code = async (token: string, action: object) => {
    const { status, body } = await town.act(token, action)
    return [status, (body as { error: { code: string } }).error.code]
  }
  expect(await town.act(care, acknowledge(alarm, 1))).toMatchObject({
    status: 409,
    body: { error: { code: 'alarm-grew', details: { count: 2, seen: 1 } } },
  })
  expect(await code(care, acknowledge('a-999999'))).toEqual([404, 'alarm-unknown'])
  expect(await code(await town.token('public'), acknowledge(alarm, 2))).toEqual([403, 'not-allowed'])
  expect(await code('nonsense', acknowledge(alarm, 2))).toEqual([401, 'not-allowed'])
  expect(await code(await town.token('care', -5_000), acknowledge(alarm, 2))).toEqual([401, 'token-expired'])
  expect(await code(care, { ...acknowledge(alarm), key: 'x' })).toEqual([400, 'request-invalid'])
  await command.leave()
})

test('a token that ended while the body came acknowledges nothing', async () => {
  const { alarm, command } = await raise('W-act-late')
  const body = JSON.stringify(acknowledge(alarm))
  const headers = { Authorization: `Bearer ${await town.token('care', 60_000)}`, 'Content-Length': body.length }
  const status = new Promise((resolve) => {
    const sent = request(`${town.url}actions`, { method: 'POST', headers }, (answer) => resolve(answer.statusCode))
    sent.write(body.slice(0, 20))
    // Long enough for the head to be read: then a minute passes.
    setTimeout(() => {
      town.pass(61_000)
      sent.end(body.slice(20))
    }, 200)
  })
  expect(await status).toBe(401)
  expect(command.alarms().find(({ id }) => id === alarm)?.state).toBe('unacknowledged')
  await command.leave()
})

test('a source writes only its kinds; a record of another kind is told, and the rest is kept', async () => {
  const person = { kind: 'Person', id: 'P-1', t: town.now(), properties: { ageYears: 80 } }
  expect(await town.post([person])).toMatchObject({ status: 403, body: { error: { code: 'not-allowed' } } })
  expect(await town.post([person, band(++seq, town.now(), { battery: 50 })])).toMatchObject({
    status: 200,
    body: { accepted: 1, told: [{ index: 0, code: 'not-allowed' }] },
  })
  expect((await town.post([person], PERSON_KEY)).status).toBe(200)
})

const raw = (body: string | Uint8Array<ArrayBuffer>, key = BAND_KEY) =>
  fetch(`${town.url}records`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body }).then(async (r) => [
    r.status,
    (await r.json()).error?.code,
  ])

test('every bad request is answered with a status and a code', async () => {
  expect(await raw('{')).toEqual([400, 'request-invalid'])
  expect(await raw('{"records":{}}')).toEqual([400, 'request-invalid'])
  expect(await raw(new Uint8Array([0x7b, 0xff]))).toEqual([400, 'request-invalid'])
  expect(await raw('{"records":[]}', 'a-wrong-key-0000000000')).toEqual([401, 'not-allowed'])
  expect(await raw(`{"records":["${'x'.repeat(1_000_001)}"]}`)).toEqual([413, 'request-too-large'])
  const get = (path: string, init?: RequestInit) =>
    fetch(`${town.url}${path}`, init).then(async (r) => [r.status, (await r.json()).error.code])
  expect(await get('nowhere')).toEqual([404, 'not-found'])
  expect(await get('live')).toEqual([400, 'request-invalid'])
  expect(await get('records', { method: 'DELETE' })).toEqual([405, 'request-invalid'])
  expect(await get('history?from=1&to=2')).toEqual([401, 'not-allowed'])
  expect(await get('demo-token?role=command')).toEqual([404, 'not-found'])
  expect(await get('%ff')).toEqual([400, 'request-invalid'])
  const headers = { Authorization: `Bearer ${await town.token('care')}` }
  for (const query of ['', 'from=2&to=1', 'from=x&to=1', 'from=0&to=9999999999999', 'from=1&to=2&id=x'])
    expect(await get(`history?${query}`, { headers })).toEqual([400, 'request-invalid'])
})

test('a body too large in a stream without a length is refused too', async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('x'.repeat(200_000)))
    },
  })
  const answer = await fetch(`${town.url}records`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${BAND_KEY}` },
    body,
    duplex: 'half',
  } as RequestInit).catch((error) => error)
  // The server answers and closes; whether the client reads it before its own write fails is up to the client.
  if (answer instanceof Response) expect(answer.status).toBe(413)
  expect((await town.post([band(++seq, town.now(), { battery: 50 })])).status).toBe(200)
})

test('history begins with what was known at its start and goes on with records by their own time', async () => {
  const id = 'W-history'
  const first = town.now()
  await town.post([band(1, first, { battery: 90 }, { id }), band(2, first + 2, { battery: 80 }, { id })])
  town.pass(5_000)
  const begin = town.now()
  town.pass(5_000)
  await town.post([band(4, begin + 4_000, { battery: 70, sos: 'pressed' }, { id })])
  await town.post([band(3, begin + 3_000, { steps: 5 }, { id })])
  const answer = await fetch(`${town.url}history?from=${begin}&to=${town.now() + 1_000}&kind=Wristband&id=${id}`, {
    headers: { Authorization: `Bearer ${await town.token('care')}` },
  })
  const [snapshot, ...rest] = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(snapshot).toMatchObject({ snapshot: true, records: [{ id: [id], t: [first + 2], properties: { battery: [80] } }] })
  expect(rest.flatMap((e) => e.records ?? []).flatMap((c) => c.t)).toEqual([begin + 3_000, begin + 4_000])
  expect(rest.flatMap((e) => e.alarms ?? []).map((a) => [a.entity, a.state])).toEqual([[id, 'unacknowledged']])
})

test("no question tells of an alarm that the role may not know: a grid officer's history has its SOS, and that help is needed", async () => {
  const id = 'W-whose'
  const begin = town.now() + 1
  town.pass(5)
  await town.post([band(++seq, town.now(), { heartRate: 187, systolic: 210, diastolic: 130, sos: 'pressed' }, { id })])
  const ask = async (role: 'grid' | 'care', query: string) => {
    const answer = await fetch(`${town.url}history?from=${begin}&to=${town.now()}${query}`, {
      headers: { Authorization: `Bearer ${await town.token(role)}` },
    })
    const lines = (await answer.text()).trimEnd().split('\n')
    return lines.slice(1).flatMap((line): Alarm[] => JSON.parse(line).alarms ?? [])
  }
  const own = (alarms: readonly Alarm[]) => [...new Set(alarms.map(({ as, category, entity }) => `${as ?? category} ${entity}`))].sort()
  expect(own(await ask('care', `&kind=Wristband&id=${id}`))).toEqual([`health ${id}`, `needsHelp ${id}`, `sos ${id}`])
  expect(own(await ask('grid', `&kind=Wristband&id=${id}`))).toEqual([`needsHelp ${id}`, `sos ${id}`])
  expect(own(await ask('grid', '&kind=Wristband'))).toEqual([`needsHelp ${id}`, `sos ${id}`])
  expect(own(await ask('grid', ''))).toEqual([`needsHelp ${id}`, `sos ${id}`])
  // What stood at the begin is cut alike.
  const standing = `${town.url}history?from=${town.now()}&to=${town.now()}&kind=Wristband&id=${id}`
  const answer = await fetch(standing, { headers: { Authorization: `Bearer ${await town.token('grid')}` } })
  expect(own(JSON.parse((await answer.text()).split('\n')[0]!).alarms)).toEqual([`needsHelp ${id}`, `sos ${id}`])
})

test('a question about a kind that is not declared is refused, and names the nearest', async () => {
  const answer = await fetch(`${town.url}history?from=0&to=1&kind=Wristbnd`, {
    headers: { Authorization: `Bearer ${await town.token('care')}` },
  })
  expect(answer.status).toBe(400)
  expect((await answer.json()).error).toMatchObject({ code: 'request-invalid', message: expect.stringMatching(/did you mean Wristband\?/) })
})

test('a key that was used for another alarm is refused, and that alarm stands', async () => {
  const token = await town.token('care')
  for (const id of ['W-key-1', 'W-key-2']) await town.post([band(++seq, town.now(), { sos: 'pressed' }, { id })])
  const listener = await town.listen('care')
  await listener.until(() => listener.alarms().filter(({ entity }) => entity.startsWith('W-key')).length === 2)
  const alarm = (id: string) => listener.alarms().find(({ entity }) => entity === id)!
  const key = crypto.randomUUID()
  expect((await town.act(token, { key, type: 'acknowledge', alarm: alarm('W-key-1').id, count: 1 })).status).toBe(202)
  const second = await town.act(token, { key, type: 'acknowledge', alarm: alarm('W-key-2').id, count: 1 })
  expect(second).toMatchObject({ status: 409, body: { error: { code: 'key-reused' } } })
  await listener.until(() => alarm('W-key-1').state === 'acknowledged')
  expect(alarm('W-key-2').state).toBe('unacknowledged')
})

test('a demo signs for itself, and for the public alone where others may ask', async () => {
  const keys = town.keys
  const demo = await startTown({ demo: { privateKey: keys.privateKey }, viewers: { publicKey: keys.publicKey } })
  const role = async (host?: string) => {
    const answer = await fetch(`${demo.url}demo-token?role=care`, { headers: host === undefined ? {} : { 'X-Host': host } })
    return answer.json()
  }
  const { token, role: given } = await role()
  expect(given).toBe('care')
  const listener = listenTo(demo.url, { token })
  await listener.until(() => listener.envelopes.length > 0)
  await listener.leave()
  await demo.close()
  const lan = await startTown({ host: '0.0.0.0', demo: { privateKey: keys.privateKey }, viewers: { publicKey: keys.publicKey } })
  expect(await (await fetch(`${lan.url}demo-token?role=command`)).json()).toMatchObject({ role: 'public' })
  await lan.close()
})

test('a name that only resolves to this machine is not this machine', () => {
  expect(['localhost:80', '127.0.0.1', '[::1]:8080'].map(isLocalName)).toEqual([true, true, true])
  expect(['evil.example', 'localhost.evil.example', '10.0.0.2:80', undefined, ''].map(isLocalName)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})

test('an anonymous viewer is public where the configuration says so', async () => {
  const open = await startTown({ viewers: { publicKey: town.keys.publicKey, anonymous: 'public' } })
  const listener = listenTo(open.url, {})
  await listener.until(() => listener.envelopes.length > 0)
  expect(listener.envelopes[0]).toMatchObject({ snapshot: true, records: [], alarms: [] })
  await listener.leave()
  await open.close()
})
