// The viewer whole: the script-tag bundle, core, the worker and the real server, in a page under the strict policy.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LOOK_MS } from '../packages/core/src/worker/client.ts'
import type { TwinViewer } from '../packages/viewer/src/index.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { BUNDLE, bundleMissing, type PortalTown, startPortalTown, VILLAGE } from './harness/portal-town.ts'

const PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>village</title><link rel="icon" href="icon.svg">
<link rel="stylesheet" href="page.css"><script type="module" src="viewer/twin-viewer.js"></script><main></main></html>`
const missing = browserMissing() ?? bundleMissing()

/** What each page keeps for the test. */
interface Kept {
  violations: string[]
  errors: string[]
  token: string | null
}
declare const kept: Kept

describeWith(missing, 'the viewer and a town', () => {
  let chromium: TestBrowser
  let town: PortalTown
  let page: Page
  let consoleErrors: readonly string[]

  beforeAll(async () => {
    town = await startPortalTown({
      'page.html': PAGE,
      'page.css': 'body{margin:0}twin-viewer{height:520px}',
      'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    })
    chromium = await launchBrowser()
  })
  afterAll(async () => {
    await chromium?.close()
    await town?.close()
  })

  const shadow = `document.querySelector('twin-viewer').shadowRoot`
  const text = (selector: string): Promise<string> =>
    page.evaluate(`${shadow}.querySelector('${selector}')?.textContent.replace(/\\s+/g, ' ').trim() ?? ''`) as Promise<string>
  const inside = (tag: string, selector: string): Promise<string> =>
    page.evaluate(
      `${shadow}.querySelector('${tag}')?.shadowRoot.querySelector('${selector}')?.textContent.replace(/\\s+/g, ' ').trim() ?? ''`,
    ) as Promise<string>
  const until = (what: () => Promise<string>) => expect.poll(what, { timeout: 20_000, interval: 60 })

  async function opened({
    role = 'public' as 'public' | 'care' | 'command',
    lifeMs = 3_600_000,
    src = 'twin.json',
    viewers = 1,
    ready = true,
    width = 900,
    soonLooks = false,
  } = {}) {
    await page?.close()
    const tested = await chromium.page({ width, height: 560 })
    page = tested.page
    consoleErrors = tested.errors
    await page.evaluateOnNewDocument(() => {
      const now: Kept = { violations: [], errors: [], token: null }
      Object.assign(globalThis, { kept: now })
      document.addEventListener('securitypolicyviolation', (e) => now.violations.push(`${e.violatedDirective} ${e.blockedURI}`))
      document.addEventListener('twin-error', (e) => now.errors.push(`${e.detail.error.code} ${e.detail.fatal}`))
    })
    // The page looks after its worker each quarter of a minute; a test has no minute for that.
    if (soonLooks)
      await page.evaluateOnNewDocument((every) => {
        const real = globalThis.setInterval as (run: () => void, ms?: number) => number
        Object.assign(globalThis, { setInterval: (run: () => void, ms?: number) => real(run, ms === every ? 300 : ms) })
      }, LOOK_MS)
    await page.goto(`${town.url}page.html`)
    const token = await town.token(role, lifeMs)
    await page.evaluate(
      (from, count, signed) => {
        kept.token = signed
        for (let i = 0; i < count; i++) {
          const viewer = document.createElement('twin-viewer')
          viewer.src = from
          viewer.getToken = () => kept.token
          document.querySelector('main')!.append(viewer)
        }
      },
      src,
      viewers,
      token,
    )
    if (ready) await page.waitForFunction(() => document.querySelector('twin-viewer')?.twin != null)
  }
  const band = (seq: number, properties: object, id = 'w-1') => ({
    kind: 'Wristband',
    id,
    boot: 1,
    seq,
    t: town.now(),
    location: [117.83, 37.25, 6.4],
    properties,
  })

  test('shows mesh, liveness and refinement; nothing is refused and nobody else is asked', async () => {
    await opened()
    await until(() => text('[part=refinement]')).toBe('细化完成')
    await until(() => text('[part=liveness]')).toMatch(/^实时/)
    const green = await page.evaluate(async () => {
      const { twin } = document.querySelector('twin-viewer')!
      const image = await createImageBitmap(await twin!.engine.capture())
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
      context.drawImage(image, 0, 0)
      return [...context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data]
    })
    expect(green[1]!).toBeGreaterThan(green[0]! + 20)
    expect(await page.evaluate(() => kept.violations)).toEqual([])
    expect(consoleErrors).toEqual([])
    expect(chromium.foreign).toEqual([])
  })

  test('shows an SOS, opens its card by keys, and acknowledges: pending until the feed says so', async () => {
    await town.post([band(1, { name: '张桂兰', heartRate: 71, battery: 80 })])
    await opened({ role: 'care' })
    await town.post([band(2, { sos: 'pressed' })])
    await until(() => inside('twin-alarm-list', 'li .words')).toBe('SOS 求助 张**')
    await page.evaluate(`${shadow}.querySelector('twin-alarm-list').shadowRoot.querySelector('button').focus()`)
    await page.keyboard.press('Enter')
    await until(() => inside('twin-card', '[part=title]')).toBe('张**')
    expect(await inside('twin-card', '[part=fields]')).toContain('心率 71 次/分')
    const pressed = await page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      const card = viewer.shadowRoot!.querySelector('twin-card')!
      const button = () => card.shadowRoot!.querySelector<HTMLButtonElement>('[part=acknowledge]')
      button()!.click()
      await viewer.updateComplete
      await card.updateComplete
      return { busy: button()?.getAttribute('aria-busy'), row: viewer.shadowRoot!.querySelector('twin-alarm-list')!.rows[0]!.open }
    })
    expect(pressed).toEqual({ busy: 'true', row: true })
    await until(() => inside('twin-card', '[part=acknowledge]')).toBe('')
    await until(() => inside('twin-alarm-list', 'small')).toBe('全部已确认')
    await page.keyboard.press('Escape')
    await until(() => text('twin-card')).toBe('')
  })

  test('selects what is clicked on the map', async () => {
    await town.post([band(3, { heartRate: 72 })])
    await opened({ role: 'care' })
    await until(() => text('[part=refinement]')).toBe('细化完成')
    const at = await page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      await viewer.twin!.ready
      await viewer.flyTo({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, rangeMeters: 60 }, { durationMs: 0 })
      const box = viewer.shadowRoot!.querySelector('canvas')!.getBoundingClientRect()
      const on = viewer.twin!.view.project([0, 0, 0])!
      // The plate stands on a stalk above its place.
      return { x: box.x + on.x, y: box.y + on.y - 30 }
    })
    await until(async () => {
      await page.mouse.click(at.x, at.y)
      return inside('twin-card', '[part=title]')
    }).toBe('张**')
  })

  test.each([
    ['a card', 900],
    ['a sheet', 390],
  ])('brings what is chosen out from under %s', async (_, width) => {
    await town.post([band(width, { heartRate: 72 })])
    await opened({ role: 'care', width })
    await page.waitForFunction(() => document.querySelector('twin-viewer')!.twin!.health.current?.layers[0]?.count === 1)
    const before = await page.evaluate(async () => {
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
      page.evaluate((given) => {
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
    await page.evaluate(() => document.querySelector('twin-viewer')!.select({ kind: 'Wristband', id: 'w-1' }))
    await until(() => inside('twin-card', '[part=title]')).not.toBe('')
    await expect.poll(() => over(before), { timeout: 10_000 }).toHaveLength(1)
    await expect.poll(() => over(), { timeout: 10_000 }).toEqual([])
  })

  test('shows nothing personal to the public', async () => {
    await opened()
    await until(() => text('[part=liveness]')).toMatch(/^实时/)
    await page.evaluate(() => document.querySelector('twin-viewer')!.twin!.ready)
    expect(await page.evaluate(`${shadow}.textContent + ${shadow}.querySelector('twin-alarm-list').shadowRoot.textContent`)).not.toContain(
      '张',
    )
  })

  test('leaves nothing on the page after signing out but the picture, and goes on with it when told', async () => {
    await opened({ role: 'command' })
    await until(() => text('[part=refinement]')).toBe('细化完成')
    await until(() => inside('twin-alarm-list', 'li .words')).toContain('张**')
    await page.evaluate(() => document.querySelector('twin-viewer')!.signOut())
    await until(() => text('[part=offline]')).toContain('已退出登录')
    const left = await page.evaluate(() => {
      const words = (root: ShadowRoot | Element): string =>
        [...root.querySelectorAll('*')].map((e) => (e.shadowRoot ? words(e.shadowRoot) : '')).join('') + root.textContent
      return words(document.querySelector('twin-viewer')!.shadowRoot!)
    })
    expect(left).not.toContain('张')
    // The picture stays, and signing in goes on with it.
    const green = () =>
      page.evaluate(async () => {
        const image = await createImageBitmap(await document.querySelector('twin-viewer')!.twin!.engine.capture())
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
        context.drawImage(image, 0, 0)
        const [red, more] = context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data
        return more! - red!
      })
    expect(await green()).toBeGreaterThan(20)
    const twin = await page.evaluateHandle(() => document.querySelector('twin-viewer')!.twin)
    await page.evaluate(`${shadow}.querySelector('[part=offline] button').click()`)
    await until(() => inside('twin-alarm-list', 'li .words')).toContain('张**')
    await until(() => text('[part=liveness]')).toMatch(/^实时/)
    expect(await page.evaluate((before) => document.querySelector('twin-viewer')!.twin === before, twin)).toBe(true)
  })

  test('asks for a new token when one has expired, says so when there is none, and goes on when there is', async () => {
    await opened({ role: 'care', lifeMs: 4_000 })
    await until(() => inside('twin-alarm-list', 'li .words')).toContain('张**')
    await page.evaluate((next) => (kept.token = next), await town.token('care', 9_000))
    await new Promise((done) => setTimeout(done, 4_500))
    await until(() => text('[part=liveness]')).toMatch(/^实时/)
    await page.evaluate(() => (kept.token = null))
    await until(() => text('[part=offline], [part=problem], [part=message]')).toMatch(/登录已过期|已退出登录/)
    expect(await text('.map canvas')).toBe('')
    expect(await inside('twin-alarm-list', 'li .words')).toBe('')
    // A press without a token signs nobody in, not even as the public, and says so.
    await page.evaluate(`${shadow}.querySelector('[part=offline] button').click()`)
    await until(() => text('[part=problem]')).toContain('token-expired')
    expect(await text('[part=liveness]')).not.toMatch(/^实时/)
    await page.evaluate((next) => (kept.token = next), await town.token('care', 600_000))
    await page.evaluate(`${shadow}.querySelector('[part=offline] button').click()`)
    await until(() => text('[part=liveness]')).toMatch(/^实时/)
    await until(() => inside('twin-alarm-list', 'li .words')).toContain('张**')
    expect(await text('[part=problem], [part=offline]')).toBe('')
  })

  test('draws two twins on one page, and stops one without the other', async () => {
    await opened({ viewers: 2 })
    await page.waitForFunction(() => [...document.querySelectorAll('twin-viewer')].every((v) => v.twin != null))
    const after = await page.evaluate(async () => {
      const [one, other] = [...document.querySelectorAll('twin-viewer')] as [TwinViewer, TwinViewer]
      one.remove()
      await new Promise((done) => setTimeout(done, 50))
      await other.flyTo('home', { durationMs: 0 })
      return { one: one.twin, other: other.twin !== null, canvases: document.querySelectorAll('twin-viewer').length }
    })
    expect(after).toEqual({ one: null, other: true, canvases: 1 })
  })

  test('keeps picture and connection when it is moved in the page', async () => {
    await opened()
    await until(() => text('[part=refinement]')).toBe('细化完成')
    const same = await page.evaluate(async () => {
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
    await opened()
    const here = page
    await until(() => text('[part=refinement]')).toBe('细化完成')
    expect(here.workers().length).toBeGreaterThan(0)
    const faces = await page.evaluate(async () => {
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
    expect(consoleErrors).toEqual([])
  })

  describe('says what is wrong, with a code, and stays usable:', () => {
    const saves = (name: string, change: object) => town.write(name, JSON.stringify({ ...VILLAGE, ...change }))
    const message = () => text('[part=message]')
    const problem = () => text('[part=problem]')

    test('a document that is not there', async () => {
      await opened({ src: 'nowhere.twin.json', ready: false })
      await until(message).toMatch(/找不到孪生文档.*nowhere\.twin\.json.*document-missing 重试/)
      expect(await page.evaluate(() => kept.errors)).toEqual(['document-missing true'])
    })
    test('a broken document, and another one after it', async () => {
      saves('broken.twin.json', { origin: { ...VILLAGE.origin, latitude: 137 } })
      await opened({ src: 'broken.twin.json', ready: false })
      await until(message).toMatch(/孪生文档有误.*latitude.*document-invalid/)
      await page.evaluate(() => (document.querySelector('twin-viewer')!.src = 'twin.json'))
      await until(() => text('[part=refinement]')).toBe('细化完成')
    })
    test('a newer document', async () => {
      saves('newer.twin.json', { twin: 2 })
      await opened({ src: 'newer.twin.json', ready: false })
      await until(message).toMatch(/版本比这个查看器新.*document-newer/)
    })
    test('a tileset that is not there', async () => {
      saves('unmeshed.twin.json', { tilesets: [{ ...VILLAGE.tilesets[0], url: 'tiles/none.json' }] })
      await opened({ src: 'unmeshed.twin.json' })
      await until(problem).toMatch(/实景加载不到 tileset-missing .*none\.json.* 重试/)
      await until(() => text('[part=liveness]')).toMatch(/^实时/)
    })
    test('a corrupt tile', async () => {
      town.write('tiles/corrupt.glb', new TextEncoder().encode('glTF but not for long'))
      town.write(
        'tiles/corrupt.json',
        JSON.stringify({
          asset: { version: '1.1' },
          geometricError: 100,
          root: {
            boundingVolume: { box: [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 1] },
            geometricError: 0,
            refine: 'REPLACE',
            content: { uri: 'corrupt.glb' },
          },
        }),
      )
      saves('corrupt.twin.json', { tilesets: [{ ...VILLAGE.tilesets[0], url: 'tiles/corrupt.json' }] })
      await opened({ src: 'corrupt.twin.json' })
      await until(problem).toMatch(/实景损坏.*tile-corrupt/)
    })
    test('a device without WebGL, where alarms and layers still can be read', async () => {
      const without = await launchBrowser({ args: ['--disable-3d-apis'] })
      try {
        const { page: other } = await without.page({ width: 900, height: 560 })
        await other.goto(`${town.url}page.html`)
        await other.evaluate(
          (token) => {
            const viewer = document.createElement('twin-viewer')
            viewer.src = 'twin.json'
            viewer.getToken = () => token
            document.querySelector('main')!.append(viewer)
          },
          await town.token('command'),
        )
        await until(
          () => other.evaluate(`${shadow}?.querySelector('[part=message]')?.textContent.replace(/\\s+/g, ' ') ?? ''`) as Promise<string>,
        ).toMatch(/没有可用的 WebGL.*webgl-missing/)
        await until(
          () =>
            other.evaluate(
              `${shadow}.querySelector('twin-alarm-list').shadowRoot.querySelector('li .words')?.textContent ?? ''`,
            ) as Promise<string>,
        ).toContain('张**')
      } finally {
        await without.close()
      }
    })
    test('a worker that the browser killed without a word, and the next one', async () => {
      await opened({ role: 'command', soonLooks: true })
      await until(() => text('[part=liveness]')).toMatch(/^实时/)
      const worker = page.workers().find((each) => each.url().includes('twin-worker'))!
      await worker.evaluate('close()').catch(() => undefined)
      await until(problem).toMatch(/后台线程中断.*worker-lost/)
      await until(() => text('[part=offline]')).toMatch(/离线/)
      await page.evaluate(`${shadow}.querySelector('[part=problem] button').click()`)
      await until(() => text('[part=liveness]')).toMatch(/^实时/)
      await until(() => inside('twin-alarm-list', 'li .words')).toContain('张**')
    })
    test('a feed that is down', async () => {
      saves('feedless.twin.json', { feeds: [{ ...VILLAGE.feeds[0], url: 'nowhere' }] })
      await opened({ src: 'feedless.twin.json' })
      await until(() => text('[part=offline]')).toMatch(/离线 · 尚未收到数据|数据源拒绝了连接/)
      await until(() => text('[part=refinement]')).toBe('细化完成')
    })
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
