// Chromium and Firefox, by puppeteer.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer, { type Browser } from 'puppeteer-core'
import { launchOptions } from '../harness/chromium.mjs'
import { type DrivenBrowser, SIZE } from './driven.ts'
import type { Screen } from './screen.ts'

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path))

export const firefoxMissing = (): boolean => FIREFOX === undefined

async function drive(name: string, browser: Browser, profile: string): Promise<DrivenBrowser> {
  const page = await browser.newPage()
  await page.setViewport({ ...SIZE, deviceScaleFactor: 1 })
  return {
    name,
    version: await browser.version(),
    open: async (url) => void (await page.goto(url)),
    evaluate: (run, ...given) => page.evaluate(run as unknown as (...all: unknown[]) => unknown, ...given) as never,
    screenshot: () => page.screenshot({ type: 'png' }),
    click: (x, y) => page.mouse.click(x, y),
    async drag(from, to) {
      await page.mouse.move(...from)
      await page.mouse.down()
      await page.mouse.move(...to, { steps: 4 })
      await page.mouse.up()
    },
    async wheel(x, y, deltaY) {
      await page.mouse.move(x, y)
      await page.mouse.wheel({ deltaY })
    },
    press: (key) => page.keyboard.press(key),
    async close() {
      await browser.close().catch(() => browser.process()?.kill('SIGKILL'))
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

const makeProfile = () => mkdtemp(join(tmpdir(), 'twinmap-browser-'))

export async function launchChromium(): Promise<DrivenBrowser> {
  const profile = await makeProfile()
  return drive('Chromium', await puppeteer.launch({ ...launchOptions(), userDataDir: profile, protocolTimeout: 180_000 }), profile)
}

export async function launchFirefox(screen: Screen): Promise<DrivenBrowser> {
  const profile = await makeProfile()
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX!,
    headless: false,
    userDataDir: profile,
    protocolTimeout: 180_000,
    env: {
      ...process.env,
      DISPLAY: screen.display,
      HOME: profile,
      LIBGL_ALWAYS_SOFTWARE: '1',
      // A container lets nobody make namespaces; the page is ours.
      MOZ_DISABLE_CONTENT_SANDBOX: '1',
    },
    extraPrefsFirefox: {
      // Software GL is on Firefox' own list of what is too slow.
      'webgl.force-enabled': true,
      'webgl.disable-fail-if-major-performance-caveat': true,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  })
  return drive('Firefox ESR', browser, profile)
}
