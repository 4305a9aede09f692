import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { alarm, FakeTwin, person } from '../packages/viewer/test/fake-twin.ts'
import { browserMissing, launchBrowser, type TestBrowser, type TestPage } from './harness/browser.ts'
import { type BuiltPage, buildPage } from './harness/build-page.ts'
import { type Served, serve } from './harness/serve.ts'

/** What pages/viewer-shell.ts puts on its window. */
declare const twins: { readonly opened: FakeTwin[] }
interface Shell {
  alarm: typeof alarm
  person: typeof person
}

let chromium: TestBrowser
let built: BuiltPage
let served: Served
const missing = browserMissing()

beforeAll(async () => {
  if (missing !== undefined) return
  built = await buildPage('viewer-shell')
  served = await serve({ folders: { '/': built.folder }, files: { '/favicon.ico': '' } })
  chromium = await launchBrowser()
})
afterAll(async () => {
  await chromium?.close()
  await served?.close()
  await built?.remove()
})
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing)
})

async function opened({ width = 1000, height = 700, viewers = 1, touch = false, own = '' } = {}): Promise<TestPage> {
  const tested = await chromium.page({ width, height, touch })
  await tested.page.goto(served.url(`/viewer-shell.html?viewers=${viewers}`))
  if (own !== '') await tested.page.evaluate((h) => (document.querySelector('twin-viewer')!.style.height = h), own)
  await tested.page.waitForFunction((n) => twins.opened.length === n, {}, viewers)
  await settled(tested.page)
  return tested
}
const settled = (page: Page) => page.evaluate(() => new Promise<void>((done) => setTimeout(done, 80)))
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
const send = (page: Page) =>
  page.evaluate(() => {
    const { alarm, person } = globalThis as unknown as Shell
    for (const twin of twins.opened) {
      twin.send('alarms', [alarm('a'), alarm('b', { priority: 3, rule: 'silent' })])
      twin.send('selection', person({ alarms: [alarm('a')] }))
    }
  })
const boxOf = (page: Page, selector: string) =>
  page.evaluate((s) => {
    const box = document.querySelector('twin-viewer')!.shadowRoot!.querySelector(s)?.getBoundingClientRect()
    return box === undefined ? null : { x: box.x, y: box.y, right: box.right, bottom: box.bottom, width: box.width, height: box.height }
  }, selector)

test('breaks no rule of a strict policy and asks nobody else', async () => {
  const { page, errors } = await opened()
  await send(page)
  await settled(page)
  expect(errors).toEqual([])
  expect(served.violations).toEqual([])
  expect(chromium.foreign).toEqual([])
  await page.close()
})

test('is 400 px high where the page gives it no height', async () => {
  const { page } = await opened()
  expect(await page.evaluate(() => document.querySelector('twin-viewer')!.offsetHeight)).toBe(400)
  await page.evaluate(() => (document.body.className = 'unsized'))
  expect(await page.evaluate(() => document.querySelector('twin-viewer')!.offsetHeight)).toBeGreaterThanOrEqual(160)
  await page.close()
})

test('draws two hanzi apart with the font that it ships', async () => {
  const { page } = await opened()
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
  expect(served.requests.some(({ path, status }) => path.endsWith('.woff2') && status === 200)).toBe(true)
  await page.close()
})

test('adds its font once for two viewers on a page, which select apart', async () => {
  const { page } = await opened({ viewers: 2, height: 900 })
  expect(await page.evaluate(() => document.fonts.size)).toBeLessThan(150)
  await page.evaluate(() => twins.opened[0]!.send('selection', (globalThis as unknown as Shell).person()))
  await settled(page)
  expect(
    await page.evaluate(() => [...document.querySelectorAll('twin-viewer')].map((v) => v.shadowRoot!.querySelector('twin-card') !== null)),
  ).toEqual([true, false])
  await page.close()
})

test('can be used by keys alone: map, layers, alarms, tools, card, and Escape', async () => {
  const { page } = await opened({ own: '700px' })
  await send(page)
  await settled(page)
  await page.focus('a')
  const path: (string | undefined)[] = []
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab')
    path.push(await focused(page))
  }
  expect(path).toEqual([expect.stringContaining('龙湾社区，三维实景地图'), '图层', 'button', '放大', '关闭', 'acknowledge'])
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => twins.opened[0]!.asked.at(-1))).toEqual(['acknowledge', { id: 'a', count: 1 }])
  await page.keyboard.press('Escape')
  await settled(page)
  expect(await boxOf(page, 'twin-card')).toBeNull()
  expect(await focused(page)).toContain('三维实景地图')
  await page.close()
})

test('draws a ring of accent and ink around what has the focus', async () => {
  const { page } = await opened()
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
  const { page } = await opened()
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

test('lays nothing over anything else, in each of its three layouts', async () => {
  for (const [width, height, own] of [
    [1280, 800, '700px'],
    [390, 844, '844px'],
    [900, 420, '400px'],
    [360, 420, '400px'],
  ] as const) {
    const { page } = await opened({ width, height, own })
    await page.evaluate(() => twins.opened[0]!.send('alarms', [(globalThis as unknown as Shell).alarm('a')]))
    await settled(page)
    const selectors = ['.status', '.bar', 'twin-tools', '.panel', '.caption', '.sheet']
    const boxes = (await Promise.all(selectors.map((s) => boxOf(page, s)))).filter((box) => box !== null)
    expect(boxes.length).toBeGreaterThan(2)
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        expect(Math.min(a.right, b.right) - Math.max(a.x, b.x) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.y, b.y) > 1).toBe(false)
    for (const box of boxes) expect(box.x >= 0 && box.right <= width).toBe(true)
    await page.close()
  }
})

test('tells the engine what its boxes cover, and again when one comes or grows', async () => {
  for (const [width, height, own] of [
    [1280, 800, '700px'],
    [390, 844, '844px'],
  ] as const) {
    const { page } = await opened({ width, height, own })
    type Box = { x: number; y: number; width: number; height: number }
    const covered = () => page.evaluate(() => (twins.opened[0]!.asked.filter(([verb]) => verb === 'setCovered').at(-1)?.[1] ?? []) as Box[])
    const holds = (
      boxes: Box[],
      { x, y, right, bottom }: { x: number; y: number; right: number; bottom: number },
      map: { x: number; y: number },
    ) =>
      boxes.some(
        (b) =>
          Math.abs(b.x + map.x - x) < 2 &&
          Math.abs(b.y + map.y - y) < 2 &&
          Math.abs(b.x + b.width + map.x - right) < 2 &&
          Math.abs(b.y + b.height + map.y - bottom) < 2,
      )
    const map = (await boxOf(page, '.map'))!
    const resting = await covered()
    expect(holds(resting, (await boxOf(page, '.tools'))!, map)).toBe(true)
    await send(page)
    await settled(page)
    await settled(page)
    const box = (await boxOf(page, width < 640 ? '.sheet' : '.card'))!
    expect(holds(await covered(), box, map)).toBe(true)
    expect(holds(resting, box, map)).toBe(false)
    await page.close()
  }
})

test('says what it has to say under a phone’s map in one line', async () => {
  for (const locale of ['zh', 'en'] as const) {
    const { page } = await opened({ width: 360, height: 780, own: '780px' })
    await page.evaluate((l) => (document.querySelector('twin-viewer')!.locale = l), locale)
    await page.waitForFunction(() => twins.opened.length === 2 || document.querySelector('twin-viewer')!.locale === 'zh')
    for (const [state, share, shown] of [
      ['loading', 0.4, /40 %/],
      ['starved', 0.4, /内存已满|Memory is full/],
      ['complete', 1, /2026-10-18/],
    ] as const) {
      await page.evaluate(
        (now) => {
          const { alarm } = globalThis as unknown as Shell
          twins.opened.at(-1)!.send('alarms', [alarm('a')])
          twins.opened
            .at(-1)!
            .send('health', { feeds: [{ id: 'town', state: 'live', error: null, heardMs: Date.now() }], layers: [], clockOffsetMs: 0 })
          twins.opened.at(-1)!.send('refinement', now)
        },
        { state, share },
      )
      await settled(page)
      const facts = (await boxOf(page, '.facts'))!
      expect(facts.height).toBeLessThan(30)
      expect(facts.right).toBeLessThan((await boxOf(page, '.scale'))!.x)
      const cut = await page.evaluate(() => {
        const all = [...document.querySelector('twin-viewer')!.shadowRoot!.querySelectorAll<HTMLElement>('.facts > :not(.heard)')]
        const { right } = all[0]!.parentElement!.getBoundingClientRect()
        return {
          words: all.map((each) => each.textContent).join(' '),
          isCut: all.some((each) => each.getBoundingClientRect().right > right),
        }
      })
      expect(cut.words).toMatch(shown)
      if (locale === 'zh') expect(cut.isCut).toBe(false)
    }
    await page.close()
  }
})

test('gives a finger 44 px of everything that can be pressed', async () => {
  const { page } = await opened({ width: 390, height: 844, touch: true, own: '844px' })
  await send(page)
  await settled(page)
  const small = await page.evaluate(() => {
    const inside = (root: ShadowRoot): Element[] =>
      [...root.querySelectorAll('*')].flatMap((e) => [
        ...(e.matches('button, label, a') ? [e] : []),
        ...(e.shadowRoot ? inside(e.shadowRoot) : []),
      ])
    return inside(document.querySelector('twin-viewer')!.shadowRoot!)
      .map((e) => ({ what: e.getAttribute('aria-label') ?? e.textContent!.trim(), width: e.clientWidth, height: e.clientHeight }))
      .filter(({ width, height }) => width < 43 || height < 43)
  })
  expect(small).toEqual([])
  await page.close()
})

test('pulls the sheet of a phone up by its handle, by a finger and by keys', async () => {
  const { page } = await opened({ width: 390, height: 844, own: '844px' })
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
  const { page } = await opened()
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
  const { page } = await opened()
  const colour = () => page.evaluate(() => getComputedStyle(document.querySelector('twin-viewer')!).backgroundColor)
  expect(await colour()).toBe('rgb(233, 238, 236)')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  await settled(page)
  expect(await colour()).toBe('rgb(14, 20, 24)')
  expect(await page.evaluate(() => twins.opened[0]!.asked.at(-1))).toEqual(['apply', { type: 'theme', theme: 'dark' }])
  await page.evaluate(() => (document.querySelector('twin-viewer')!.theme = 'light'))
  await settled(page)
  expect(await colour()).toBe('rgb(233, 238, 236)')
  await page.close()
})
