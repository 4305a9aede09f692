import type { Page } from 'puppeteer-core'
import { expect, test } from 'vitest'
import type { FakeTwin } from '../packages/viewer/test/fake-twin.ts'
import { boxOf, type Shell, send, settled, withShell } from './harness/viewer-shell.ts'

declare const twins: { readonly opened: FakeTwin[] }
const shell = withShell()

/** Tag or part of what has the focus, through shadow roots. */
const focused = (page: Page) =>
  page.evaluate(() => {
    let at: Element | null = document.activeElement
    const path: string[] = []
    while (at !== null) {
      path.push(at.getAttribute('aria-label') ?? at.getAttribute('part') ?? at.localName)
      at = at.shadowRoot?.activeElement ?? null
    }
    return path.at(-1)
  })

test('breaks no rule of a strict policy and asks nobody else', async () => {
  const { page, errors } = await shell.opened()
  await send(page)
  await settled(page)
  expect(errors).toEqual([])
  expect(shell.served.violations).toEqual([])
  expect(shell.chromium.foreign).toEqual([])
  await page.close()
})

test('is 400 px high where the page gives it no height', async () => {
  const { page } = await shell.opened()
  expect(await page.evaluate(() => document.querySelector('twin-viewer')!.offsetHeight)).toBe(400)
  await page.evaluate(() => (document.body.className = 'unsized'))
  expect(await page.evaluate(() => document.querySelector('twin-viewer')!.offsetHeight)).toBe(400)
  await page.close()
})

test('draws two hanzi apart with the font that it ships', async () => {
  const { page } = await shell.opened()
  const drawn = await page.evaluate(async () => {
    const viewer = document.querySelector('twin-viewer')!
    viewer.style.setProperty('--tw-font', "'Noto Sans SC Variable'")
    const font = "32px 'Noto Sans SC Variable'"
    await document.fonts.load(font, '龙湾')
    const draw = (hanzi: string) => {
      const context = new OffscreenCanvas(40, 40).getContext('2d')!
      context.font = font
      context.fillText(hanzi, 4, 34)
      return [...context.getImageData(0, 0, 40, 40).data].filter((_, i) => i % 4 === 3)
    }
    const [one, other] = [draw('龙'), draw('湾')]
    return {
      faces: document.fonts.size,
      loaded: document.fonts.check(font, '龙湾') && [...document.fonts].some((face) => face.status === 'loaded'),
      ink: one.filter((alpha) => alpha > 128).length,
      apart: one.filter((alpha, i) => Math.abs(alpha - other[i]!) > 128).length,
    }
  })
  expect(drawn.faces).toBeGreaterThan(50)
  expect(drawn.loaded).toBe(true)
  expect(drawn.ink).toBeGreaterThan(50)
  expect(drawn.apart).toBeGreaterThan(100)
  expect(shell.served.requests.some(({ path, status }) => path.endsWith('.woff2') && status === 200)).toBe(true)
  await page.close()
})

test('adds its font once for two viewers on a page, which select apart', async () => {
  const { page } = await shell.opened({ viewers: 2, height: 900 })
  expect(await page.evaluate(() => document.fonts.size)).toBeLessThan(150)
  await page.evaluate(() => twins.opened[0]!.send('selection', (globalThis as unknown as Shell).person()))
  await settled(page)
  expect(
    await page.evaluate(() => [...document.querySelectorAll('twin-viewer')].map((v) => v.shadowRoot!.querySelector('twin-card') !== null)),
  ).toEqual([true, false])
  await page.close()
})

test('can be used by keys alone: map, layers, alarms, tools, card, and Escape', async () => {
  const { page } = await shell.opened({ own: '700px' })
  await send(page)
  await settled(page)
  await page.focus('a')
  const path: (string | undefined)[] = []
  for (let i = 0; i < 7; i++) {
    await page.keyboard.press('Tab')
    path.push(await focused(page))
  }
  expect(path).toEqual([
    expect.stringContaining('龙湾社区，三维实景地图'),
    '图层',
    '视野内',
    'button',
    '放大',
    '关闭',
    expect.stringMatching(/^确认 /),
  ])
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => twins.opened[0]!.asked.at(-1))).toEqual(['acknowledge', { feed: 'town', id: 'a', count: 1 }])
  await page.keyboard.press('Escape')
  await settled(page)
  expect(await boxOf(page, 'twin-card')).toBeNull()
  expect(await focused(page)).toContain('三维实景地图')
  await page.close()
})

test('draws a ring of accent and ink around what has the focus', async () => {
  const { page } = await shell.opened()
  await page.focus('a')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  const ring = await page.evaluate(() => {
    const button = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('.status button')!
    const { outlineWidth, outlineColor, boxShadow } = getComputedStyle(button)
    return { outlineWidth, outlineColor, boxShadow }
  })
  expect(ring).toEqual({
    outlineWidth: '2px',
    outlineColor: 'rgb(10, 117, 102)',
    boxShadow: expect.stringMatching(/rgb\(14, 20, 24\).* 2px inset$/),
  })
  await page.close()
})

test('scrolls the page until it is clicked, and tells how to zoom', async () => {
  const { page } = await shell.opened()
  await page.mouse.move(500, 200)
  await page.mouse.wheel({ deltaY: 100 })
  await settled(page)
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(0)
  expect(await page.evaluate(() => document.querySelector('twin-viewer')!.shadowRoot!.querySelector('.hint')?.textContent)).toContain(
    'Ctrl',
  )
  await page.mouse.click(500, 200)
  await settled(page)
  expect(await page.evaluate(() => twins.opened[0]!.asked.filter(([verb]) => verb === 'setGestures').at(-1))).toEqual([
    'setGestures',
    { wheelAndOneFinger: 'map' },
  ])
  expect(await boxOf(page, '.hint')).toBeNull()
  await page.close()
})

test('pulls the sheet of a phone up by its handle, by a finger and by keys', async () => {
  const { page } = await shell.opened({ width: 390, height: 844, own: '844px' })
  const height = async () => Math.round((await boxOf(page, '.sheet'))!.height)
  const low = (await boxOf(page, '.sheet'))!
  expect(Math.round(low.height)).toBe(96)
  await page.mouse.move(195, low.y + 12)
  await page.mouse.down()
  for (let y = low.y; y > 400; y -= 40) await page.mouse.move(195, y)
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)))
  await page.mouse.move(195, 400)
  await page.mouse.up()
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)))
  expect(await height()).toBeGreaterThan(410)
  expect(await height()).toBeLessThan(430)
  await page.evaluate(() => document.querySelector('twin-viewer')!.shadowRoot!.querySelector<HTMLElement>('.grab')!.focus())
  await page.keyboard.press('ArrowUp')
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)))
  expect(await height()).toBeGreaterThan(760)
  await page.close()
})

test('keeps its picture when it is moved in the page, and drops it when it is removed', async () => {
  const { page } = await shell.opened()
  const after = await page.evaluate(async () => {
    const viewer = document.querySelector('twin-viewer')!
    document.body.prepend(viewer)
    await new Promise((done) => setTimeout(done, 50))
    const moved = { opened: twins.opened.length, disposed: twins.opened[0]!.disposed }
    viewer.remove()
    await new Promise((done) => setTimeout(done, 50))
    return { moved, removed: { disposed: twins.opened[0]!.disposed, faces: document.fonts.size, listeners: twins.opened[0]!.listeners() } }
  })
  expect(after).toEqual({ moved: { opened: 1, disposed: false }, removed: { disposed: true, faces: 0, listeners: 0 } })
  await page.close()
})

test('follows the reader into the dark, unless the page says light', async () => {
  const { page } = await shell.opened()
  const colour = () => page.evaluate(() => getComputedStyle(document.querySelector('twin-viewer')!).backgroundColor)
  expect(await colour()).toBe('rgb(233, 238, 236)')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  await settled(page)
  expect(await colour()).toBe('rgb(14, 20, 24)')
  expect(await page.evaluate(() => twins.opened[0]!.asked.findLast(([what]) => what === 'apply'))).toEqual([
    'apply',
    { type: 'theme', theme: 'dark' },
  ])
  await page.evaluate(() => (document.querySelector('twin-viewer')!.theme = 'light'))
  await settled(page)
  expect(await colour()).toBe('rgb(233, 238, 236)')
  await page.close()
})
