// What a person sees and does in the viewer's page: rows, card, keys, clicks. Everything is read from what is drawn.
import type { Page } from 'puppeteer-core'
import { expect } from 'vitest'
import type { TestBrowser } from '../harness/browser.ts'

/** One row of the alarm list, as its words say it. */
export interface SeenRow {
  /** `SOS 求助 W-1 ×2` */
  readonly words: string
  /** It waits for an operator. */
  readonly open: boolean
}

declare const violations: string[]

export interface ViewerPage {
  readonly page: Page
  readonly consoleErrors: readonly string[]
  /** Text of a part of the viewer's own shadow root. */
  text(selector: string): Promise<string>
  rows(): Promise<readonly SeenRow[]>
  /** Rows that name somebody. */
  rowsOf(whose: string): Promise<readonly SeenRow[]>
  /** Every word on the card, or '' where none is open. */
  card(): Promise<string>
  /** Opens the card of the first row that names somebody, by keyboard. */
  openRow(whose: string): Promise<void>
  /** Presses the card's button. */
  acknowledge(): Promise<void>
  violations(): Promise<string[]>
  close(): Promise<void>
}

/** Machines that run these tests are busy with others' work: this tells a page that is broken, not one that is slow. */
export const PATIENCE_MS = 60_000
export const until = <T>(what: () => Promise<T> | T, ms = PATIENCE_MS) => expect.poll(what, { timeout: ms, interval: 100 })

export async function openViewer(
  chromium: TestBrowser,
  url: string,
  {
    mount = true,
    before = async () => undefined,
  }: {
    /** False: the page has its viewer. */
    readonly mount?: boolean
    readonly before?: (page: Page) => Promise<unknown>
  } = {},
): Promise<ViewerPage> {
  // As small as the wide layout is.
  const { page, errors } = await chromium.page({ width: 660, height: 500 })
  await page.evaluateOnNewDocument(() => {
    const seen: string[] = []
    Object.assign(globalThis, { violations: seen })
    document.addEventListener('securitypolicyviolation', (event) => seen.push(`${event.violatedDirective} ${event.blockedURI}`))
  })
  await before(page)
  await page.goto(url)
  if (mount) {
    await page.waitForFunction(() => 'mount' in globalThis)
    await page.evaluate(() => (globalThis as unknown as { mount(): void }).mount())
  }
  await page.waitForFunction(() => document.querySelector('twin-viewer')?.twin != null, { timeout: PATIENCE_MS })
  const rows = () =>
    page.evaluate(() => {
      const list = document.querySelector('twin-viewer')?.shadowRoot?.querySelector('twin-alarm-list')?.shadowRoot
      return [...(list?.querySelectorAll('li') ?? [])].map((li) => ({
        words: li.querySelector('.words')!.textContent!.replace(/\s+/g, ' ').trim(),
        open: li.classList.contains('open'),
      }))
    })
  const card = () =>
    page.evaluate(() =>
      [...(document.querySelector('twin-viewer')?.shadowRoot?.querySelector('twin-card')?.shadowRoot?.children ?? [])]
        .filter((element) => element.tagName !== 'STYLE')
        .map((element) => element.textContent)
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
  const names = (whose: string, { words }: SeenRow) => words.split(' ').includes(whose)
  return {
    page,
    consoleErrors: errors,
    text: (selector) =>
      page.evaluate(
        (asked) => document.querySelector('twin-viewer')!.shadowRoot!.querySelector(asked)?.textContent?.replace(/\s+/g, ' ').trim() ?? '',
        selector,
      ),
    rows,
    rowsOf: async (whose) => (await rows()).filter((row) => names(whose, row)),
    card,
    async openRow(whose) {
      await until(async () => (await rows()).some((row) => names(whose, row))).toBe(true)
      await page.evaluate((name) => {
        const list = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-alarm-list')!.shadowRoot!
        const row = [...list.querySelectorAll('li')].find((li) => li.querySelector('.words')!.textContent!.split(/\s+/).includes(name))
        row!.querySelector('button')!.focus()
      }, whose)
      await page.keyboard.press('Enter')
      await until(card).toContain(whose)
    },
    async acknowledge() {
      await page.evaluate(() => {
        const shown = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-card')!.shadowRoot!
        shown.querySelector<HTMLButtonElement>('[part=acknowledge]')!.click()
      })
    },
    violations: () => page.evaluate(() => violations),
    close: () => page.close(),
  }
}
