import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { TwinDocument } from '../document/document.ts'
import { createNet } from '../net/net.ts'
import { openHeights } from './open-heights.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 20, geoidMeters: 0, datum: 'CGCS2000' } as const
const URL_OF_HEIGHTS = 'https://t.example/tiles/heights.json'

/** 40 × 40 cells of 1 m about the origin, all 5 m above it: 501 steps of 1 cm, then no difference. */
function pyramid() {
  const cells = 1600
  const planes = new Uint8Array(2 * cells)
  for (let cell = 0; cell < cells; cell++) {
    const folded = cell === 0 ? 1003 : 1
    planes[cell] = folded & 0xff
    planes[cells + cell] = folded >> 8
  }
  const packed = deflateRawSync(planes)
  const band = { offset: 0, length: packed.length }
  const level = { cellMeters: 1, minX: -20, minY: -20, columns: 40, rows: 40, bands: { ground: band, surface: band } }
  const transform = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return {
    header: { heights: 1, frame: 'local', transform, data: 'numbers.bin', unitMeters: 0.01, baseMeters: 0, levels: [level] },
    packed,
  }
}

test('a place stands on the mesh: metres above the ellipsoid, and nothing where nothing was flown', async () => {
  const { header, packed } = pyramid()
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return url.endsWith('.json') ? new Response(JSON.stringify(header)) : new Response(new Uint8Array(packed))
  }
  const net = createNet({ base: URL_OF_HEIGHTS }, { fetch, sleep: async () => undefined, random: () => 0 })
  const height = await openHeights(URL_OF_HEIGHTS, net, { origin } as TwinDocument, new AbortController().signal)
  expect(asked).toEqual([URL_OF_HEIGHTS, 'https://t.example/tiles/numbers.bin'])
  const stands = { heightEllipsoidalMeters: expect.closeTo(25, 2), errorMeters: expect.closeTo(0.005, 6), method: 'ground' }
  expect(height(117.83, 37.25)).toEqual(stands)
  expect(height(117.8301, 37.2501)).toEqual(stands)
  expect(height(117.84, 37.25)).toBeNull()
})

test('numbers of another origin are not fetched', async () => {
  const { header } = pyramid()
  const fetch = async () => new Response(JSON.stringify({ ...header, data: 'https://evil.example/numbers.bin' }))
  const net = createNet({ base: URL_OF_HEIGHTS }, { fetch, sleep: async () => undefined, random: () => 0 })
  await expect(openHeights(URL_OF_HEIGHTS, net, { origin } as TwinDocument, new AbortController().signal)).rejects.toMatchObject({
    code: 'fetch-refused',
  })
})

test('a header that names no numbers means heights.bin beside it; one that is nothing is told', async () => {
  const { header, packed } = pyramid()
  const { data: _, ...nameless } = header
  for (const [written, refusal] of [
    [nameless, null],
    [null, expect.stringMatching(/./)],
  ] as const) {
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return url.endsWith('.json') ? new Response(JSON.stringify(written)) : new Response(new Uint8Array(packed))
    }
    const net = createNet({ base: URL_OF_HEIGHTS }, { fetch, sleep: async () => undefined, random: () => 0 })
    const opened = openHeights(URL_OF_HEIGHTS, net, { origin } as TwinDocument, new AbortController().signal)
    const told = await opened.then(
      () => null,
      (error: { code?: string }) => error.code ?? error,
    )
    expect([asked, told]).toEqual([[URL_OF_HEIGHTS, 'https://t.example/tiles/heights.bin'], refusal])
  }
})

test('neither header nor numbers are waited for after the signal', async () => {
  const { header } = pyramid()
  for (const until of ['.json', '.bin']) {
    const leaving = new AbortController()
    const fetch = (url: string, { signal }: RequestInit) => {
      if (!url.endsWith(until)) return Promise.resolve(new Response(JSON.stringify(header)))
      return new Promise<Response>((_, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason))
        leaving.abort(new Error('left'))
      })
    }
    const net = createNet({ base: URL_OF_HEIGHTS }, { fetch, sleep: async () => undefined, random: () => 0 })
    await expect(openHeights(URL_OF_HEIGHTS, net, { origin } as TwinDocument, leaving.signal)).rejects.toThrow('left')
  }
})
