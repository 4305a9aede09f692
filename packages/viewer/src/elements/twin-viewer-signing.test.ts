// @vitest-environment happy-dom
import { TwinError } from '@twinmap/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alarm, fakeTwins, NOW_MS, person } from '../../test/fake-twin.ts'
import { inside, live, mounted, settled, words } from '../../test/mounted.ts'

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS, toFake: ['Date', 'setInterval', 'clearInterval'] }))
afterEach(() => {
  document.body.replaceChildren()
  vi.useRealTimers()
})

test('leaves nothing on the page after signing out', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('alarms', [alarm('a')])
  twin.send('selection', person({ alarms: [alarm('a')] }))
  await settled(viewer)
  await viewer.signOut()
  await settled(viewer)
  const everything = [root, ...[...root.querySelectorAll('*')].map((e) => e.shadowRoot)].map((r) => r?.textContent ?? '').join()
  expect(everything).not.toContain('张')
  expect(everything).toContain('已退出登录')
  expect(twin.asked.some(([verb]) => verb === 'signOut')).toBe(true)
})
test('keeps the picture after signing out, and goes on with it after signing in', async () => {
  const { viewer, root, twin, twins } = await mounted()
  const out = vi.fn()
  viewer.addEventListener('twin-signed-out', out)
  await viewer.signOut()
  await settled(viewer)
  expect(out).toHaveBeenCalledOnce()
  expect(twin.disposed).toBe(false)
  expect(root.querySelector('.map canvas')).not.toBeNull()
  expect(root.querySelector('twin-tools')).not.toBeNull()
  expect(root.querySelector('twin-alarm-list')).toBeNull()
  expect(words(root, '[part=caption]')).toContain('实景 2026-10-18 航摄')
  twin.send('error', new TwinError('fetch-refused', 'tiles/3.glb: the server refuses this viewer (401)'))
  await settled(viewer)
  expect(words(root, '[part=problem]')).toContain('有一部分内容要登录后才能看 fetch-refused')
  root.querySelector<HTMLElement>('[part=offline] button')!.click()
  await settled(viewer)
  expect(twin.asked.at(-1)).toEqual(['signIn'])
  twin.send('alarms', [alarm('a')])
  await settled(viewer)
  expect(inside(root, 'twin-alarm-list').querySelectorAll('li')).toHaveLength(1)
  expect(root.querySelector('[part=problem]')).toBeNull()
  expect(twins.opened).toHaveLength(1)
})
test('keeps the twin open when the page gives another function for tokens, and asks the newest', async () => {
  const { viewer, twins } = await mounted()
  expect(twins.opened[0]!.options.getToken).toBeNull()
  viewer.getToken = () => 'first'
  await settled(viewer)
  // A page that draws itself anew makes the function anew.
  viewer.getToken = ({ feed }) => `newest of ${feed}`
  await settled(viewer)
  expect(twins.opened).toHaveLength(2)
  expect(await twins.opened[1]!.options.getToken!({ feed: 'town', expired: false })).toBe('newest of town')
  viewer.getToken = null
  await settled(viewer)
  expect(twins.opened.map(({ options }) => options.getToken === null)).toEqual([true, false, true])
})
test('opens anew where the layers never came', async () => {
  const twins = fakeTwins()
  const broken: typeof twins.open = async (options) => {
    const twin = await twins.open(options)
    const ready = Promise.reject(new TwinError('signed-out', 'nobody is signed in'))
    ready.catch(() => undefined)
    return Object.assign(twin, { ready })
  }
  const { viewer } = await mounted({ open: broken, opened: twins.opened })
  await viewer.signOut()
  await viewer.signIn()
  await settled(viewer)
  expect(twins.opened.map((twin) => twin.disposed)).toEqual([true, false])
})
test('opens no twin that arrives after signing out', async () => {
  const twins = fakeTwins()
  let go: () => void = () => undefined
  const slow: typeof twins.open = (options) => new Promise((done) => (go = () => done(twins.open(options))))
  const { viewer, root } = await mounted({ open: slow, opened: twins.opened })
  await viewer.signOut()
  go()
  await settled(viewer)
  expect(twins.opened[0]!.disposed).toBe(true)
  expect(words(root, '[part=message]')).toContain('已退出登录')
})
test('opens anew after a sign-out when it is told to', async () => {
  const { viewer, twins } = await mounted()
  await viewer.signOut()
  viewer.reload()
  await settled(viewer)
  expect(viewer.twin).toBe(twins.opened[1])
})
test('says that the session has expired', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('health', { ...live, feeds: [{ ...live.feeds[0], state: 'signed-out' }] })
  await settled(viewer)
  expect(words(root, '[part=offline]')).toBe('登录已过期，请重新登录 重新登录')
  expect(root.querySelector('twin-alarm-list')).toBeNull()
})
test('is not signed out by one feed of two, and trying again asks for a token', async () => {
  const { viewer, root, twin } = await mounted()
  const other = { id: 'other', state: 'signed-out', error: null, heardMs: null } as const
  twin.send('health', { ...live, feeds: [live.feeds[0], other] })
  await settled(viewer)
  expect(root.querySelector('twin-alarm-list')).not.toBeNull()
  root.querySelector<HTMLElement>('[part=offline] button')!.click()
  expect(twin.asked.at(-1)).toEqual(['signIn'])
})
test('tries a tile again after the session expired by signing in', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('health', { ...live, feeds: [{ ...live.feeds[0], state: 'signed-out' }] })
  twin.send('error', new TwinError('tile-missing', 'tiles/3.glb: 404'))
  await settled(viewer)
  root.querySelector<HTMLElement>('[part=problem] button')!.click()
  expect(twin.asked.at(-1)).toEqual(['signIn'])
})
