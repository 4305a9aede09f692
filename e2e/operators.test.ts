// What operators need of the viewer's shell: words that can be read in every state, and everything within reach of keys.
import { expect, test } from 'vitest'
import type { FakeTwin } from '../packages/viewer/test/fake-twin.ts'
import { disabledContrasts, onMesh, pressables, violations, withAxe } from './harness/axe.ts'
import { type Shell, settled, withShell } from './harness/viewer-shell.ts'

declare const twins: { readonly opened: FakeTwin[] }
const shell = withShell()
const CONTRAST = ['color-contrast']

/** Every sort of row: open and acknowledged of each priority, a disclosure, one that escalated, one on its way. */
const fill = `{
  const { alarm, help, person, twins, NOW_MS, TwinError } = globalThis
  const twin = twins.opened.at(-1)
  const by = { by: '李主任', atMs: NOW_MS }
  const rule = { 1: 'sos', 2: 'bloodPressureHigh', 3: 'silent', 4: 'batteryLow' }
  const alarms = [1, 2, 3, 4].flatMap((priority) => [
    alarm('open-' + priority, { priority, rule: rule[priority], count: 3, escalated: priority < 3 }),
    alarm('seen-' + priority, { priority, rule: rule[priority], state: 'acknowledged', acknowledged: by }),
  ])
  alarms.push(help('d'), alarm('asked', { priority: 1, pending: true, asked: 'acknowledge' }))
  twin.send('alarms', alarms)
  twin.send('selection', person({ alarms: [alarms[0], alarms[1], help('d'), alarm('asked', { priority: 2, pending: true, asked: 'acknowledge' })] }))
  twin.send('error', new TwinError('tile-corrupt', 'tiles/3.glb: meshes[0] has 3 indices of 65535; make or copy that tile again'))
}`

const LAYOUTS = [
  { width: 1280, height: 800, own: '800px', open: '.status button' },
  { width: 390, height: 844, own: '844px', open: '#tab-alarms' },
] as const

for (const theme of ['light', 'dark'] as const)
  for (const { width, height, own, open } of LAYOUTS)
    test(`${theme}, ${width} × ${height}: axe finds no fault, and every word can be read at rest, hovered, focused, selected and disabled`, async () => {
      const { page } = await shell.opened({ width, height, own })
      await withAxe(page)
      await page.evaluate((t) => (document.querySelector('twin-viewer')!.theme = t), theme)
      const press = (selector: string) =>
        page.evaluate((s) => document.querySelector('twin-viewer')!.shadowRoot!.querySelector<HTMLElement>(s)?.click(), selector)
      const closeCard = () => page.evaluate(() => twins.opened[0]!.send('selection', null))
      const states = async (name: string) => {
        for (const mesh of ['#fff', '#000']) {
          await onMesh(page, mesh)
          expect([name, mesh, await violations(page)]).toEqual([name, mesh, []])
        }
        for (const { x, y, what } of await pressables(page)) {
          await page.mouse.move(x, y)
          expect([name, 'hovered', what, await violations(page, CONTRAST)]).toEqual([name, 'hovered', what, []])
        }
        for (const { words, contrast } of await disabledContrasts(page)) expect([words, contrast > 4.5]).toEqual([words, true])
      }
      await page.evaluate(fill)
      await settled(page)
      await states('card')
      await closeCard()
      await press(open)
      await settled(page)
      await settled(page)
      await states('lists')
      // By keys, one after another; what has the focus is judged where it stands.
      for (let i = 0; i < 14; i++) {
        await page.keyboard.press('Tab')
        expect([i, 'focused', await violations(page, CONTRAST)]).toEqual([i, 'focused', []])
      }
      await page.close()
    })

test('nothing of a row is cut: neither how often, nor who, nor what to do', async () => {
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
    [320, 640],
  ] as const) {
    const { page } = await shell.opened({ width, height, own: `${height}px` })
    await page.evaluate(fill)
    await page.evaluate(() => {
      const { alarm } = globalThis as unknown as Shell
      const long = { name: '阿卜杜热西提·阿卜杜热合曼·买买提', count: 12, escalated: true }
      const by = { by: 'a-colleague-with-a-long-name@example.com', atMs: Date.UTC(2026, 9, 17) }
      const twin = twins.opened[0]!
      twin.send('selection', null)
      twin.send('alarms', [alarm('a', long), alarm('b', { ...long, priority: 2, rule: 'silent', state: 'acknowledged', acknowledged: by })])
    })
    // On a phone the tabs come back once the card is gone.
    await settled(page)
    await page.evaluate(() => document.querySelector('twin-viewer')!.shadowRoot!.querySelector<HTMLElement>('#tab-alarms')?.click())
    await page.waitForFunction(() => {
      const list = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-alarm-list')
      return list?.shadowRoot?.querySelectorAll('.words').length === 2
    })
    await settled(page)
    const cut = await page.evaluate(() => {
      const root = document.querySelector('twin-viewer')!.shadowRoot!
      const list = root.querySelector('twin-alarm-list')!.shadowRoot!
      const parts = [...list.querySelectorAll('.words, .times, .note, .age'), ...root.querySelectorAll('.bar b, .bar .times, .remedy')]
      const { right, left } = root.querySelector('.frame')!.getBoundingClientRect()
      return {
        count: parts.length,
        cut: parts
          .filter((e) => {
            const box = e.getBoundingClientRect()
            return e.scrollWidth > e.clientWidth + 1 || box.left < left || box.right > right || box.width === 0
          })
          .map((e) => e.textContent),
      }
    })
    expect(cut.cut).toEqual([])
    expect(cut.count).toBeGreaterThan(8)
    await page.close()
  }
})
