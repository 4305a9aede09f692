// @vitest-environment happy-dom
import { TwinError } from '@twinmap/core'
import type { ActionAnswer } from '@twinmap/core/internal/record/action'
import { manhole } from '@twinmap/layers'
import { expect, test, vi } from 'vitest'
import { alarm, doc, type FakeParts, fakeTwins, help, NOW_MS, person } from '../../test/fake-twin.ts'
import type { OpenTwin } from './open-options.ts'
import { type SessionPorts, TwinSession } from './session.ts'
import { withAsked } from './viewer-model.ts'

function sessionOf(open: OpenTwin) {
  const ports = {
    open,
    changed: vi.fn(),
    ready: vi.fn(),
    shown: vi.fn(async () => undefined),
    failed: vi.fn(),
    warned: vi.fn(),
    selected: vi.fn(),
    ground: vi.fn(),
    signedOut: vi.fn(),
    again: vi.fn(async () => undefined),
    reopen: vi.fn(),
  } satisfies SessionPorts
  const container = document.createElement('div')
  const options = {
    src: 'http://localhost/village.twin.json',
    container,
    locale: 'zh',
    theme: 'light',
    view: null,
    getToken: null,
  } as const
  return { session: new TwinSession(ports, options), ports }
}
async function opened(parts: FakeParts = {}) {
  const twins = fakeTwins(parts)
  const { session, ports } = sessionOf(twins.open)
  await vi.waitFor(() => expect(ports.ready).toHaveBeenCalled())
  await Promise.resolve()
  return { session, ports, twin: twins.opened[0]! }
}
const feed = (state: 'live' | 'lost' | 'signed-out', id = 'town') => ({ id, state, error: null, heardMs: NOW_MS }) as const
const health = (...feeds: ReturnType<typeof feed>[]) => ({ feeds, layers: [], clockOffsetMs: 0 })

test('is loading until the twin is there, then knows its layers and every kind of its document', async () => {
  const { session } = sessionOf(fakeTwins().open)
  expect(session.model.phase).toBe('loading')
  await vi.waitFor(() => expect(session.model.layers).toHaveLength(1))
  expect([session.model.phase, [...session.model.kinds.keys()]]).toEqual(['ready', ['Wristband']])
})

test('tells any other throw as internal, and that nothing can be shown', async () => {
  const { session, ports } = sessionOf(async () => {
    throw new RangeError('what is this')
  })
  await vi.waitFor(() => expect(ports.failed).toHaveBeenCalled())
  expect(ports.failed.mock.calls[0]).toEqual([expect.objectContaining({ code: 'internal', message: 'what is this' }), true])
  expect([session.model.phase, session.retry()]).toEqual(['failed', false])
})

test('goes on by itself once the network is back, and tells once that it was away', async () => {
  const twins = fakeTwins()
  let away = 3
  const { session, ports } = sessionOf(async (options) => {
    if (away-- > 0) throw new TwinError('fetch-failed', 'http://localhost/village.twin.json: the network does not carry it')
    return twins.open(options)
  })
  await vi.waitFor(() => expect(session.model.phase).toBe('ready'))
  expect([ports.again.mock.calls.length, ports.failed.mock.calls.length, session.model.error]).toEqual([3, 1, null])
})
test('does not try again what stays so, nor after its end', async () => {
  const lasting = sessionOf(async () => {
    throw new TwinError('document-invalid', 'village.twin.json: is not JSON')
  })
  await vi.waitFor(() => expect(lasting.session.model.phase).toBe('failed'))
  await new Promise((done) => setTimeout(done, 20))
  expect(lasting.ports.again).not.toHaveBeenCalled()
  const open = vi.fn(async () => {
    throw new TwinError('fetch-failed', 'away')
  })
  const ended = sessionOf(open)
  ended.ports.again.mockImplementation(async () => {
    ended.session.dispose()
    return undefined
  })
  await vi.waitFor(() => expect(ended.ports.again).toHaveBeenCalled())
  await new Promise((done) => setTimeout(done, 20))
  expect(open).toHaveBeenCalledOnce()
})
test('a worker that did not start is asked for anew, and one that came as far as its layers is not', async () => {
  const ready = Promise.reject(new TwinError('worker-lost', 'the worker of live data ended'))
  ready.catch(() => undefined)
  const twins = fakeTwins()
  const { ports } = sessionOf(async (options) => Object.assign(await twins.open(options), { ready }))
  await vi.waitFor(() => expect(ports.reopen).toHaveBeenCalledOnce())
  const { ports: of, twin } = await opened()
  twin.send('error', new TwinError('worker-lost', 'it answers no more'))
  await new Promise((done) => setTimeout(done, 20))
  expect(of.reopen).not.toHaveBeenCalled()
})
test('tries what failed when the browser says that the network is back, and disturbs nothing that is live', async () => {
  const { session, twin } = await opened()
  const retries = () => twin.asked.filter(([verb]) => verb === 'retry').length
  twin.send('health', health(feed('live')))
  session.online()
  expect(retries()).toBe(0)
  twin.send('health', health(feed('lost')))
  session.online()
  twin.send('health', health(feed('live')))
  twin.send('error', new TwinError('tileset-missing', 'tileset mesh: the network does not carry it'))
  session.online()
  expect([retries(), session.model.error]).toEqual([2, null])
})
test('rejects a wrong subject to whoever asked, and tells everybody of one that is gone', async () => {
  const { session, ports, twin } = await opened()
  const refuses = (code: 'call-invalid' | 'entity-gone') => {
    twin.selection.set = async () => {
      throw new TwinError(code, 'no')
    }
  }
  refuses('call-invalid')
  await expect(session.select({ kind: 'Wristband', id: 'w' })).rejects.toMatchObject({ code: 'call-invalid' })
  expect(ports.failed).not.toHaveBeenCalled()
  refuses('entity-gone')
  await session.select({ kind: 'Wristband', id: 'w' })
  expect(ports.failed).toHaveBeenCalledOnce()
})

test.each([
  ['auto', 'origin', true],
  ['auto', 'ecef', false],
  ['origin', 'origin', false],
] as const)('a mesh at %s that was placed at %s: said to stand in local metres: %s', async (at, placed, said) => {
  const tilesets = [
    { id: 'mesh', url: 'http://localhost/a.json', at },
    { id: 'other', url: 'http://localhost/b.json' },
  ] as const
  const { session, twin } = await opened({ doc: { ...doc, tilesets } })
  twin.send('placed', { tileset: 'mesh', at: placed, movedMeters: 0 })
  twin.send('placed', { tileset: 'other', at: 'ecef', movedMeters: 0 })
  expect(session.model.placedLocal).toBe(said)
})

test('says once that another thing is selected, and not that it moved', async () => {
  const { twin, ports } = await opened()
  for (const selected of [person(), person({ heardMs: NOW_MS + 1 }), person({ id: 'w-2' }), null]) twin.send('selection', selected)
  expect(ports.selected).toHaveBeenCalledTimes(3)
})

test('opens the alarm alone where its thing is gone, and selects nothing in its place', async () => {
  const { session, twin, ports } = await opened()
  const set = twin.selection.set
  Object.assign(twin.selection, {
    set: async (subject: Parameters<typeof set>[0]) => {
      if (subject !== null) throw new TwinError('entity-gone', 'what was asked for is no longer here; choose again')
      return set(subject)
    },
  })
  twin.send('alarms', [alarm('a', { handle: null })])
  await session.openAlarm({ feed: 'town', id: 'a' })
  expect([session.model.alarmOpen, session.model.selected, session.model.error?.code]).toEqual([
    { feed: 'town', id: 'a' },
    null,
    'entity-gone',
  ])
  expect(ports.selected).toHaveBeenCalledOnce()
  await session.openAlarm({ feed: 'second', id: 'a' })
  expect(session.model.alarmOpen?.feed).toBe('town')
})

test('opens the alarm alone, without an error, where no layer shows its kind; its words are known all the same', async () => {
  const { session, twin } = await opened({ layers: [], kinds: [manhole] })
  twin.send('alarms', [alarm('a', { kind: 'Manhole', entity: 'M-1', name: 'M-1', rule: 'coverMoved', handle: null })])
  await session.openAlarm({ feed: 'town', id: 'a' })
  expect([session.model.alarmOpen, session.model.error]).toEqual([{ feed: 'town', id: 'a' }, null])
  expect(twin.asked.filter(([verb]) => verb === 'select')).toEqual([['select', null]])
  expect(session.model.kinds.get('Manhole')).toBe(manhole)
})

test('flies nowhere after its end, though the card came late', async () => {
  const { session, twin, ports } = await opened()
  ports.shown.mockImplementation(async () => session.dispose() as undefined)
  twin.send('alarms', [alarm('a')])
  await session.openAlarm({ feed: 'town', id: 'a' })
  expect(twin.asked.some(([verb]) => verb === 'follow')).toBe(false)
})

test('goes with the thing of an alarm while it is selected and moves, from where it is now', async () => {
  const { session, twin } = await opened()
  const at = (longitude: number, more = {}) => person({ location: [longitude, 37.25, 6], ...more })
  Object.assign(twin.selection, { set: async () => twin.send('selection', at(117.84)) })
  const camera = () => twin.asked.filter(([verb]) => ['follow', 'moved', 'end'].includes(verb))
  twin.send('alarms', [alarm('a')])
  await session.openAlarm({ feed: 'town', id: 'a' })
  const target = { longitude: 117.84, latitude: 37.25, heightEllipsoidalMeters: 6 }
  expect(camera()).toEqual([['follow', { ...target, rangeMeters: 40 }]])
  twin.send('selection', at(117.84, { heardMs: NOW_MS }))
  twin.send('selection', at(117.85))
  expect(camera().slice(1)).toEqual([['moved', { ...target, longitude: 117.85 }]])
  twin.send('selection', at(117.86, { id: 'w-2' }))
  twin.send('selection', at(117.87, { id: 'w-2' }))
  expect(camera().slice(2)).toEqual([['end']])
})

test('lists what is in the picture, asked one at a time, and nothing of it after a sign-out', async () => {
  const { session, twin } = await opened()
  const thing = { handle: person().handle, kind: 'Wristband', id: 'w-1', name: '张**', priority: 0, distanceMeters: 40 } as const
  twin.answers.inView = async () => [thing]
  await Promise.all([session.look(), session.look()])
  expect([session.model.things, twin.asked.filter(([verb]) => verb === 'inView')]).toEqual([[thing], [['inView', 50]]])
  twin.answers.inView = async () => {
    await session.signOut()
    return [thing]
  }
  await session.look()
  expect(session.model.things).toBeNull()
  await session.look()
  expect(session.model.error).toBeNull()
})

test('keeps no press as pending that was refused, and none of another count', async () => {
  const { session, twin } = await opened()
  twin.send('alarms', [alarm('a', { count: 1 })])
  twin.answers.acknowledge = async () => ({ error: { code: 'not-allowed', message: 'role care may not', details: {} } })
  const pressing = session.acknowledge({ feed: 'town', id: 'a', count: 1 })
  expect(session.model.asked.size).toBe(1)
  await pressing
  expect([session.model.asked.size, session.model.error?.code]).toEqual([0, 'not-allowed'])
  twin.answers.acknowledge = async () => ({ key: 'k', state: 'pending' })
  await session.acknowledge({ feed: 'town', id: 'a', count: 1 })
  expect(session.model.asked.size).toBe(1)
  twin.send('alarms', [alarm('a', { count: 2 })])
  expect(session.model.asked.size).toBe(0)
})

test('a refusal that comes late takes nothing back of what was pressed since', async () => {
  const { session, twin } = await opened()
  twin.send('alarms', [alarm('a', { count: 1 })])
  let refuse: (answer: ActionAnswer) => void = () => undefined
  twin.answers.acknowledge = () => new Promise((resolve) => (refuse = resolve))
  const first = session.acknowledge({ feed: 'town', id: 'a', count: 1 })
  twin.send('alarms', [alarm('a', { count: 2 })])
  twin.answers.acknowledge = async () => ({ key: 'k', state: 'pending' })
  await session.acknowledge({ feed: 'town', id: 'a', count: 2 })
  refuse({ error: { code: 'alarm-grew', message: 'occurred 2 times', details: {} } })
  await first
  expect([...session.model.asked.values()]).toEqual([{ type: 'acknowledge', count: 2 }])
})

test('what is done about a disclosure waits until the feed shows it, or until it is refused', async () => {
  const { session, twin } = await opened()
  twin.send('alarms', [help('d')])
  const pending = () => session.model.alarms.map((each) => withAsked(each, session.model.asked).asked)
  await session.disclosure({ feed: 'town', id: 'd', type: 'take' })
  expect([twin.asked.at(-1), pending()]).toEqual([['disclosure', { feed: 'town', id: 'd' }, 'take'], ['take']])
  twin.send('alarms', [help('d', { state: 'acknowledged', acknowledged: { by: 'li', atMs: 1 } })])
  expect([pending(), session.model.asked.size]).toEqual([[null], 0])
  twin.answers.acknowledge = async () => ({ error: { code: 'not-allowed', message: 'role grid may not', details: {} } })
  await session.disclosure({ feed: 'town', id: 'd', type: 'withdraw' })
  expect([pending(), session.model.error?.code]).toEqual([[null], 'not-allowed'])
})

test.each([
  ['a height of its own', [117.83, 37.25, 9], null, 9],
  ['that of the mesh where it stands', [117.83, 37.25], 40, 40],
  ["the origin's where nobody knows better", [117.83, 37.25], null, doc.origin.heightEllipsoidalMeters],
] as const)('flies to %s', async (_, location, height, target) => {
  const { session, twin } = await opened()
  const settled = height === null ? null : ({ method: 'ground', heightEllipsoidalMeters: height, errorMeters: 0.1 } as const)
  Object.assign(twin.selection, { set: async () => twin.send('selection', person({ location, settled })) })
  await session.select({ kind: 'Wristband', id: 'w-1' })
  expect(twin.asked.at(-1)).toEqual(['reveal', { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: target }])
})

test('two feeds that count alike: a press acknowledges the alarm of its own feed alone', async () => {
  const { session, twin } = await opened()
  const alarms = [alarm('a-1'), alarm('a-1', { feed: 'second', entity: 'w-2' })]
  twin.send('alarms', alarms)
  await session.acknowledge({ feed: 'second', id: 'a-1', count: 1 })
  expect(twin.asked.at(-1)).toEqual(['acknowledge', { feed: 'second', id: 'a-1', count: 1 }])
  expect(alarms.map((each) => withAsked(each, session.model.asked).asked)).toEqual([null, 'acknowledge'])
})

test('is signed out when every feed is, drops what is personal once, and keeps the document', async () => {
  const { session, twin, ports } = await opened()
  twin.send('alarms', [alarm('a')])
  twin.send('selection', person())
  twin.send('health', health(feed('signed-out'), feed('live', 'other')))
  expect(session.model.phase).toBe('ready')
  twin.send('health', health(feed('signed-out'), feed('signed-out', 'other')))
  twin.send('health', health(feed('signed-out'), feed('signed-out', 'other')))
  expect(session.model).toMatchObject({ phase: 'signed-out', expired: true, alarms: [], selected: null, doc })
  expect(ports.signedOut).toHaveBeenCalledOnce()
})

test('signs in again where the token had ended, and stays signed out where none is given', async () => {
  const { session, twin } = await opened()
  twin.send('health', health(feed('signed-out')))
  const signIn = vi.spyOn(twin, 'signIn').mockRejectedValueOnce(new TwinError('token-expired', 'getToken gave no token'))
  expect(session.retry()).toBe(true)
  await vi.waitFor(() => expect(session.model.error?.code).toBe('token-expired'))
  expect(session.model.phase).toBe('signed-out')
  expect(session.retry()).toBe(true)
  await vi.waitFor(() => expect(session.model.phase).toBe('ready'))
  expect([signIn.mock.calls.length, session.model.expired, session.model.error]).toEqual([2, false, null])
  twin.send('error', new TwinError('tile-missing', 'tiles/3.glb: 404'))
  expect(session.retry()).toBe(true)
  expect([twin.asked.at(-1), session.model.error]).toEqual([['retry'], null])
})

test('tells a missing WebGL to the page, and needs no strip for it', async () => {
  const { session, twin, ports } = await opened({ webgl: false })
  twin.send('error', new TwinError('webgl-missing', 'the browser gives no WebGL 2'))
  expect(session.model.error).toBeNull()
  expect(ports.failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'webgl-missing' }), false)
})

test('a worker that died takes its feeds with it, and can be neither asked nor signed in to', async () => {
  const { session, twin } = await opened()
  twin.send('health', health(feed('live')))
  twin.send('error', new TwinError('worker-lost', 'the worker of live data ended: it answers no more; try again'))
  expect(session.model.health?.feeds).toEqual([feed('lost')])
  expect([session.retry(), await session.signIn()]).toEqual([false, false])
})

test('a lost worker of tiles leaves the feeds live, and is asked for again without another twin', async () => {
  const { session, twin } = await opened()
  twin.send('health', health(feed('live')))
  twin.send('error', new TwinError('worker-lost', 'the tile worker ended (it answers no more)', { role: 'tile' }))
  expect(session.model.health?.feeds).toEqual([feed('live')])
  expect([session.retry(), twin.asked.at(-1)]).toEqual([true, ['retry']])
})

test('hears nothing after its end, and a twin that opens then is ended at once', async () => {
  const { session, twin, ports } = await opened()
  session.dispose()
  const told = ports.changed.mock.calls.length
  twin.send('alarms', [alarm('a')])
  expect([twin.listeners(), twin.disposed, session.twin, ports.changed.mock.calls.length]).toEqual([0, true, null, told])
  const twins = fakeTwins()
  const late = sessionOf(twins.open)
  late.session.dispose()
  await vi.waitFor(() => expect(twins.opened[0]?.disposed).toBe(true))
  expect([late.ports.ready.mock.calls, late.ports.failed.mock.calls]).toEqual([[], []])
})
