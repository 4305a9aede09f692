// The viewer whole: the script-tag bundle, core, the worker and the real server, in a page under the strict policy.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TwinViewer } from '../packages/viewer/src/index.ts'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { BUNDLE, bundleMissing } from './harness/portal-town.ts'
import { type Kept, SHADOW, until, withVillage } from './harness/village.ts'

declare const kept: Kept

describeWith(browserMissing() ?? bundleMissing(), 'the viewer and a town', () => {
  const village = withVillage()
  const band = (seq: number, properties: object, id = 'w-1') => ({
    kind: 'Wristband',
    id,
    boot: 1,
    seq,
    t: village.town.now(),
    location: [117.83, 37.25, 6.4],
    properties,
  })

  test('shows mesh, liveness and refinement; nothing is refused and nobody else is asked', async () => {
    await village.open()
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    const green = await village.page.evaluate(async () => {
      const { twin } = document.querySelector('twin-viewer')!
      const image = await createImageBitmap(await twin!.engine.capture())
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
      context.drawImage(image, 0, 0)
      return [...context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data]
    })
    expect(green[1]!).toBeGreaterThan(green[0]! + 20)
    expect(await village.page.evaluate(() => kept.violations)).toEqual([])
    expect(village.consoleErrors).toEqual([])
    expect(village.chromium.foreign).toEqual([])
  })

  test('shows an SOS, opens its card by keys, and acknowledges: pending until the feed says so', async () => {
    await village.town.post([band(1, { name: '张桂兰', heartRate: 71, battery: 80 })])
    await village.open({ role: 'care' })
    await village.town.post([band(2, { sos: 'pressed' })])
    await until(() => village.inside('twin-alarm-list', 'li .words')).toBe('SOS 求助 张**')
    await village.page.evaluate(`${SHADOW}.querySelector('twin-alarm-list').shadowRoot.querySelector('button').focus()`)
    await village.page.keyboard.press('Enter')
    await until(() => village.inside('twin-card', '[part=title]')).toBe('张**')
    expect(await village.inside('twin-card', '[part=fields]')).toContain('心率 71 次/分')
    const pressed = await village.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      const card = viewer.shadowRoot!.querySelector('twin-card')!
      const button = () => card.shadowRoot!.querySelector<HTMLButtonElement>('[part=acknowledge]')
      button()!.click()
      await viewer.updateComplete
      await card.updateComplete
      return { busy: button()?.getAttribute('aria-busy'), row: viewer.shadowRoot!.querySelector('twin-alarm-list')!.rows[0]!.open }
    })
    expect(pressed).toEqual({ busy: 'true', row: true })
    await until(() => village.inside('twin-card', '[part=acknowledge]')).toBe('')
    await until(() => village.inside('twin-alarm-list', 'small')).toBe('全部已确认')
    await village.page.keyboard.press('Escape')
    await until(() => village.text('twin-card')).toBe('')
  })

  test('tiles that only a token opens come once there is one', async () => {
    await village.open({ role: 'care' })
    await village.page.setRequestInterception(true)
    const refused: string[] = []
    village.page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (!pathname.includes('/tiles/') || request.headers()['authorization'] !== undefined) void request.continue()
      else {
        refused.push(pathname)
        void request.respond({ status: 401 })
      }
    })
    await village.page.evaluate(() => {
      const viewer = document.querySelector('twin-viewer')!
      const { getToken } = viewer
      viewer.getToken = async (asked) => {
        await new Promise((done) => setTimeout(done, 700))
        return getToken!(asked)
      }
      viewer.reload()
    })
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
    expect([refused, await village.text('[part=problem]')]).toEqual([['/tiles/tileset.json'], ''])
  })

  test('selects what is clicked on the map', async () => {
    await village.town.post([band(3, { heartRate: 72 })])
    await village.open({ role: 'care' })
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
    const at = await village.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      await viewer.twin!.ready
      await viewer.flyTo({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, rangeMeters: 60 }, { durationMs: 0 })
      const box = viewer.shadowRoot!.querySelector('canvas')!.getBoundingClientRect()
      const on = viewer.twin!.view.project([0, 0, 0])!
      // The plate stands on a stalk above its place.
      return { x: box.x + on.x, y: box.y + on.y - 30 }
    })
    await until(async () => {
      await village.page.mouse.click(at.x, at.y)
      return village.inside('twin-card', '[part=title]')
    }).toBe('张**')
  })

  test.each([
    ['a card', 900],
    ['a sheet', 390],
  ])('brings what is chosen out from under %s', async (_, width) => {
    await village.town.post([band(width, { heartRate: 72 })])
    await village.open({ role: 'care', width })
    await village.page.waitForFunction(() => document.querySelector('twin-viewer')!.twin!.health.current?.layers[0]?.count === 1)
    const before = await village.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      await viewer.twin!.ready
      // The place where the card will be.
      await viewer.flyTo({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, rangeMeters: 60 }, { durationMs: 0 })
      const { width: w, height: h } = viewer.twin!.view.state
      const at = viewer.twin!.view.project([0, 0, 0])!
      viewer.twin!.view.panBy((w < 640 ? w / 2 : w - 100) - at.x, h - 60 - at.y)
      return viewer.twin!.view.project([0, 0, 0])!
    })
    /** The boxes over a marker: over that of w-1 as it is drawn now, where no foot is given. */
    const over = (at?: { readonly x: number; readonly y: number }) =>
      village.page.evaluate((given) => {
        const viewer = document.querySelector('twin-viewer')!
        const root = viewer.shadowRoot!
        const map = root.querySelector('.map')!.getBoundingClientRect()
        const foot = given ?? viewer.twin!.view.project([0, 0, 0])!
        return [...root.querySelectorAll('.over > * > *, .sheet, .bottom .caption > *')]
          .filter((box) => {
            const { left, right, top, bottom } = box.getBoundingClientRect()
            // From the foot up to the plate.
            return foot.x + map.x > left && foot.x + map.x < right && foot.y + map.y > top && foot.y + map.y - 45 < bottom
          })
          .map((box) => box.className)
      }, at)
    await village.page.evaluate(() => document.querySelector('twin-viewer')!.select({ kind: 'Wristband', id: 'w-1' }))
    await until(() => village.inside('twin-card', '[part=title]')).not.toBe('')
    await expect.poll(() => over(before), { timeout: 10_000 }).toHaveLength(1)
    await expect.poll(() => over(), { timeout: 10_000 }).toEqual([])
  })

  test('shows nothing personal to the public', async () => {
    await village.open()
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    await village.page.evaluate(() => document.querySelector('twin-viewer')!.twin!.ready)
    expect(
      await village.page.evaluate(`${SHADOW}.textContent + ${SHADOW}.querySelector('twin-alarm-list').shadowRoot.textContent`),
    ).not.toContain('张')
  })

  test('leaves nothing on the page after signing out but the picture, and goes on with it when told', async () => {
    await village.open({ role: 'command' })
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
    await until(() => village.inside('twin-alarm-list', 'li .words')).toContain('张**')
    await village.page.evaluate(() => document.querySelector('twin-viewer')!.signOut())
    await until(() => village.text('[part=offline]')).toContain('已退出登录')
    const left = await village.page.evaluate(() => {
      const words = (root: ShadowRoot | Element): string =>
        [...root.querySelectorAll('*')].map((e) => (e.shadowRoot ? words(e.shadowRoot) : '')).join('') + root.textContent
      return words(document.querySelector('twin-viewer')!.shadowRoot!)
    })
    expect(left).not.toContain('张')
    // The picture stays, and signing in goes on with it.
    const green = () =>
      village.page.evaluate(async () => {
        const image = await createImageBitmap(await document.querySelector('twin-viewer')!.twin!.engine.capture())
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
        context.drawImage(image, 0, 0)
        const [red, more] = context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data
        return more! - red!
      })
    expect(await green()).toBeGreaterThan(20)
    const twin = await village.page.evaluateHandle(() => document.querySelector('twin-viewer')!.twin)
    await village.page.evaluate(`${SHADOW}.querySelector('[part=offline] button').click()`)
    await until(() => village.inside('twin-alarm-list', 'li .words')).toContain('张**')
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    expect(await village.page.evaluate((before) => document.querySelector('twin-viewer')!.twin === before, twin)).toBe(true)
  })

  test('draws two twins on one page, and stops one without the other', async () => {
    await village.open({ viewers: 2 })
    await village.page.waitForFunction(() => [...document.querySelectorAll('twin-viewer')].every((v) => v.twin != null))
    const after = await village.page.evaluate(async () => {
      const [one, other] = [...document.querySelectorAll('twin-viewer')] as [TwinViewer, TwinViewer]
      one.remove()
      await new Promise((done) => setTimeout(done, 50))
      await other.flyTo('home', { durationMs: 0 })
      return { one: one.twin, other: other.twin !== null, canvases: document.querySelectorAll('twin-viewer').length }
    })
    expect(after).toEqual({ one: null, other: true, canvases: 1 })
  })

  test('keeps picture and connection when it is moved in the page', async () => {
    await village.open()
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
    const same = await village.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      const { twin } = viewer
      const canvas = viewer.shadowRoot!.querySelector('canvas')!
      document.body.append(document.createElement('section'))
      document.querySelector('section')!.append(viewer)
      await new Promise((done) => setTimeout(done, 100))
      return viewer.twin === twin && viewer.shadowRoot!.querySelector('canvas') === canvas && canvas.isConnected
    })
    expect(same).toBe(true)
  })

  test('leaves no worker, canvas or font when it is removed, however often', async () => {
    await village.open()
    const here = village.page
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
    expect(here.workers().length).toBeGreaterThan(0)
    const faces = await village.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      const main = document.querySelector('main')!
      for (let i = 0; i < 5; i++) {
        viewer.remove()
        await new Promise((done) => setTimeout(done, 30))
        main.append(viewer)
        await new Promise((done) => viewer.addEventListener('twin-ready', done, { once: true }))
      }
      viewer.remove()
      await new Promise((done) => setTimeout(done, 100))
      return { fonts: document.fonts.size, canvases: viewer.shadowRoot!.querySelectorAll('canvas').length }
    })
    expect(faces).toEqual({ fonts: 0, canvases: 0 })
    await expect.poll(() => here.workers().length, { timeout: 5_000 }).toBe(0)
    expect(village.consoleErrors).toEqual([])
  })

  test('a double click acknowledges the alarm under it, and none that comes to lie there', async () => {
    await village.open({ role: 'care' })
    await village.town.post([{ ...band(1, { name: '王秀英', sos: 'pressed', battery: 4 }), id: 'w-9' }])
    await until(() => village.inside('twin-alarm-list', 'ol')).toContain('王**')
    await village.page.evaluate(() => document.querySelector('twin-viewer')!.select({ kind: 'Wristband', id: 'w-9' }))
    const buttons = () =>
      village.page.evaluate(() =>
        [
          ...document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-card')!.shadowRoot!.querySelectorAll('.acknowledge'),
        ].map((each) => {
          const { x, y, width, height } = each.getBoundingClientRect()
          return { label: each.getAttribute('aria-label'), x: x + width / 2, y: y + height / 2 }
        }),
      )
    await until(async () => (await buttons()).map(({ label }) => label).join()).toBe('确认 SOS 求助,确认 手环低电')
    const [sos] = await buttons()
    await new Promise((done) => setTimeout(done, 600))
    await village.page.mouse.click(sos!.x, sos!.y, { count: 2 })
    await until(async () => (await buttons()).map(({ label }) => label).join()).toBe('确认 手环低电')
    await new Promise((done) => setTimeout(done, 600))
    const [low] = await buttons()
    await village.page.mouse.click(low!.x, low!.y)
    await until(async () => `${(await buttons()).length}`).toBe('0')
  })
})

test('the bundle holds no code made from text, no data: URL and no address but its own', (ctx) => {
  if (bundleMissing() !== undefined) ctx.skip(bundleMissing())
  const scripts = readdirSync(BUNDLE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
  expect(scripts).toContain('twin-viewer.js')
  expect(scripts.some((name) => /ktx2/.test(name))).toBe(true)
  for (const name of scripts) {
    const code = readFileSync(join(BUNDLE, name), 'utf8')
    expect(code).not.toMatch(/new Function|[^\w.]eval\(|data:[a-z/+-]+;base64,[A-Za-z0-9+/]{8}|dev-mode/)
    expect(code).not.toMatch(/https?:\/\/(?!www\.w3\.org\/|localhost)[a-z0-9.-]+\.[a-z]{2,}\/[^`'"\s]*\.(js|wasm|json|css)/)
  }
})
