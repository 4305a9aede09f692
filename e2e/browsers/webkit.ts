// WebKitGTK: its MiniBrowser, told what to do by WebKitWebDriver.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DrivenBrowser, SIZE } from './driven.ts'
import { endGroup, type Screen } from './screen.ts'
import { WebDriverSession } from './webdriver.ts'

const DRIVER = '/usr/bin/WebKitWebDriver'
const FOLDERS = [
  '/usr/lib',
  ...(existsSync('/usr/lib')
    ? readdirSync('/usr/lib')
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => `/usr/lib/${name}`)
    : []),
]
const MINI_BROWSER = FOLDERS.map((folder) => join(folder, 'webkit2gtk-4.1/MiniBrowser')).find((path) => existsSync(path))
const START_MS = 20_000

export const webkitMissing = (): boolean => !existsSync(DRIVER) || MINI_BROWSER === undefined

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

export async function launchWebkit(screen: Screen): Promise<DrivenBrowser> {
  const port = await freePort()
  const home = await mkdtemp(join(tmpdir(), 'twinmap-webkit-'))
  const driver = spawn(DRIVER, [`--port=${port}`, '--host=127.0.0.1'], {
    detached: true,
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: screen.display,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_HOME: join(home, 'data'),
      // A container lets nobody make namespaces; the page is ours.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  })
  const close = async () => {
    await endGroup(driver)
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  try {
    const url = `http://127.0.0.1:${port}`
    const endMs = Date.now() + START_MS
    while (
      !(await fetch(`${url}/status`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (Date.now() > endMs || driver.exitCode !== null) throw new Error(`${DRIVER} did not answer`)
      await new Promise((done) => setTimeout(done, 50))
    }
    const session = await WebDriverSession.open(url, {
      'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
      timeouts: { script: 120_000, pageLoad: 60_000 },
    })
    await session.resize(SIZE)
    return {
      name: 'WebKitGTK',
      version: session.version,
      open: (to) => session.navigate(to),
      evaluate: (run, ...given) => session.execute(run, ...given),
      screenshot: () => session.screenshot(),
      click: (x, y) => session.click(Math.round(x), Math.round(y)),
      drag: (from, to) => session.drag(from, to),
      wheel: (x, y, deltaY) => session.wheel(x, y, deltaY),
      press: (key) => session.press(key),
      async close() {
        await session.end().catch(() => undefined)
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
