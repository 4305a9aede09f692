// One Chromium per test file, with a fresh profile and no way out: whatever asks for a host that is not this machine
// (a page, a worker, a socket) lands in a proxy that refuses and remembers it.
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { browserMissing, INSTALL, launchOptions } from './chromium.mjs'

const FONT_FOLDERS = ['/usr/share/fonts/opentype/noto', '/usr/share/fonts/noto-cjk', '/usr/share/fonts/google-noto-cjk']

/** Why a browser test must be skipped, with the command that installs what lacks; undefined where nothing lacks. */
export { browserMissing }

/** The same for a test that needs Chinese glyphs of the system. */
export const cjkFontMissing = (): string | undefined =>
  FONT_FOLDERS.some((folder) => existsSync(folder) && readdirSync(folder).some((name) => name.includes('CJK')))
    ? undefined
    : `a Chinese system font is missing: ${INSTALL}`

/** Whom Chromium itself asks at its start, in spite of its flags; exact names, so that no page's CDN hides among them. */
const CHROMIUM_ITSELF = new Set([
  'accounts.google.com',
  'android.clients.google.com',
  'clients2.google.com',
  'clientservices.googleapis.com',
  'content-autofill.googleapis.com',
  'edgedl.me.gvt1.com',
  'mtalk.google.com',
  'optimizationguide-pa.googleapis.com',
  'redirector.gvt1.com',
  'safebrowsing.googleapis.com',
  'safebrowsingohttpgateway.googleapis.com',
  'update.googleapis.com',
])

export interface TestBrowser {
  readonly browser: Browser
  /** `CONNECT https://host:port` or `GET url` of every request to a host that is not this machine; refused with 502. */
  readonly foreign: readonly string[]
  /** A page with what it told: console errors, uncaught errors. */
  page(size?: { width?: number; height?: number; touch?: boolean }): Promise<TestPage>
  close(): Promise<void>
}

export interface TestPage {
  readonly page: Page
  /** Uncaught errors and console errors, as sentences; console warnings in `warnings`. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Starts Chromium. Throws with the install command where it is missing: call `ctx.skip(browserMissing())` before.
 *
 * @example
 * const chromium = await launchBrowser()
 * const { page, errors } = await chromium.page({ width: 400, height: 300 })
 */
export async function launchBrowser({ args = [] }: { args?: readonly string[] } = {}): Promise<TestBrowser> {
  const launch = launchOptions()
  const foreign: string[] = []
  const remember = (method: string, url: string) => {
    if (!CHROMIUM_ITSELF.has(new URL(url).hostname)) foreign.push(`${method} ${url}`)
  }
  const wall = createServer((request, response) => {
    remember(request.method ?? 'GET', request.url ?? '')
    response.writeHead(502).end()
  })
  wall.on('connect', (request, socket: Socket) => {
    remember('CONNECT', `https://${request.url}`)
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 502 Refused by the test\r\n\r\n')
  })
  await new Promise<void>((resolve) => wall.listen(0, '127.0.0.1', resolve))
  const profile = await mkdtemp(join(tmpdir(), 'twinmap-browser-'))
  const browser = await puppeteer.launch({
    ...launch,
    userDataDir: profile,
    protocolTimeout: 180_000,
    args: [...launch.args, `--proxy-server=http://127.0.0.1:${(wall.address() as AddressInfo).port}`, ...args],
  })
  return {
    browser,
    foreign,
    async page({ width = 400, height = 300, touch = false } = {}) {
      const page = await browser.newPage()
      await page.setViewport({ width, height, deviceScaleFactor: 1, hasTouch: touch, isMobile: touch })
      const errors: string[] = []
      const warnings: string[] = []
      page.on('pageerror', (error) => errors.push(error instanceof Error ? error.message : String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url ?? ''}`.trim())
        if (message.type() === 'warn') warnings.push(message.text())
      })
      return { page, errors, warnings }
    },
    async close() {
      await browser.close().catch(() => browser.process()?.kill('SIGKILL'))
      wall.closeAllConnections()
      wall.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
