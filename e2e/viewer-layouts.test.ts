// What the viewer shows in each of its layouts, and that it can be read and pressed there.
import { expect, test } from 'vitest'
import type { FakeTwin } from '../packages/viewer/test/fake-twin.ts'
import { boxOf, type Shell, send, settled, withShell } from './harness/viewer-shell.ts'

declare const twins: { readonly opened: FakeTwin[] }
const shell = withShell()

test('lays nothing over anything else, in each of its three layouts', async () => {
  for (const [width, height, own] of [
    [1280, 800, '700px'],
    [390, 844, '844px'],
    [900, 420, '400px'],
    [360, 420, '400px'],
  ] as const) {
    const { page } = await shell.opened({ width, height, own })
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

test('keeps the worst alarm whole above a card that is longer than the room', async () => {
  const { page } = await shell.opened({ width: 1280, height: 800, own: '520px', query: '&panels=right' })
  await send(page)
  await settled(page)
  const { panel, row, card } = await page.evaluate(() => {
    const root = document.querySelector('twin-viewer')!.shadowRoot!
    const box = (element: Element) => {
      const { top, bottom, left, width } = element.getBoundingClientRect()
      return { top, bottom, left, width }
    }
    const card = root.querySelector('.card')!
    return {
      panel: box(root.querySelector('.panel.alarms')!),
      row: box(root.querySelector('twin-alarm-list')!.shadowRoot!.querySelector('button')!),
      card: { ...box(card), isLonger: card.scrollHeight > card.clientHeight },
    }
  })
  expect(card.isLonger).toBe(true)
  expect(row.top).toBeGreaterThan(panel.top)
  expect(row.bottom).toBeLessThanOrEqual(panel.bottom)
  expect([card.left, card.width]).toEqual([panel.left, panel.width])
  await page.close()
})

test('says in every layout, and in both languages, that a mesh stands in local metres, whole and beside the rest', async () => {
  for (const [width, height, own] of [
    [1280, 800, '700px'],
    [390, 844, '844px'],
    [900, 420, '400px'],
    [320, 420, '400px'],
  ] as const)
    for (const locale of ['zh', 'en'] as const) {
      const { page } = await shell.opened({ width, height, own, query: '&at=auto' })
      await page.evaluate((l) => (document.querySelector('twin-viewer')!.locale = l), locale)
      await page.evaluate(() => {
        const twin = twins.opened.at(-1)!
        twin.send('alarms', [(globalThis as unknown as Shell).alarm('a')])
        twin.send('refinement', { state: 'starved', share: 0.4 })
        twin.send('placed', { tileset: 'mesh', at: 'origin', movedMeters: 0 })
      })
      await settled(page)
      // What is drawn at both ends of the word is the word itself: nothing lies over it, nothing cuts it.
      const seen = await page.evaluate(() => {
        const root = document.querySelector('twin-viewer')!.shadowRoot!
        const word = root.querySelector('[part=placed]')!
        const { left, right, top, bottom } = word.getBoundingClientRect()
        return [left + 3, right - 3].map((x) =>
          root
            .elementFromPoint(x, (top + bottom) / 2)
            ?.closest('[part]')
            ?.getAttribute('part'),
        )
      })
      // On a phone the caption lets the finger through, and the sheet's handle is taller than it looks.
      if (width !== 390) expect([width, locale, seen]).toEqual([width, locale, ['placed', 'placed']])
      else expect((await boxOf(page, '.facts'))!.bottom).toBeLessThanOrEqual((await boxOf(page, '.sheet'))!.y)
      const [word, facts] = [(await boxOf(page, '[part=placed]'))!, (await boxOf(page, '.facts'))!]
      expect(word.x >= facts.x && word.right <= facts.right && word.y >= facts.y && word.bottom <= facts.bottom).toBe(true)
      expect(facts.right).toBeLessThanOrEqual((await boxOf(page, '.scale'))!.x)
      expect(facts.bottom).toBeLessThanOrEqual((await boxOf(page, 'twin-viewer, .frame'))!.bottom)
      await page.close()
    }
})

test('opens the sentence of an error by a press, and keeps it to one line until then', async () => {
  for (const [width, height, own] of [
    [390, 844, '844px'],
    [900, 420, '400px'],
  ] as const) {
    const { page } = await shell.opened({ width, height, own })
    await page.evaluate(() => {
      const { TwinError } = globalThis as unknown as Shell
      const file = 'tiles/0/0/0/0/0/0/a-rather-long-name.glb'
      twins.opened[0]!.send(
        'error',
        new TwinError('tile-corrupt', `${file}: meshes[0] has 3 indices of 65535; make or copy that tile again`),
      )
    })
    await settled(page)
    const line = (await boxOf(page, '[part=problem] small'))!
    expect(line.height).toBeLessThan(24)
    const summary = (await boxOf(page, '[part=problem] summary'))!
    await page.mouse.click(summary.x + 10, summary.bottom - 4)
    await settled(page)
    const open = (await boxOf(page, '[part=problem] small'))!
    expect(open.height).toBeGreaterThan(1.5 * line.height)
    expect(open.right).toBeLessThanOrEqual(width)
    await page.close()
  }
})

test('has day and source of the capture in the panel of layers, where the caption has no room', async () => {
  for (const [width, height, own, open] of [
    [390, 844, '844px', '.grab'],
    [900, 420, '400px', '.status button'],
  ] as const) {
    const { page } = await shell.opened({ width, height, own })
    await page.evaluate((s) => document.querySelector('twin-viewer')!.shadowRoot!.querySelector<HTMLElement>(s)!.click(), open)
    await settled(page)
    const words = () =>
      page.evaluate(() => {
        const root = document.querySelector('twin-viewer')!.shadowRoot!
        root.querySelector('.panel')?.scrollTo(0, 10_000)
        const box = root.querySelector('[part=captures] p')!.getBoundingClientRect()
        return root.elementFromPoint(box.x + 20, box.y + box.height / 2)?.textContent?.trim()
      })
    // The sheet slides.
    await expect.poll(words, { timeout: 3_000 }).toBe('实景 2026-10-18 航摄 · 模拟航拍')
    await page.close()
  }
})

test('tells the engine what its boxes cover, and again when one comes or grows', async () => {
  for (const [width, height, own] of [
    [1280, 800, '700px'],
    [390, 844, '844px'],
  ] as const) {
    const { page } = await shell.opened({ width, height, own })
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
    const { page } = await shell.opened({ width: 360, height: 780, own: '780px' })
    await page.evaluate((l) => (document.querySelector('twin-viewer')!.locale = l), locale)
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
  const { page } = await shell.opened({ width: 390, height: 844, touch: true, own: '844px' })
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
