// A village in Chromium: the script-tag bundle, core, the worker and the real server, in a page under the strict policy.
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { LOOK_MS } from '../../packages/core/src/error/silent-worker.ts'
import type {} from '../../packages/viewer/src/index.ts'
import { launchBrowser, type TestBrowser } from './browser.ts'
import { type PortalTown, startPortalTown } from './portal-town.ts'

const PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>village</title><link rel="icon" href="icon.svg">
<link rel="stylesheet" href="page.css"><script type="module" src="viewer/twin-viewer.js"></script><main></main></html>`

/** What each page keeps for the test, as `kept`. */
export interface Kept {
  violations: string[]
  errors: string[]
  warnings: string[]
  /** Sentences of the errors. */
  sentences: string[]
  token: string | null
}
declare const kept: Kept

/** The viewer's shadow root, in code of the page. */
export const SHADOW = `document.querySelector('twin-viewer').shadowRoot`

export interface OpenVillage {
  readonly role?: 'public' | 'care' | 'command'
  readonly lifeMs?: number
  readonly src?: string
  readonly viewers?: number
  /** Waits for the twin. */
  readonly ready?: boolean
  readonly width?: number
  /** Looks after its worker often: the page does so each quarter of a minute, and a test has no minute for that. */
  readonly soonLooks?: boolean
}

export interface Village {
  readonly chromium: TestBrowser
  readonly town: PortalTown
  /** The last that was opened. */
  readonly page: Page
  readonly consoleErrors: readonly string[]
  readonly consoleWarnings: readonly string[]
  open(how?: OpenVillage): Promise<void>
  /** Text of a part of the viewer's own shadow root. */
  text(selector: string): Promise<string>
  /** Text inside one of its elements. */
  inside(tag: string, selector: string): Promise<string>
}

export const until = <T>(what: () => Promise<T>) => expect.poll(what, { timeout: 20_000, interval: 60 })

/** Starts and ends it around the tests of a group. */
export function withVillage(): Village {
  let chromium: TestBrowser
  let town: PortalTown
  let page: Page
  let consoleErrors: readonly string[] = []
  let consoleWarnings: readonly string[] = []
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
  return {
    get chromium() {
      return chromium
    },
    get town() {
      return town
    },
    get page() {
      return page
    },
    get consoleErrors() {
      return consoleErrors
    },
    get consoleWarnings() {
      return consoleWarnings
    },
    text: (selector) =>
      page.evaluate(`${SHADOW}.querySelector('${selector}')?.textContent.replace(/\\s+/g, ' ').trim() ?? ''`) as Promise<string>,
    inside: (tag, selector) =>
      page.evaluate(
        `${SHADOW}.querySelector('${tag}')?.shadowRoot.querySelector('${selector}')?.textContent.replace(/\\s+/g, ' ').trim() ?? ''`,
      ) as Promise<string>,
    async open({ role = 'public', lifeMs = 3_600_000, src = 'twin.json', viewers = 1, ready = true, width = 900, soonLooks = false } = {}) {
      await page?.close()
      const tested = await chromium.page({ width, height: 560 })
      page = tested.page
      consoleErrors = tested.errors
      consoleWarnings = tested.warnings
      await watch(page, soonLooks)
      await page.goto(`${town.url}page.html`)
      await mount(page, src, viewers, await town.token(role, lifeMs))
      if (ready) await page.waitForFunction(() => document.querySelector('twin-viewer')?.twin != null)
    },
  }
}

async function watch(page: Page, soonLooks: boolean): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const now: Kept = { violations: [], errors: [], warnings: [], sentences: [], token: null }
    Object.assign(globalThis, { kept: now })
    document.addEventListener('securitypolicyviolation', (e) => now.violations.push(`${e.violatedDirective} ${e.blockedURI}`))
    document.addEventListener('twin-warning', (e) => now.warnings.push(e.detail.warning.code))
    document.addEventListener('twin-error', (e) => {
      now.errors.push(`${e.detail.error.code} ${e.detail.fatal}`)
      now.sentences.push(e.detail.error.message)
    })
  })
  if (soonLooks)
    await page.evaluateOnNewDocument((every) => {
      const real = globalThis.setInterval as (run: () => void, ms?: number) => number
      Object.assign(globalThis, { setInterval: (run: () => void, ms?: number) => real(run, ms === every ? 300 : ms) })
    }, LOOK_MS)
}

const mount = (page: Page, src: string, viewers: number, token: string) =>
  page.evaluate(
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
