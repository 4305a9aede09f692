// A machine without WebGL: it is said in words and with a code, and everything that needs no picture works.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AcceptanceTown, startAcceptanceTown } from './acceptance/town.ts'
import { openViewer, until, type ViewerPage } from './acceptance/viewer-page.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { bundleMissing } from './harness/portal-town.ts'

const missing = browserMissing() ?? bundleMissing()

describeWith(missing, 'a page without WebGL', () => {
  let chromium: TestBrowser
  let town: AcceptanceTown
  let viewer: ViewerPage

  beforeAll(async () => {
    town = await startAcceptanceTown()
    town.site.signIn(await town.token('command'))
    chromium = await launchBrowser({ args: ['--disable-3d-apis'] })
    await town.post([
      {
        kind: 'Wristband',
        id: 'W-1',
        boot: 1,
        seq: 1,
        t: town.now(),
        location: [117.83, 37.25, 6.4],
        properties: { name: '张桂兰', heartRate: 71 },
      },
    ])
    await town.post([{ kind: 'Wristband', id: 'W-1', boot: 1, seq: 2, t: town.now(), properties: { sos: 'pressed' } }])
    viewer = await openViewer(chromium, `${town.url}page.html`)
  })
  afterAll(async () => {
    await chromium?.close()
    await town?.close()
  })

  test('says so, with its code and what to do', async () => {
    expect(await viewer.page.evaluate(() => document.createElement('canvas').getContext('webgl2'))).toBeNull()
    await until(() => viewer.text('[part=message]')).toMatch(/没有可用的 WebGL.*告警和图层照常.*webgl-missing/)
  })

  test('lists alarms and layers, opens the card and acknowledges', async () => {
    await until(() => viewer.text('[part=liveness]')).toMatch(/^实时/)
    await viewer.openRow('张**')
    await until(viewer.card).toMatch(/心率 ?71/)
    await viewer.acknowledge()
    await until(() => viewer.rowsOf('张**')).toEqual([{ words: 'SOS 求助 张**', open: false }])
    await viewer.page.keyboard.press('Escape')
    await viewer.page.evaluate(() => {
      const { shadowRoot } = document.querySelector('twin-viewer')!
      shadowRoot!.querySelector<HTMLButtonElement>('[part=status] button')!.click()
    })
    const layers = () =>
      viewer.page.evaluate(
        () =>
          document
            .querySelector('twin-viewer')!
            .shadowRoot!.querySelector('twin-layer-list')
            ?.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '',
      )
    await until(layers).toMatch(/人员手环.*1/)
  })

  test('signs out, and begins anew', async () => {
    await viewer.page.evaluate(() => document.querySelector('twin-viewer')!.signOut())
    await until(() => viewer.rows()).toEqual([])
    await viewer.page.evaluate(() => document.querySelector('twin-viewer')!.reload())
    await until(() => viewer.rowsOf('张**')).toEqual([{ words: 'SOS 求助 张**', open: false }])
    expect(await viewer.violations()).toEqual([])
  })
})
