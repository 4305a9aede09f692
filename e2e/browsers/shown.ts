// What a person sees and does in the viewer's page, in whatever browser: read from what is drawn, done by pointer and keys.
import { PNG } from 'pngjs'
import type { DrivenBrowser } from './driven.ts'

export type Rgb = readonly [red: number, green: number, blue: number]

/** A PNG's px. */
export interface Picture {
  /** Mean of a square about a place. */
  mean(x: number, y: number, half?: number): Rgb
  /** Share of its px, 0 to 1, that are nearly this colour. */
  share(of: Rgb, box?: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }): number
}

/** How far a channel may be off, of 255: software rasters and decoders round differently. */
export const NEAR = 6

export function pictureOf(bytes: Uint8Array): Picture {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes))
  const at = (x: number, y: number): Rgb => {
    const i = (y * width + x) * 4
    return [data[i]!, data[i + 1]!, data[i + 2]!]
  }
  return {
    mean(x, y, half = 4) {
      const sum = [0, 0, 0]
      for (let dy = -half; dy <= half; dy++)
        for (let dx = -half; dx <= half; dx++) {
          const px = at(Math.round(x) + dx, Math.round(y) + dy)
          for (const c of [0, 1, 2]) sum[c]! += px[c]!
        }
      return sum.map((each) => Math.round(each / (2 * half + 1) ** 2)) as unknown as Rgb
    },
    share(of, { left, top, right, bottom } = { left: 0, top: 0, right: width, bottom: height }) {
      let count = 0
      for (let y = Math.round(top); y < Math.round(bottom); y++)
        for (let x = Math.round(left); x < Math.round(right); x++)
          if (at(x, y).every((value, c) => Math.abs(value - of[c]!) <= NEAR)) count++
      return count / ((right - left) * (bottom - top))
    },
  }
}

export interface Shown {
  /** Text of a part of the viewer's own shadow root. */
  text(part: string): Promise<string>
  /** Words of the alarm rows; `open` where it waits for an operator. */
  rows(): Promise<readonly { readonly words: string; readonly open: boolean }[]>
  /** Every word on the card, or '' where none is open. */
  card(): Promise<string>
  /** Where the twin's local metres are seen on the page. */
  place(enu: readonly [number, number, number]): Promise<{ x: number; y: number }>
  view(): Promise<{ longitude: number; latitude: number; heightEllipsoidalMeters: number }>
  /** Opens the card of the first row, by keyboard. */
  openFirstRow(): Promise<void>
  /** Clicks the card's button by the pointer, where it is there. */
  clickCard(part: string): Promise<void>
  /** Errors, warnings and violations of the policy that the page told. */
  told(): Promise<readonly string[]>
  picture(): Promise<Picture>
}

export function shownIn(browser: DrivenBrowser): Shown {
  const card = () =>
    browser.evaluate(() =>
      [...(document.querySelector('twin-viewer')?.shadowRoot?.querySelector('twin-card')?.shadowRoot?.children ?? [])]
        .filter((element) => element.tagName !== 'STYLE')
        .map((element) => element.textContent)
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
  return {
    text: (part) =>
      browser.evaluate(
        (asked) =>
          document.querySelector('twin-viewer')?.shadowRoot?.querySelector(`[part=${asked}]`)?.textContent?.replace(/\s+/g, ' ').trim() ??
          '',
        part,
      ),
    rows: () =>
      browser.evaluate(() => {
        const list = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-alarm-list')?.shadowRoot
        return [...(list?.querySelectorAll('li') ?? [])].map((li) => ({
          words: li.querySelector('.words')!.textContent!.replace(/\s+/g, ' ').trim(),
          open: li.classList.contains('open'),
        }))
      }),
    card,
    place: (enu) =>
      browser.evaluate((at) => {
        const viewer = document.querySelector('twin-viewer')!
        const box = viewer.shadowRoot!.querySelector('canvas')!.getBoundingClientRect()
        const { x, y } = viewer.twin!.view.project(at)!
        return { x: box.x + x, y: box.y + y }
      }, enu),
    view: () =>
      browser.evaluate(() => {
        const { longitude, latitude, heightEllipsoidalMeters } = document.querySelector('twin-viewer')!.twin!.view.current
        return { longitude, latitude, heightEllipsoidalMeters }
      }),
    async openFirstRow() {
      await browser.evaluate(() =>
        document
          .querySelector('twin-viewer')!
          .shadowRoot!.querySelector('twin-alarm-list')!
          .shadowRoot!.querySelector<HTMLElement>('li button')!
          .focus(),
      )
      await browser.press('Enter')
    },
    async clickCard(part) {
      const at = await browser.evaluate((asked) => {
        const card = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('twin-card')
        const button = card?.shadowRoot?.querySelector(`[part=${asked}]`)
        button?.scrollIntoView({ block: 'center' })
        const box = button?.getBoundingClientRect()
        return box === undefined ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 }
      }, part)
      if (at !== null) await browser.click(at.x, at.y)
    },
    told: () => browser.evaluate(() => (globalThis as unknown as { told: string[] }).told),
    picture: async () => pictureOf(await browser.screenshot()),
  }
}
