import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holdFonts } from './fonts.ts'

class Face {
  readonly source: string
  constructor(_family: string, source: string) {
    this.source = source
  }
}
beforeEach(() => vi.stubGlobal('FontFace', Face))
afterEach(() => vi.unstubAllGlobals())
const page = () => ({ fonts: new Set<unknown>() }) as unknown as Document & { fonts: Set<unknown> }
const slices = vi.fn(async () => [{ url: new URL('http://localhost/a.woff2'), unicodeRange: 'U+4E00' }])
const settled = () => new Promise((done) => setTimeout(done))

test('adds the faces once for all viewers of a page, and takes them back after the last', async () => {
  const document = page()
  const releases = [holdFonts(document, slices), holdFonts(document, slices)]
  await settled()
  expect(document.fonts.size).toBe(1)
  expect(slices).toHaveBeenCalledOnce()
  releases[0]!()
  releases[0]!()
  await settled()
  expect(document.fonts.size).toBe(1)
  releases[1]!()
  await settled()
  expect(document.fonts.size).toBe(0)
})
test('has the faces once the network that was away carries them', async () => {
  vi.useFakeTimers()
  const document = page()
  let away = true
  const release = holdFonts(document, async () => {
    if (away) throw new TypeError('Failed to fetch dynamically imported module')
    return slices()
  })
  await vi.advanceTimersByTimeAsync(9_000)
  expect(document.fonts.size).toBe(0)
  away = false
  await vi.advanceTimersByTimeAsync(9_000)
  expect(document.fonts.size).toBe(1)
  release()
  await vi.advanceTimersByTimeAsync(1)
  expect([document.fonts.size, vi.getTimerCount()]).toEqual([0, 0])
  vi.useRealTimers()
})
test('shows the fonts of the page where the slices are missing', async () => {
  const document = page()
  const release = holdFonts(document, async () => {
    throw new Error('404')
  })
  await settled()
  expect(document.fonts.size).toBe(0)
  release()
})
