// Which Chromium, and how it is started, for tests, benches and screenshots alike: headless, software WebGL, asking nobody.
import { existsSync } from 'node:fs'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']
export const INSTALL = 'apt-get install -y chromium fonts-noto-cjk'

/** `CHROMIUM=path` in the environment says which; else the first that is installed. */
export function chromiumPath() {
  const { CHROMIUM: own } = process.env
  return (own === undefined ? CHROMIUM : [own]).find((path) => existsSync(path))
}

/** What lacks, with the command that installs it; undefined where nothing lacks. */
export const browserMissing = () => (chromiumPath() === undefined ? `chromium is missing: ${INSTALL}, or CHROMIUM=path` : undefined)

export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
]

/** Options of puppeteer's `launch`. Throws with the install command where no Chromium is there. */
export function launchOptions() {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(browserMissing())
  return { executablePath, args: [...FLAGS] }
}
