// The browsers of the main path, each with what lacks for it and how it is started.
import { existsSync } from 'node:fs'
import { browserMissing } from '../harness/chromium.mjs'
import type { DrivenBrowser } from './driven.ts'
import { firefoxMissing, launchChromium, launchFirefox } from './puppeteered.ts'
import type { Screen } from './screen.ts'
import { launchWebkit, webkitMissing } from './webkit.ts'

export interface Launched {
  readonly browser: DrivenBrowser
  readonly screen?: Screen
}

export interface Launcher {
  readonly name: string
  /** Why it cannot be started here, with the command that installs what lacks; undefined where it can. */
  missing(): string | undefined
  launch(openScreen: () => Promise<Screen>): Promise<Launched>
}

const INSTALL = 'apt-get install -y --no-install-recommends firefox-esr webkit2gtk-driver xvfb libgl1-mesa-dri'
const lacks = (what: string) => `${what} is missing: ${INSTALL}`
const screenMissing = () => (existsSync('/usr/bin/Xvfb') ? undefined : lacks('Xvfb'))

const onScreen = (start: (screen: Screen) => Promise<DrivenBrowser>) => async (openScreen: () => Promise<Screen>) => {
  const screen = await openScreen()
  try {
    return { browser: await start(screen), screen }
  } catch (error) {
    await screen.close()
    throw error
  }
}

export const BROWSERS: readonly Launcher[] = [
  { name: 'Chromium', missing: browserMissing, launch: async () => ({ browser: await launchChromium() }) },
  { name: 'Firefox ESR', missing: () => (firefoxMissing() ? lacks('firefox-esr') : screenMissing()), launch: onScreen(launchFirefox) },
  {
    name: 'WebKitGTK',
    missing: () => (webkitMissing() ? lacks('webkit2gtk-driver') : screenMissing()),
    launch: onScreen(launchWebkit),
  },
]
