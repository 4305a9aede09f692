// What operators need of the viewer's shell: words that can be read in every state, and everything within reach of keys.
import type { Page } from 'puppeteer-core'
import { expect, test } from 'vitest'
import type { FakeTwin } from '../packages/viewer/test/fake-twin.ts'
import { disabledContrasts, onMesh, pressables, violations, withAxe } from './harness/axe.ts'
import { boxOf, type Shell, settled, withShell } from './harness/viewer-shell.ts'

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
  twin.answers.inView = async () =>
    [0, 1, 2, 3, 4].map((priority) => ({ handle: { layer: 'w', slot: priority, generation: 0 }, kind: 'Wristband', id: 'w-' + priority, name: '张**', priority, distanceMeters: 9 }))
  // One that no camera sees: an arrow at the edge.
  alarms.push(alarm('outside', { entity: 'w-9', at: [117.9, 37.25, 6] }))
  Object.assign(twin.view.state, { viewProjection: [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 100, 0, 100], width: innerWidth, height: innerHeight - 100 })
  twin.send('alarms', alarms)
  twin.send('selection', person({ alarms: [alarms[0], alarms[1], help('d'), alarm('asked', { priority: 2, pending: true, asked: 'acknowledge' })] }))
  twin.send('error', new TwinError('tile-corrupt', 'tiles/3.glb: meshes[0] has 3 indices of 65535; make or copy that tile again'))
}`

const LAYOUTS = [
  { width: 1280, height: 800, own: '800px', open: '.status button', things: '.status [aria-label="视野内"]' },
  { width: 390, height: 844, own: '844px', open: '#tab-alarms', things: '#tab-things' },
] as const

for (const theme of ['light', 'dark'] as const)
  for (const { width, height, own, open, things } of LAYOUTS)
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
      expect(await boxOf(page, '[part=outside]')).not.toBeNull()
      await states('card')
      await closeCard()
      await press(open)
      await settled(page)
      await settled(page)
      await states('lists')
      await press(things)
      await page.waitForFunction(
        () =>
          document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-thing-list')?.shadowRoot?.querySelector('button') != null,
      )
      await settled(page)
      await states('things')
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

/** Selecting gives that person, and nothing gives none; one thing is in view. */
const lively = `{
  const { alarm, person, twins } = globalThis
  const twin = twins.opened.at(-1)
  twin.selection.set = async (subject) => twin.send('selection', subject === null ? null : person({ alarms: [alarm('a')] }))
  twin.answers.inView = async () => [{ handle: person().handle, kind: 'Wristband', id: 'w-1', name: '张**', priority: 1, distanceMeters: 40 }]
  twin.send('alarms', [alarm('b', { entity: 'w-9', name: '李**' }), alarm('a')])
}`
/** The way to what has the keys, through the shadow roots: `twin-alarm-list button 1`. */
const keysAt = (page: Page) =>
  page.evaluate(() => {
    let at: Element | null = document.activeElement
    const way: string[] = []
    while (at?.shadowRoot?.activeElement) {
      at = at.shadowRoot.activeElement
      way.push(at.getAttribute('aria-label') ?? at.localName)
    }
    const row = at?.getAttribute('data-index')
    return [...way, ...(row == null ? [] : [row])].join(' ')
  })

test('keys go into a card that is opened, and come back to where they were when it is closed, or goes', async () => {
  const { page } = await shell.opened({ width: 1280, height: 800, own: '800px' })
  await page.evaluate(lively)
  await settled(page)
  const row = 'twin-alarm-list button 1'
  const onRow = async () => {
    await page.evaluate(() =>
      document
        .querySelector('twin-viewer')!
        .shadowRoot!.querySelector('twin-alarm-list')!
        .shadowRoot!.querySelector<HTMLElement>('[data-index="1"]')!
        .focus(),
    )
    await page.keyboard.press('Enter')
    await expect.poll(() => keysAt(page)).toBe('张** h2')
  }
  await onRow()
  await page.keyboard.press('Escape')
  await expect.poll(() => keysAt(page)).toBe(row)
  // By its own button.
  await onRow()
  await page.keyboard.press('Tab')
  expect(await keysAt(page)).toBe('张** 关闭')
  await page.keyboard.press('Enter')
  await expect.poll(() => keysAt(page)).toBe(row)
  // Its thing goes away.
  await onRow()
  await page.evaluate(() => twins.opened[0]!.send('selection', null))
  await expect.poll(() => keysAt(page)).toBe(row)
  // What the page opens takes no keys, and gives none back.
  await page.evaluate(async () => {
    ;(document.activeElement as HTMLElement).blur()
    await document.querySelector('twin-viewer')!.select({ kind: 'Wristband', id: 'w-1' })
  })
  await settled(page)
  expect(await keysAt(page)).toBe('')
  await page.evaluate(() => twins.opened[0]!.send('selection', null))
  await settled(page)
  expect(await keysAt(page)).toBe('')
  await page.close()
})

test('on a phone keys come back to the row, though the card took the place of its list', async () => {
  const { page } = await shell.opened({ width: 390, height: 844, own: '844px' })
  await page.evaluate(lively)
  await settled(page)
  await page.evaluate(() => document.querySelector('twin-viewer')!.shadowRoot!.querySelector<HTMLElement>('#tab-alarms')!.click())
  await settled(page)
  await page.evaluate(() => {
    const list = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-alarm-list')!
    list.shadowRoot!.querySelector<HTMLElement>('[data-index="1"]')!.focus()
  })
  await page.keyboard.press('Enter')
  await expect.poll(() => keysAt(page)).toBe('张** h2')
  await page.keyboard.press('Escape')
  await expect.poll(() => keysAt(page)).toBe('twin-alarm-list button 1')
  await page.close()
})

test('by keys alone: the list of what is in view opens a card, and closes back to its button', async () => {
  const { page } = await shell.opened({ width: 1280, height: 800, own: '800px' })
  await page.evaluate(lively)
  await settled(page)
  const button = () =>
    page.evaluate(() => document.querySelector('twin-viewer')!.shadowRoot!.querySelector<HTMLElement>('[aria-label="视野内"]')!.focus())
  await button()
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    () => document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-thing-list')?.shadowRoot?.querySelector('button') != null,
  )
  await page.keyboard.press('Tab')
  expect(await keysAt(page)).toBe('twin-thing-list button')
  await page.keyboard.press('Enter')
  await expect.poll(() => keysAt(page)).toBe('张** h2')
  await page.keyboard.press('Escape')
  await expect.poll(() => keysAt(page)).toBe('twin-thing-list button')
  await page.keyboard.press('Escape')
  await expect.poll(() => keysAt(page)).toBe('视野内')
  await page.close()
})
