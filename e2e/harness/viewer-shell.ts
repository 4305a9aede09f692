// The viewer's shell around twins made by hand, in Chromium: pages/viewer-shell.ts, served under the strict policy.
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { TwinError } from '../../packages/core/src/error/twin-error.ts'
import type { alarm, FakeTwin, person } from '../../packages/viewer/test/fake-twin.ts'
import { browserMissing, launchBrowser, type TestBrowser, type TestPage } from './browser.ts'
import { type BuiltPage, buildPage } from './build-page.ts'
import { type Served, serve } from './serve.ts'

/** What pages/viewer-shell.ts puts on its window. */
declare const twins: { readonly opened: FakeTwin[] }
export interface Shell {
  alarm: typeof alarm
  person: typeof person
  TwinError: typeof TwinError
}

export interface OpenShell {
  readonly width?: number
  readonly height?: number
  readonly viewers?: number
  readonly touch?: boolean
  /** Height of the element itself. */
  readonly own?: string
  /** More of the page's query, from its `&` on. */
  readonly query?: string
}

export interface ShellTests {
  readonly chromium: TestBrowser
  readonly served: Served
  opened(how?: OpenShell): Promise<TestPage>
}

/** Starts and ends it around the tests of a file. */
export function withShell(): ShellTests {
  const missing = browserMissing()
  let chromium: TestBrowser
  let built: BuiltPage
  let served: Served
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
  return {
    get chromium() {
      return chromium
    },
    get served() {
      return served
    },
    async opened({ width = 1000, height = 700, viewers = 1, touch = false, own = '', query = '' } = {}) {
      const tested = await chromium.page({ width, height, touch })
      await tested.page.goto(served.url(`/viewer-shell.html?viewers=${viewers}${query}`))
      if (own !== '') await tested.page.evaluate((h) => (document.querySelector('twin-viewer')!.style.height = h), own)
      await tested.page.waitForFunction((n) => twins.opened.length === n, {}, viewers)
      await settled(tested.page)
      return tested
    },
  }
}

export const settled = (page: Page) => page.evaluate(() => new Promise<void>((done) => setTimeout(done, 80)))

/** Two alarms, and a card over them. */
export const send = (page: Page) =>
  page.evaluate(() => {
    const { alarm, person } = globalThis as unknown as Shell
    for (const twin of twins.opened) {
      twin.send('alarms', [alarm('a'), alarm('b', { priority: 3, rule: 'silent' })])
      twin.send('selection', person({ alarms: [alarm('a')] }))
    }
  })

export const boxOf = (page: Page, selector: string) =>
  page.evaluate((s) => {
    const box = document.querySelector('twin-viewer')!.shadowRoot!.querySelector(s)?.getBoundingClientRect()
    return box === undefined ? null : { x: box.x, y: box.y, right: box.right, bottom: box.bottom, width: box.width, height: box.height }
  }, selector)
