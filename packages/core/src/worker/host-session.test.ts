// Who is signed in, as the host sees it: sessions, actions, and what is left after them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { above, alarms, band, doc, KEY, last, lively, open, say, settle, sos, T0, world } from '../../test/host-world.ts'
import type { TwinDocument } from '../document/document.ts'
import { liveClock } from '../live/clock.ts'
import { HIDDEN } from '../live/layout.ts'
import type { GroundHeight } from '../live/settle.ts'
import { toColumns } from '../record/columns.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(T0)
})
afterEach(() => {
  vi.useRealTimers()
})

test('who comes back in a lesser role keeps nothing that the snapshot does not hold: no value, no name, no alarm', async () => {
  const { at } = await lively()
  const { handle } = await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })
  await at.host.calls.watch({ handle })
  at.sockets[0]!.onclose?.({ code: 4401, reason: 'token-expired' })
  await settle()
  await at.host.calls.token({ feed: 'town', token: 'of the public' })
  await settle()
  expect(at.sockets.length).toBe(2)
  say(at, {
    streamId: 's-of-another-role',
    snapshot: true,
    records: toColumns([band({ sos: 'pressed' }, [117.83, 37.25, 0])]),
    alarms: [sos({ id: 'd-1', rule: null, as: 'needsHelp', category: 'health' })],
  })
  await settle()
  const card = last(at, 'described').described!
  expect([card.name, card.fields.map(({ field }) => field), card.alarms.map(({ id }) => id)]).toEqual(['W-0413', ['sos'], ['d-1']])
  expect(alarms(at)).toMatchObject([{ id: 'd-1', rule: null, as: 'needsHelp', name: 'W-0413' }])
  say(at, { streamId: 's-of-another-role', n: 2, snapshot: true, records: [], alarms: [] })
  await settle()
  expect([alarms(at), last(at, 'described').described, last(at, 'health').health.layers[0]!.count]).toEqual([[], null, 0])
  await expect(at.host.calls.describe({ handle })).rejects.toMatchObject({ code: 'entity-gone' })
})

test('an acknowledgement is pending until the feed shows it, by whoever', async () => {
  const { at } = await lively()
  const acknowledge = { key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' } as const
  expect(await at.host.calls.act(acknowledge)).toEqual({ key: KEY, state: 'pending' })
  expect(alarms(at)[0]).toMatchObject({ pending: true, asked: 'acknowledge' })
  expect(JSON.parse(String(at.asked.at(-1)!.init.body))).toEqual({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1 })
  say(at, { from: 2, n: 2, alarms: [sos({ state: 'acknowledged', acknowledged: { by: 'wang', atMs: T0 } })] })
  expect(alarms(at)[0]).toMatchObject({ pending: false, asked: null, state: 'acknowledged' })
})

test.each([
  ['take', { state: 'acknowledged', acknowledged: { by: 'li', atMs: T0 } }],
  ['done', { state: 'acknowledged', acknowledged: { by: 'li', atMs: T0 }, done: { by: 'li', atMs: T0 } }],
  ['withdraw', { state: 'normal' }],
] as const)('%s goes to the server without a count, and is pending until the feed shows it', async (type, shown) => {
  const { at } = await lively()
  const disclosed = sos({ id: 'd-1', rule: null, as: 'needsHelp', category: 'health' })
  say(at, { from: 2, n: 2, alarms: [disclosed] })
  expect(await at.host.calls.act({ key: KEY, type, alarm: 'd-1', feed: 'town' })).toEqual({ key: KEY, state: 'pending' })
  expect(JSON.parse(String(at.asked.at(-1)!.init.body))).toEqual({ key: KEY, type, alarm: 'd-1' })
  const pending = () => alarms(at).map(({ id, asked }) => [id, asked])
  expect(pending()).toEqual([
    ['a-1', null],
    ['d-1', type],
  ])
  say(at, { from: 3, n: 3, alarms: [{ ...disclosed, ...shown }] })
  expect(pending()).toEqual([['a-1', null], ...(type === 'withdraw' ? [] : [['d-1', null]])])
})

test('after a sign-out no timer runs, also when a patch comes back late', async () => {
  const { at } = await lively()
  at.hold = true
  say(at, { from: 2, n: 2, records: toColumns([band({}, [117.83, 37.25, 5])]) })
  await settle()
  const flying = at.messages.findLast((message) => message.type === 'patch')!
  say(at, { from: 3, n: 3, records: toColumns([band({}, [117.83, 37.25, 6])]) })
  await at.host.calls.token({ feed: null, token: null })
  expect(vi.getTimerCount()).toBe(0)
  at.host.recycle({ type: 'recycle', layer: 'wristbands', buffer: flying.patch.words.buffer })
  expect(vi.getTimerCount()).toBe(0)
})

test('a file, or heights, that come after the sign-out place nothing, and are no error', async () => {
  const plots: TwinDocument = {
    ...doc,
    tilesets: [{ id: 'mesh', url: 'https://town.example/tileset.json', heights: 'https://town.example/heights.json' }],
    layers: [doc.layers[0]!, { id: 'streetlights', kind: 'Wristband', inventory: 'https://town.example/plots.geojson' }],
  }
  let come: (ground: GroundHeight) => void = () => undefined
  const at = world({ openHeights: () => new Promise((resolve) => (come = resolve)) })
  await open(at, plots)
  await at.host.calls.token({ feed: null, token: null })
  const before = at.messages.length
  come(() => null)
  await settle()
  expect([at.messages.slice(before), vi.getTimerCount()]).toEqual([[], 0])
})

test('what was asked and not answered does not outlast a sign-out', async () => {
  const { at } = await lively()
  await at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  await at.host.calls.token({ feed: null, token: null })
  await at.host.calls.token({ feed: 'town', token: 'jwt of another' })
  await settle()
  say(at, { snapshot: true, records: [], alarms: [sos()] })
  await settle()
  expect(alarms(at).map(({ pending }) => pending)).toEqual([false])
})

test('an acknowledgement that the feed never shows may be pressed again after half a minute', async () => {
  const { at } = await lively()
  await at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  await settle(29_900)
  expect(alarms(at)[0]!.pending).toBe(true)
  await settle(100 + 266)
  expect(alarms(at)[0]!.pending).toBe(false)
})

test('an alarm that somebody acknowledged before is pending no more', async () => {
  const { at } = await lively()
  at.answer = () => new Response(JSON.stringify({ key: KEY, state: 'done', by: 'wang' }))
  expect(await at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })).toMatchObject({ by: 'wang' })
  expect(alarms(at)[0]!.pending).toBe(false)
})

test('an alarm that grew is told, and is pending no more', async () => {
  const { at } = await lively()
  at.answer = () =>
    new Response(JSON.stringify({ error: { code: 'alarm-grew', message: 'occurred 2 times', details: {} } }), { status: 409 })
  const answer = await at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  expect(answer).toMatchObject({ error: { code: 'alarm-grew' } })
  expect(alarms(at)[0]!.pending).toBe(false)
})

test('an action whose token expired asks for a new one and goes again with its key', async () => {
  const { at } = await lively()
  at.answer = () => new Response(JSON.stringify({ error: { code: 'token-expired', message: 'expired' } }), { status: 401 })
  const acting = at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  await settle()
  expect(last(at, 'needToken')).toEqual({ type: 'needToken', feed: 'town', expired: true })
  at.answer = () => new Response(JSON.stringify({ key: KEY, state: 'pending' }), { status: 202 })
  await at.host.calls.token({ feed: 'town', token: 'jwt2' })
  expect(await acting).toEqual({ key: KEY, state: 'pending' })
  expect((at.asked.at(-1)!.init.headers as Record<string, string>)['Authorization']).toBe('Bearer jwt2')
})

test('a feed that cannot be had leaves the rest usable, and says why', async () => {
  const at = world()
  const away: TwinDocument = {
    ...doc,
    feeds: [{ ...doc.feeds[0]!, url: 'https://evil.example/live' }],
    layers: [doc.layers[0]!, { id: 'x', kind: 'Unknown' }],
  }
  const { layers } = await at.host.calls.open({ doc: away, base: 'https://town.example/', locale: 'zh', clock: liveClock(T0, 0) })
  expect(layers.map(({ id }) => id)).toEqual(['wristbands'])
  expect(last(at, 'health').health.feeds[0]).toMatchObject({ id: 'town', state: 'refused', error: { code: 'fetch-refused' } })
  expect(last(at, 'error').error.message).toMatch(
    /^layers\[\d\]\.kind is "Unknown", which is declared neither by the document nor here; .*Layer x stays empty$/,
  )
})

test('signing out ends the socket and what is under way, empties list, chips, card and markers, and a new token starts again', async () => {
  const { at } = await lively()
  at.hold = true // as in a hidden tab: a patch is on its way
  say(at, { from: 2, n: 2, records: toColumns([band({}, [117.83, 37.25, 5])]) })
  await settle()
  at.answer = () => new Promise(() => undefined)
  const acting = at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  const refused = expect(acting).rejects.toMatchObject({ code: 'signed-out' })
  await settle(1)
  await at.host.calls.token({ feed: null, token: null })
  expect(at.sockets[0]!.closed).toBe(true)
  expect([alarms(at), last(at, 'described').described, last(at, 'labels').labels]).toEqual([[], null, []])
  expect(at.mirror[7]).toBe(HIDDEN)
  expect(last(at, 'health').health.feeds[0]!.state).toBe('signed-out')
  await expect(at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).rejects.toMatchObject({ code: 'signed-out' })
  expect(await at.host.calls.pick({ x: 400, y: 300, view: above, tMs: T0 })).toEqual([])
  await refused
  at.hold = false
  await at.host.calls.token({ feed: 'town', token: 'jwt3' })
  await settle()
  expect(at.sockets.at(-1)!.sent).toEqual(['{"hello":{"token":"jwt3","kinds":["Wristband"]}}'])
})
