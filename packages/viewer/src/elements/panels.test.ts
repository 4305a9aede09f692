// @vitest-environment happy-dom
import { wristband } from '@twinmap/layers'
import { beforeEach, expect, test, vi } from 'vitest'
import { alarm, help, helping, NOW_MS, person } from '../../test/fake-twin.ts'
import { alarmRows } from '../panels/alarm-rows.ts'
import { entityCard } from '../panels/card-model.ts'
import { SETTLED_MS } from '../tools/clicks.ts'
import './twin-alarm-list.ts'
import './twin-card.ts'
import './twin-layer-list.ts'
import './twin-tools.ts'

const ZONE = 'Asia/Shanghai'
const kinds = new Map([['Wristband', wristband]])
const rows = (...alarms: ReturnType<typeof alarm>[]) => alarmRows(alarms, kinds, 'zh', NOW_MS, ZONE)
beforeEach(() => document.body.replaceChildren())
async function placed<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]>) {
  const element = Object.assign(document.createElement(tag), properties)
  document.body.append(element)
  await (element as unknown as { updateComplete: Promise<unknown> }).updateComplete
  return { element, root: element.shadowRoot! }
}
const key = (name: string) => new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true })

test('tells severity by shape, number and words, not by colour alone', async () => {
  const { root } = await placed('twin-alarm-list', { rows: rows(alarm('a'), alarm('b', { priority: 3 })) })
  const signs = [...root.querySelectorAll('.sign')]
  expect(signs.map((s) => s.getAttribute('aria-label'))).toEqual(['红色 1 级', '黄色 3 级'])
  for (const part of ['path', '.digit']) expect(new Set(signs.map((s) => s.querySelector(part)!.getAttribute('d'))).size).toBe(2)
})
test('says how many alarms wait for an operator', async () => {
  const { root } = await placed('twin-alarm-list', { rows: rows(alarm('a'), alarm('b', { state: 'acknowledged' })) })
  expect(root.querySelector('small')!.textContent).toBe('1 条未处理')
})
test.each([
  ['zh', '已升级'],
  ['en', 'escalated'],
] as const)('says in row and card, in %s, that nobody came in time, until somebody has', async (locale, words) => {
  const context = { kinds, locale, nowMs: NOW_MS, timeZone: 'Asia/Shanghai' }
  const late = alarm('a', { escalated: true })
  const list = await placed('twin-alarm-list', { locale, rows: rows(late) })
  const card = await placed('twin-card', { locale, model: entityCard(person({ alarms: [late] }), context) })
  expect(list.root.querySelector('.age')!.textContent).toContain(words)
  expect(card.root.querySelector('.state')!.textContent).toContain(words)
  const seen = alarm('a', { escalated: true, state: 'acknowledged' })
  list.element.rows = rows(seen)
  card.element.model = entityCard(person({ alarms: [seen] }), context)
  await Promise.all([list.element.updateComplete, card.element.updateComplete])
  expect(list.root.textContent! + card.root.textContent!).not.toContain(words)
})
test('a row has two lines: what, whose and how often; then when, or who acknowledged it and when', async () => {
  const { root } = await placed('twin-alarm-list', {
    rows: rows(
      alarm('a', { count: 3 }),
      alarm('b', { rule: 'batteryLow', priority: 4, state: 'acknowledged', acknowledged: { by: '李主任', atMs: NOW_MS } }),
    ),
  })
  const seen = [...root.querySelectorAll('li')].map((li) =>
    ['.words', '.note', '.age'].map((part) => li.querySelector(part)!.textContent!.replaceAll(/\s+/g, ' ').trim()),
  )
  expect(seen).toEqual([
    ['SOS 求助 张** ×3', '14:18 已按下', '1 分 04 秒未确认'],
    ['手环低电 张**', '李主任 14:20 确认', '1 分已确认'],
  ])
})
test('lets Tab reach one row and arrow keys the others', async () => {
  const { element, root } = await placed('twin-alarm-list', { rows: rows(alarm('a'), alarm('b'), alarm('c')) })
  const buttons = [...root.querySelectorAll('button')]
  expect(buttons.map((b) => b.tabIndex)).toEqual([0, -1, -1])
  buttons[0]!.focus()
  buttons[0]!.dispatchEvent(key('End'))
  await element.updateComplete
  expect(root.activeElement).toBe(buttons[2])
  expect(buttons.map((b) => b.tabIndex)).toEqual([-1, -1, 0])
})
test('shows the rules of a flood as one line each, and every alarm of one that is opened, by keys too', async () => {
  const low = Array.from({ length: 11 }, (_, i) =>
    alarm(`low-${i}`, { rule: 'batteryLow', priority: 4, name: `李${i}*`, heardMs: NOW_MS - i }),
  )
  const { element, root } = await placed('twin-alarm-list', { rows: rows(alarm('sos'), ...low) })
  const lines = () => [...root.querySelectorAll('.words')].map((each) => each.textContent!.trim())
  const buttons = () => [...root.querySelectorAll('button')]
  expect(lines()).toEqual(['SOS 求助 张**', '手环低电 11 个'])
  expect(root.querySelector('small')!.textContent).toBe('12 条未处理')
  const opened = vi.fn()
  element.addEventListener('twin-alarm-open', (e) => opened(e.detail.id))
  buttons()[0]!.focus()
  buttons()[0]!.dispatchEvent(key('ArrowDown'))
  await element.updateComplete
  expect(root.activeElement).toBe(buttons()[1])
  expect(buttons()[1]!.getAttribute('aria-expanded')).toBe('false')
  buttons()[1]!.dispatchEvent(key('ArrowRight'))
  await element.updateComplete
  expect(lines()).toHaveLength(13)
  expect(lines()[2]).toBe('李0*')
  buttons()[1]!.dispatchEvent(key('End'))
  await element.updateComplete
  buttons()[12]!.click()
  expect(opened.mock.calls).toEqual([['low-10']])
  buttons()[12]!.dispatchEvent(key('ArrowLeft'))
  await element.updateComplete
  expect(lines()).toHaveLength(2)
  expect(root.activeElement).toBe(buttons()[1])
  buttons()[1]!.click()
  await element.updateComplete
  expect(lines()).toHaveLength(13)
})
/** As a finger or a mouse presses, so long after now. */
const pressed = (button: Element, afterMs = 0) => {
  const click = new MouseEvent('click', { bubbles: true, composed: true, detail: 1 })
  Object.defineProperty(click, 'timeStamp', { value: performance.now() + afterMs })
  button.dispatchEvent(click)
}
const cardWith = (...alarms: ReturnType<typeof alarm>[]) =>
  entityCard(person({ alarms }), { kinds, locale: 'zh', nowMs: NOW_MS, timeZone: 'Asia/Shanghai' })
const LOW = { rule: 'batteryLow', priority: 4 } as const

test('offers each open alarm by itself, also to keys, and a second press takes none that nobody meant', async () => {
  const { element, root } = await placed('twin-card', { model: cardWith(alarm('sos'), alarm('low', LOW)) })
  const asked = vi.fn()
  element.addEventListener('twin-acknowledge', (e) => asked(e.detail.id))
  const buttons = () => [...root.querySelectorAll<HTMLButtonElement>('[part=acknowledge]')]
  expect(buttons().map((b) => b.getAttribute('aria-label'))).toEqual(['确认 SOS 求助', '确认 手环低电'])
  pressed(buttons()[0]!, SETTLED_MS)
  element.model = cardWith(alarm('sos', { pending: true, asked: 'acknowledge' }), alarm('low', LOW))
  await element.updateComplete
  pressed(buttons()[0]!, SETTLED_MS)
  expect(asked.mock.calls).toEqual([['sos']])
  buttons()[1]!.click() // as Enter does, on what has the focus
  expect(asked.mock.calls).toEqual([['sos'], ['low']])
})
test('an SOS that comes just before a press, and moves the rows, takes none; once it is seen it does', async () => {
  const { element, root } = await placed('twin-card', { model: cardWith(alarm('low', LOW)) })
  const asked = vi.fn()
  element.addEventListener('twin-acknowledge', (e) => asked(e.detail.id))
  const first = () => root.querySelector('[part=acknowledge]')!
  element.model = cardWith(alarm('sos'), alarm('low', LOW))
  await element.updateComplete
  pressed(first(), SETTLED_MS - 100)
  expect(asked).not.toHaveBeenCalled()
  pressed(first(), SETTLED_MS)
  expect(asked.mock.calls).toEqual([['sos']])
})
test('a card that stands since just now takes no press: it was meant for what stood there before', async () => {
  const { element, root } = await placed('twin-card', { model: cardWith(alarm('sos')) })
  const asked = vi.fn()
  element.addEventListener('twin-acknowledge', asked)
  pressed(root.querySelector('[part=acknowledge]')!)
  expect(asked).not.toHaveBeenCalled()
})
test('keys stay in the card once its button has done its work, and on no other button', async () => {
  const { element, root } = await placed('twin-card', { model: cardWith(alarm('sos'), alarm('low', LOW)) })
  root.querySelector<HTMLElement>('[part=acknowledge]')!.focus()
  element.model = cardWith(alarm('sos', { state: 'acknowledged' }), alarm('low', LOW))
  await element.updateComplete
  expect(root.activeElement).toBe(root.querySelector('[part=title]'))
})
test('waits for the feed once it was pressed', async () => {
  const model = (asked: 'acknowledge' | null) => cardWith(alarm('a', { pending: asked !== null, asked }), alarm('b', { priority: 4 }))
  const { element, root } = await placed('twin-card', { model: model(null) })
  const asked = vi.fn()
  element.addEventListener('twin-acknowledge', (e) => asked(e.detail))
  const button = () => root.querySelector<HTMLButtonElement>('[part=acknowledge]')!
  button().click()
  expect(asked).toHaveBeenCalledWith({ feed: 'town', id: 'a', count: 1 })
  expect(button().disabled).toBe(false)
  element.model = { ...model('acknowledge'), alarms: model('acknowledge').alarms.slice(0, 1) }
  await element.updateComplete
  expect(button().disabled).toBe(true)
  expect(button().getAttribute('aria-busy')).toBe('true')
  expect(button().textContent!.trim()).toBe('正在确认…')
})
const helpCard = (...alarms: ReturnType<typeof alarm>[]) =>
  entityCard(person({ alarms }), { kinds: helping, locale: 'zh', nowMs: NOW_MS, timeZone: 'Asia/Shanghai' })
test('a disclosure is taken, reported done and withdrawn, by keys too, and no button acts while one is on its way', async () => {
  const behind = alarm('a', { rule: 'bloodPressureCritical', state: 'acknowledged' })
  const { element, root } = await placed('twin-card', { model: helpCard(help('d'), behind) })
  const asked = vi.fn()
  element.addEventListener('twin-disclosure', (e) => asked(e.detail))
  const acknowledged = vi.fn()
  element.addEventListener('twin-acknowledge', acknowledged)
  const buttons = () => [...root.querySelectorAll<HTMLButtonElement>('.act')]
  expect(buttons().map((b) => [b.getAttribute('part'), b.getAttribute('aria-label')])).toEqual([
    ['take', '接手 需要帮助'],
    ['done', '报告完成 需要帮助'],
    ['withdraw', '撤回 需要帮助'],
  ])
  for (const button of buttons()) button.click() // as Enter does
  expect(asked.mock.calls).toEqual([
    [{ feed: 'town', id: 'd', type: 'take' }],
    [{ feed: 'town', id: 'd', type: 'done' }],
    [{ feed: 'town', id: 'd', type: 'withdraw' }],
  ])
  expect(acknowledged).not.toHaveBeenCalled()
  element.model = helpCard(help('d', { pending: true, asked: 'done' }), behind)
  await element.updateComplete
  expect(buttons().map((b) => [b.disabled, b.getAttribute('aria-busy'), b.textContent!.trim()])).toEqual([
    [true, 'false', '接手'],
    [true, 'true', '正在报告…'],
    [true, 'false', '撤回'],
  ])
})
test('a press that was meant for a button that is gone takes none of the disclosure; keys stay in the card', async () => {
  const { element, root } = await placed('twin-card', { model: helpCard(help('d')) })
  const asked = vi.fn()
  element.addEventListener('twin-disclosure', asked)
  root.querySelector<HTMLElement>('[part=take]')!.focus()
  element.model = helpCard(help('d', { state: 'acknowledged', acknowledged: { by: 'li', atMs: NOW_MS } }))
  await element.updateComplete
  pressed(root.querySelector('[part=done]')!, SETTLED_MS - 100)
  expect(asked).not.toHaveBeenCalled()
  expect(root.activeElement).toBe(root.querySelector('[part=title]'))
  expect(root.querySelector('.state')!.textContent).toBe('li 14:20 接手')
})
test('a row of a disclosure says what, whose, and who goes there', async () => {
  const row = help('d', { state: 'acknowledged', acknowledged: { by: 'li', atMs: NOW_MS }, done: { by: 'wang', atMs: NOW_MS } })
  const { element, root } = await placed('twin-alarm-list', { rows: alarmRows([row], helping, 'zh', NOW_MS, ZONE) })
  const words = () => root.querySelector('.said')!.textContent!.replaceAll(/\s+/g, ' ').trim()
  expect(words()).toBe('需要帮助 张** li 14:20 接手 · wang 14:20 报告完成')
  element.rows = alarmRows([help('d', { pending: true, asked: 'take' })], helping, 'zh', NOW_MS, ZONE)
  await element.updateComplete
  expect([words(), root.querySelector('.age')!.textContent!.trim()]).toEqual(['需要帮助 张** 待接手', '正在接手…'])
})
test('offers no button where nothing waits', async () => {
  const model = entityCard(person({ alarms: [alarm('a', { state: 'acknowledged' })] }), {
    kinds,
    locale: 'zh',
    nowMs: NOW_MS,
    timeZone: 'Asia/Shanghai',
  })
  const { root } = await placed('twin-card', { model })
  expect(root.querySelector('[part=acknowledge]')).toBeNull()
})
test('asks to show or hide a layer', async () => {
  const row = { id: 'wristbands', name: '手环', symbol: wristband.symbol, visible: true, facts: '612' }
  const { element, root } = await placed('twin-layer-list', { rows: [row] })
  const asked = vi.fn()
  element.addEventListener('twin-layer-visible', (e) => asked(e.detail))
  root.querySelector('input')!.click()
  expect(asked).toHaveBeenCalledWith({ layer: 'wristbands', visible: false })
})
test('names each tool, turns the needle, and hides what the browser cannot do', async () => {
  const { element, root } = await placed('twin-tools', { headingDeg: 30 })
  expect([...root.querySelectorAll('button')].map((b) => b.getAttribute('aria-label'))).toEqual(['放大', '缩小', '转回正北'])
  expect(root.querySelector('.compass g')!.getAttribute('transform')).toBe('rotate(-30)')
  element.canFullscreen = true
  await element.updateComplete
  expect(root.querySelectorAll('button')).toHaveLength(4)
})
