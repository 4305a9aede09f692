// @vitest-environment happy-dom
import { type AlarmShown, TwinError } from '@twinmap/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alarm, doc, type FakeTwin, fakeTwins, help, NOW_MS, person } from '../../test/fake-twin.ts'
import { inside, live, mounted, settled, words } from '../../test/mounted.ts'
import { NEWS } from '../panels/alarm-news.ts'
import { viewerProperties } from './viewer-properties.ts'

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS, toFake: ['Date', 'setInterval', 'clearInterval'] }))
afterEach(() => {
  document.body.replaceChildren()
  vi.useRealTimers()
})

test('opens the document relative to the page, and says so when it is ready', async () => {
  const ready = vi.fn()
  document.addEventListener('twin-ready', ready, { once: true })
  const { viewer, twin } = await mounted()
  expect(twin.options.src).toBe(new URL('longwan.twin.json', document.baseURI).href)
  expect(ready).toHaveBeenCalledOnce()
  expect(viewer.twin).toBe(twin)
})

test('shows name, liveness with its age, capture, refinement and scale', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('health', live)
  twin.send('refinement', { state: 'loading', share: 0.426 })
  await settled(viewer)
  expect(words(root, '[part=status]')).toContain('龙湾社区 实时 · 8 秒前')
  expect(words(root, '[part=caption]')).toBe('实景 2026-10-18 航摄 模拟航拍 细化 42 % 50 m')
})
test('never says that it is complete before it is', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('refinement', { state: 'loading', share: 1 })
  await settled(viewer)
  expect(words(root, '[part=refinement]')).toBe('细化 99 %')
  twin.send('refinement', { state: 'complete', share: 1 })
  await settled(viewer)
  expect(words(root, '[part=refinement]')).toBe('细化完成')
})
test('says that memory is full when refinement starves', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('refinement', { state: 'starved', share: 0.5 })
  await settled(viewer)
  expect(words(root, '[part=refinement]')).toBe('内存已满，细化暂停')
})
test('tells when the data stopped, in the zone of the twin, when the feed is lost', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('health', { ...live, feeds: [{ ...live.feeds[0], state: 'lost' }] })
  await settled(viewer)
  expect(words(root, '[part=offline]')).toContain('离线 · 数据停在 14:19')
})
test('counts the age on while nothing comes', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('health', live)
  await vi.advanceTimersByTimeAsync(60_000)
  await settled(viewer)
  expect(words(root, '[part=status]')).toContain('1 分钟前')
})

test('says everything in another language when the page does, on itself or around it, and opens nothing anew', async () => {
  document.documentElement.lang = 'zh-CN'
  const { viewer, root, twin, twins } = await mounted(fakeTwins(), { locale: 'auto' })
  twin.send('refinement', { state: 'complete', share: 1 })
  await settled(viewer)
  const says = () => [words(root, '[part=refinement]'), twin.locale.current, root.querySelector('.frame')!.getAttribute('lang')]
  expect(says()).toEqual(['细化完成', 'zh', 'zh-CN'])
  document.documentElement.lang = 'en-GB'
  await settled(viewer)
  expect(says()).toEqual(['Fully refined', 'en', 'en'])
  viewer.lang = 'zh'
  await settled(viewer)
  expect(says()[0]).toBe('细化完成')
  viewer.locale = 'en'
  await settled(viewer)
  expect([says()[0], twins.opened.length, twin.disposed]).toEqual(['Fully refined', 1, false])
  document.documentElement.removeAttribute('lang')
})
test.each([
  ['theme', 'blue', 'theme is "blue"; one of "light", "dark", "auto" is needed'],
  ['theme', 'drak', 'theme is "drak"; did you mean "dark"?'],
  ['locale', 'fr', 'locale is "fr"; one of "zh", "en", "auto" is needed'],
  ['src', 12, 'src is 12; a string is needed'],
  ['src', {}, 'src is an object; a string is needed'],
  ['view', Number.NaN, 'view is NaN; a string is needed'],
  ['getToken', 'jwt', 'getToken is "jwt"; a function is needed'],
  ['openTwin', 'me', 'openTwin is "me"; a function is needed'],
  ['src', Symbol('s'), 'src is Symbol(s); a string is needed'],
] as const)('refuses %s = %s in words, and keeps what stood', async (name, wrong, sentence) => {
  const { viewer, twins, root } = await mounted()
  const heard = vi.fn()
  viewer.addEventListener('twin-error', heard)
  const before = viewer[name]
  Object.assign(viewer, { [name]: wrong })
  await settled(viewer)
  expect(heard.mock.calls.map(([{ detail }]) => [detail.error.code, detail.error.message, detail.fatal])).toEqual([
    ['call-invalid', `${sentence} It stays as it was`, false],
  ])
  expect([viewer[name], twins.opened.length]).toEqual([before, 1])
  expect(words(root, '[part=problem]')).toContain('call-invalid')
})
test('takes nothing for the default, as frameworks hand over what is absent', async () => {
  const { viewer } = await mounted()
  const heard = vi.fn()
  viewer.addEventListener('twin-error', heard)
  Object.assign(viewer, { theme: undefined, locale: null, view: undefined, getToken: undefined })
  await settled(viewer)
  expect([viewer.theme, viewer.locale, viewer.view, viewer.getToken, heard.mock.calls.length]).toEqual(['auto', 'auto', null, null, 0])
})
test('the table of properties holds those that the element has, each of them', () => {
  const declared = [
    ...(customElements.get('twin-viewer') as unknown as { elementProperties: Map<string, { state?: boolean }> }).elementProperties,
  ]
  expect(Object.keys(viewerProperties(null)).sort()).toEqual(declared.flatMap(([name, { state }]) => (state === true ? [] : [name])).sort())
})

test('shows what failed, its sentence and its code, and tries again', async () => {
  const open = vi.fn(async () => {
    throw new TwinError('document-invalid', 'longwan.twin.json: tilesets[0].url is missing')
  })
  const failed = vi.fn()
  document.addEventListener('twin-error', failed, { once: true })
  const { viewer, root } = await mounted({ open, opened: [] })
  expect(words(root, '[part=message]')).toBe('孪生文档有误 longwan.twin.json: tilesets[0].url is missing 代码 document-invalid 重试')
  expect(failed.mock.calls[0]![0].detail).toMatchObject({ fatal: true, error: { code: 'document-invalid' } })
  root.querySelector<HTMLElement>('[part=message] button')!.click()
  await settled(viewer)
  expect(open).toHaveBeenCalledTimes(2)
})
test('stays usable when something fails later, and the reader can put it away', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('error', new TwinError('tile-missing', 'tiles/3.glb: 404'))
  await settled(viewer)
  expect(words(root, '[part=problem]')).toContain('tile-missing')
  expect(root.querySelector('twin-tools')).not.toBeNull()
  root.querySelector<HTMLElement>('[part=problem] button:last-of-type')!.click()
  await settled(viewer)
  expect(root.querySelector('[part=problem]')).toBeNull()
})
test('never looks live when its worker has died, and opens anew without a reload', async () => {
  const { viewer, root, twin, twins } = await mounted()
  twin.send('health', live)
  twin.send('error', new TwinError('worker-lost', 'the worker of live data ended: it answers no more; try again'))
  await settled(viewer)
  expect(words(root, '[part=offline]')).toContain('离线 · 数据停在 14:19')
  expect(words(root, '[part=problem]')).toMatch(/后台线程中断 worker-lost the worker of live data ended: .* 重试/)
  root.querySelector<HTMLElement>('[part=problem] button')!.click()
  await settled(viewer)
  expect(twins.opened.map(({ disposed }) => disposed)).toEqual([true, false])
  expect(root.querySelector('[part=problem]')).toBeNull()
})
test('says what to do when there is no WebGL, and keeps the alarms', async () => {
  const { root } = await mounted(fakeTwins({ webgl: false }))
  expect(words(root, '[part=message]')).toContain('webgl-missing')
  expect(root.querySelector('twin-alarm-list')).not.toBeNull()
})
test('says what to do when a document shows nothing', async () => {
  const { root } = await mounted(fakeTwins({ doc: { ...doc, tilesets: [], feeds: [] }, layers: [] }))
  expect(words(root, '[part=message]')).toContain('这里还没有可以显示的内容')
})
test('says that no document is named', async () => {
  const { root, twins } = await mounted(fakeTwins(), { src: '' })
  expect(words(root, '[part=message]')).toContain('没有指定孪生文档')
  expect(twins.opened).toHaveLength(0)
})

test('opens the card of an alarm and flies there', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('alarms', [alarm('a')])
  await settled(viewer)
  inside(root, 'twin-alarm-list').querySelector('button')!.click()
  await settled(viewer)
  expect(twin.asked.map(([verb]) => verb)).toEqual(expect.arrayContaining(['follow', 'select']))
  twin.send('selection', person({ alarms: [alarm('a')] }))
  await settled(viewer)
  expect(words(inside(root, 'twin-card'), 'header')).toContain('张**')
})
test('flies to an alarm only when its card stands, so that it ends beside it', async () => {
  const { viewer, root, twin } = await mounted()
  root
    .querySelector<HTMLElement>('.stage')!
    .querySelectorAll('.box')
    .forEach((box) => {
      box.getBoundingClientRect = () => new DOMRect(0, 0, 10, 10)
    })
  const set = twin.selection.set
  Object.assign(twin.selection, {
    set: async (subject: Parameters<typeof set>[0]) => {
      await set(subject)
      twin.send('selection', person({ alarms: [alarm('a')] }))
    },
  })
  twin.send('alarms', [alarm('a')])
  await settled(viewer)
  inside(root, 'twin-alarm-list').querySelector('button')!.click()
  await settled(viewer)
  expect(twin.asked.map(([verb]) => verb).filter((verb) => ['select', 'setCovered', 'follow'].includes(verb))).toEqual([
    'select',
    'setCovered',
    'follow',
  ])
  expect(twin.asked.find(([verb]) => verb === 'follow')![1]).toMatchObject({ longitude: 117.83, rangeMeters: 40 })
})
test('shows what is selected where neither edge nor card hides it', async () => {
  const { viewer, twin } = await mounted()
  const set = twin.selection.set
  Object.assign(twin.selection, {
    set: async (subject: Parameters<typeof set>[0]) => {
      await set(subject)
      twin.send('selection', subject === null ? null : person())
    },
  })
  await viewer.select({ kind: 'Wristband', id: 'w-1' })
  expect(twin.asked.at(-1)).toEqual(['reveal', { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6 }])
  await viewer.select(null)
  expect(twin.asked.at(-1)).toEqual(['select', null])
})
/** Selecting gives that person, and nothing gives none. */
function selects(twin: FakeTwin): void {
  Object.assign(twin.selection, {
    set: async (subject: unknown) => twin.send('selection', subject === null ? null : person({ alarms: [alarm('a')] })),
  })
}
test('lists what is in the picture behind a button, and a row opens its card', async () => {
  const { viewer, root, twin } = await mounted()
  selects(twin)
  twin.answers.inView = async () => [
    { handle: person().handle, kind: 'Wristband', id: 'w-1', name: '张**', priority: 1, distanceMeters: 40.4 },
  ]
  const button = root.querySelector<HTMLElement>('.status button[aria-label="视野内"]')!
  button.click()
  await settled(viewer)
  await settled(viewer)
  const row = inside(root, 'twin-thing-list').querySelector('button')!
  expect([button.getAttribute('aria-expanded'), row.textContent!.replaceAll(/\s+/g, ' ').trim()]).toEqual(['true', '张** 人员手环40 m'])
  row.click()
  await settled(viewer)
  expect(words(inside(root, 'twin-card'), 'header')).toContain('张**')
})
test('a red alarm outside of the picture has a named button at its edge that goes there; others and those that are seen have none', async () => {
  const { viewer, root, twin } = await mounted()
  // 0.01° east of the origin is far to the right of it.
  const m = [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 100, 0, 100]
  Object.defineProperty(root.querySelector('.map')!, 'clientWidth', { value: 800 })
  Object.assign(twin.view, { state: { viewProjection: m, eye: [0, -100, 0], width: 800, height: 600 } })
  const east = [117.84, 37.25, 6] as const
  twin.send('alarms', [
    alarm('seen', { at: [117.83, 37.25, 6.4] }),
    alarm('out', { at: east, place: null }),
    alarm('orange', { at: east, priority: 2 }),
  ])
  await settled(viewer)
  const arrows = [...root.querySelectorAll<HTMLElement>('[part=outside]')]
  expect(arrows.map((each) => [each.getAttribute('aria-label'), each.style.left])).toEqual([['画面外：SOS 求助 张**，飞到那里', '778px']])
  arrows[0]!.click()
  await settled(viewer)
  expect(twin.asked.some(([verb]) => verb === 'follow')).toBe(true)
})
test('lets the camera turn north and come nearer', async () => {
  const { root, twin } = await mounted()
  const [nearer, farther, north] = inside(root, 'twin-tools').querySelectorAll('button')
  for (const button of [nearer, farther, north]) button!.click()
  expect(twin.asked.slice(-3)).toEqual([['zoomBy', 0.5, { durationMs: 250 }], ['zoomBy', 2, { durationMs: 250 }], ['faceNorth']])
})
test('opens a card of the alarm alone where no layer shows its thing', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('alarms', [alarm('a', { kind: 'Silo', entity: 'S-1', rule: 'full', name: 'S-1', handle: null, category: 'facility' })])
  await viewer.updateComplete
  await settled(viewer)
  inside(root, 'twin-alarm-list').querySelector('button')!.click()
  await settled(viewer)
  expect(words(inside(root, 'twin-card'), 'header')).toContain('Silo S-1')
  expect(words(inside(root, 'twin-card'), '.what')).toContain('设施告警')
})
test('takes a disclosure, unless a listener cancels it, and shows it as pending until the feed says so', async () => {
  const { viewer, root, twin } = await mounted()
  const show = async (...alarms: AlarmShown[]) => {
    twin.send('alarms', alarms)
    twin.send('selection', person({ alarms }))
    await settled(viewer)
  }
  const button = () => inside(root, 'twin-card').querySelector<HTMLButtonElement>('[part=take]')
  await show(help('d'))
  viewer.addEventListener('twin-disclosure', (e) => e.preventDefault(), { once: true })
  button()!.click()
  expect(twin.asked.some(([verb]) => verb === 'disclosure')).toBe(false)
  button()!.click()
  await settled(viewer)
  expect(twin.asked).toContainEqual(['disclosure', { feed: 'town', id: 'd' }, 'take'])
  expect([button()!.disabled, button()!.textContent!.trim()]).toEqual([true, '正在接手…'])
  await show(help('d', { state: 'acknowledged', acknowledged: { by: 'li', atMs: NOW_MS } }))
  expect(button()).toBeNull()
  expect(inside(root, 'twin-card').querySelector<HTMLButtonElement>('[part=done]')!.disabled).toBe(false)
})
test('acknowledges at the count that was shown, unless a listener cancels it', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('selection', person({ alarms: [alarm('a', { count: 2 })] }))
  await settled(viewer)
  const button = inside(root, 'twin-card').querySelector<HTMLElement>('[part=acknowledge]')!
  viewer.addEventListener('twin-acknowledge', (e) => e.preventDefault(), { once: true })
  button.click()
  expect(twin.asked.some(([verb]) => verb === 'acknowledge')).toBe(false)
  button.click()
  expect(twin.asked).toContainEqual(['acknowledge', { feed: 'town', id: 'a', count: 2 }])
})
test('shows an acknowledgement as pending from the click until the feed tells another state', async () => {
  const { viewer, root, twin } = await mounted()
  const button = () => inside(root, 'twin-card').querySelector<HTMLButtonElement>('[part=acknowledge]')
  twin.send('alarms', [alarm('a')])
  twin.send('selection', person({ alarms: [alarm('a')] }))
  await settled(viewer)
  button()!.click()
  await settled(viewer)
  expect(button()!.disabled).toBe(true)
  twin.send('alarms', [alarm('a', { count: 2 })])
  twin.send('selection', person({ alarms: [alarm('a', { count: 2 })] }))
  await settled(viewer)
  expect(button()!.disabled).toBe(false)
  twin.send('selection', person({ alarms: [alarm('a', { count: 2, state: 'acknowledged' })] }))
  await settled(viewer)
  expect(button()).toBeNull()
})
test('tells a refused acknowledgement, and offers it again', async () => {
  const { viewer, root, twin } = await mounted()
  twin.answers.acknowledge = async () => ({ error: { code: 'alarm-grew', message: 'alarm a: it occurred again meanwhile', details: {} } })
  twin.send('selection', person({ alarms: [alarm('a')] }))
  await settled(viewer)
  inside(root, 'twin-card').querySelector<HTMLElement>('[part=acknowledge]')!.click()
  await settled(viewer)
  expect(words(root, '[part=problem]')).toContain('alarm-grew')
  expect(inside(root, 'twin-card').querySelector<HTMLButtonElement>('[part=acknowledge]')!.disabled).toBe(false)
})
test('tells the page once what is selected, however often it is described', async () => {
  const { viewer, twin } = await mounted()
  const chosen = vi.fn()
  viewer.addEventListener('twin-select', (e) => chosen(e.detail.chosen))
  twin.send('selection', person())
  twin.send('selection', person({ heardMs: NOW_MS }))
  twin.send('selection', null)
  expect(chosen.mock.calls).toEqual([[{ layer: 'wristbands', kind: 'Wristband', id: 'w-1', alarm: null }], [null]])
})
test('closes the card with Escape and gives the focus to the map', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('selection', person())
  await settled(viewer)
  root.querySelector('twin-card')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }))
  await settled(viewer)
  expect(root.querySelector('twin-card')).toBeNull()
  expect(root.activeElement).toBe(root.querySelector('.map canvas'))
})
test('selects what a click meets, and not what a drag ends on', async () => {
  const { viewer, root, twin } = await mounted()
  const map = root.querySelector('.map')!
  twin.answers.at = async () => ({ handle: { layer: 'wristbands', slot: 3, generation: 1 }, mesh: null })
  map.dispatchEvent(new PointerEvent('pointerdown', { clientX: 10, clientY: 10 }))
  map.dispatchEvent(new MouseEvent('click', { clientX: 90, clientY: 10 }))
  await settled(viewer)
  expect(twin.asked.some(([verb]) => verb === 'at')).toBe(false)
  map.dispatchEvent(new PointerEvent('pointerdown', { clientX: 10, clientY: 10 }))
  map.dispatchEvent(new MouseEvent('click', { clientX: 11, clientY: 10 }))
  await settled(viewer)
  expect(twin.asked).toContainEqual(['select', { handle: { layer: 'wristbands', slot: 3, generation: 1 } }])
})
test('tells where the mesh was clicked, and shows it', async () => {
  const { viewer, root, twin } = await mounted()
  const told = vi.fn()
  viewer.addEventListener('twin-ground', (e) => told(e.detail.point.location))
  twin.answers.at = async () => ({ handle: null, mesh: { enu: [1, 2, 3], location: [117.83, 37.25, 6.4], distanceMeters: 90 } })
  root.querySelector('.map')!.dispatchEvent(new MouseEvent('click'))
  await settled(viewer)
  expect(told).toHaveBeenCalledWith([117.83, 37.25, 6.4])
  expect(words(root, '[part=ground]')).toBe('117.8300000°, 37.2500000° · H 13.50 m · h 6.40 m')
})
test('reads a new alarm out once', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('alarms', [alarm('a')])
  await new Promise((done) => setTimeout(done, NEWS.clearedMs))
  await settled(viewer)
  expect(words(root, '[aria-live]')).toBe('新告警：SOS 求助 张**')
})

test('leaves wheel and one finger to the page until it has focus', async () => {
  const { viewer, root, twin } = await mounted()
  const map = root.querySelector<HTMLElement>('.map canvas')!
  expect(twin.asked.at(-1)).toEqual(['setGestures', { wheelAndOneFinger: 'page' }])
  map.dispatchEvent(new Event('wheel', { bubbles: true }))
  await settled(viewer)
  expect(words(root, '.hint')).toBe('按住 Ctrl 滚动缩放，或先点一下地图')
  map.focus()
  await settled(viewer)
  expect(twin.asked.at(-1)).toEqual(['setGestures', { wheelAndOneFinger: 'map' }])
  expect(root.querySelector('.hint')).toBeNull()
  map.blur()
  expect(twin.asked.at(-1)).toEqual(['setGestures', { wheelAndOneFinger: 'page' }])
})

test('survives being moved in the page', async () => {
  const { viewer, twins, twin } = await mounted()
  const section = document.body.appendChild(document.createElement('section'))
  section.append(viewer)
  await settled(viewer)
  expect(twin.disposed).toBe(false)
  expect(twins.opened).toHaveLength(1)
})
test('disposes of everything when it is removed, and begins anew when it is put back', async () => {
  const { viewer, twins, twin, root } = await mounted()
  twin.send('alarms', [alarm('a')])
  viewer.remove()
  await settled(viewer)
  expect(twin.disposed).toBe(true)
  expect(twin.listeners()).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  document.body.append(viewer)
  await settled(viewer)
  expect(twins.opened).toHaveLength(2)
  expect(inside(root, 'twin-alarm-list').querySelector('li')).toBeNull()
})
test('disposes of a twin that opens after the element was removed', async () => {
  const twins = fakeTwins()
  let go: () => void = () => undefined
  const slow: typeof twins.open = (options) => new Promise((done) => (go = () => done(twins.open(options))))
  const { viewer } = await mounted({ open: slow, opened: twins.opened })
  viewer.remove()
  await settled(viewer)
  go()
  await settled(viewer)
  expect(twins.opened[0]!.disposed).toBe(true)
})
test('opens another twin when src changes, and drops the one before', async () => {
  const { viewer, twins, twin } = await mounted()
  viewer.src = 'other.twin.json'
  await settled(viewer)
  expect(twin.disposed).toBe(true)
  expect(twins.opened).toHaveLength(2)
})
test('writes words of a twin as text, never as markup', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('selection', person({ name: '<img src=x onerror=alert(1)>' }))
  await settled(viewer)
  expect(inside(root, 'twin-card').querySelector('img')).toBeNull()
})
test('has no inline style in what it draws, which a strict policy would refuse', async () => {
  const { viewer, root, twin } = await mounted()
  twin.send('health', live)
  twin.send('alarms', [alarm('a')])
  twin.send('selection', person({ alarms: [alarm('a')] }))
  await settled(viewer)
  const all = [root, ...[...root.querySelectorAll('*')].flatMap((e) => e.shadowRoot ?? [])].flatMap((r) => [...r.querySelectorAll('*')])
  expect(all.length).toBeGreaterThan(40)
  expect(all.filter((e) => e.hasAttribute('style') || e.localName === 'style')).toEqual([])
})

test('what has no effect in the document is told by an event, and on the console unless that is cancelled', async () => {
  const { viewer, twin } = await mounted()
  const console_ = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const warning = new TwinError('document-planned', 'feeds[0].history is planned')
  const heard: unknown[] = []
  viewer.addEventListener('twin-warning', ({ detail }) => heard.push(detail.warning))
  twin.send('warning', warning)
  expect(heard).toEqual([warning])
  expect(console_.mock.calls).toEqual([['twin-viewer: document-planned: feeds[0].history is planned']])
  viewer.addEventListener('twin-warning', (event) => event.preventDefault())
  twin.send('warning', warning)
  expect(console_).toHaveBeenCalledTimes(1)
  console_.mockRestore()
})
