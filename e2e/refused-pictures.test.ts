// A browser whose WebGL refuses pictures: planted into Chromium, so that each kind of refusal is tried on any machine. What a real one
// refuses is seen in browsers.test.ts.
import { beforeAll, expect, test } from 'vitest'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { type Opened, show, type TilesWindow, tilesPages } from './tiles/open.ts'
import { COLORS, meshoptPlane, png, sampleSet } from './tiles/sample-set.ts'

declare const window: TilesWindow

interface Planted {
  /** Which bitmaps. */
  readonly what: 'of-workers' | 'all' | 'of-48-px' | 'none'
  /** GL names an error; or says nothing, and what is seen is black. */
  readonly how: 'error' | 'black'
}

/** In the page, before its first tile. Counts what GL was asked in `window.asked`. */
function plant({ what, how }: Planted): void {
  const own = new WeakSet<ImageBitmap>()
  const create = globalThis.createImageBitmap
  globalThis.createImageBitmap = async (...given: unknown[]) => {
    const bitmap = await (create as (...all: unknown[]) => Promise<ImageBitmap>)(...given)
    own.add(bitmap)
    return bitmap
  }
  const { prototype } = WebGL2RenderingContext
  const { texSubImage2D, getError } = prototype
  const counts = { errors: 0, uploads: 0 }
  Object.assign(window, { asked: counts })
  prototype.getError = function () {
    counts.errors++
    return getError.call(this)
  }
  prototype.texSubImage2D = function (this: WebGL2RenderingContext, ...given: unknown[]) {
    const bitmap = given.at(-1)
    const to = texSubImage2D as (this: WebGL2RenderingContext, ...all: unknown[]) => void
    if (!(bitmap instanceof ImageBitmap)) return to.apply(this, given)
    counts.uploads++
    const refused = { none: false, all: true, 'of-workers': !own.has(bitmap), 'of-48-px': bitmap.width === 48 }[what]
    if (!refused) return to.apply(this, given)
    // A level that no texture has is INVALID_VALUE.
    if (how === 'error') return to.call(this, given[0], -1, ...given.slice(2))
    const black = new Uint8Array(bitmap.width * bitmap.height * 4)
    return to.call(this, ...given.slice(0, 4), bitmap.width, bitmap.height, ...given.slice(4, -1), black)
  } as typeof texSubImage2D
}

describeWith(browserMissing(), 'a browser that refuses pictures', () => {
  let files: Record<string, Uint8Array | string>
  beforeAll(async () => {
    files = { ...(await sampleSet()), '/sample/1.glb': await meshoptPlane(50, png(COLORS[1], 48)) }
  })
  const tiles = tilesPages(() => ({ files }))
  const near = (color: readonly number[]) => color.map((each) => expect.closeTo(each, -0.5))
  const CHILDREN = [COLORS[2], COLORS[3], COLORS[0], COLORS[1]].map(near)

  /** Until it has told something; what is told then is not refined any further. */
  async function refused(planted: Planted) {
    const opened = await tiles.open()
    await opened.page.evaluate(plant, planted)
    const told = await opened.page.evaluate(async () => {
      const { viewer } = window
      viewer.mount('/sample/tileset.json', { errorTargetPx: 4 })
      viewer.look(await viewer.bounds(), { headingDeg: 0, pitchDeg: -89.9, radii: 1.4 })
      await viewer.settle(30_000, () => viewer.errors.length > 0)
      const refinement = await viewer.settle(1_000)
      const pixels = viewer.pixels()
      const at = (x: number, y: number) => [...pixels.slice((y * 256 + x) * 4, (y * 256 + x) * 4 + 3)]
      return { refinement, errors: viewer.errors, quarters: [at(96, 160), at(160, 160), at(96, 96), at(160, 96)] }
    })
    await opened.close()
    return told
  }

  async function shown(planted: Planted): Promise<Awaited<ReturnType<typeof show>> & { opened: Opened }> {
    const opened = await tiles.open()
    await opened.page.evaluate(plant, planted)
    return { ...(await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })), opened }
  }

  for (const how of ['error', 'black'] as const)
    test(`as they came from workers (${how}) shows them made anew, and nothing is left of either`, async () => {
      const { refinement, quarters, errors, opened } = await shown({ what: 'of-workers', how })
      expect({ refinement, quarters, errors }).toEqual({ refinement: { state: 'complete', share: 1 }, quarters: CHILDREN, errors: [] })
      const left = await opened.page.evaluate(async () => {
        window.viewer.tilesets().dispose()
        await new Promise((done) => setTimeout(done, 100))
        return { gl: window.viewer.left(), bitmaps: window.bitmaps() }
      })
      expect(left.gl).toEqual([])
      // Counted are those that came from workers; those made of them are closed too, so that more are closed than came.
      expect(left.bitmaps).toBeLessThanOrEqual(0)
      await opened.close()
    })

  test('in every form is told by a code, once, and is never complete', async () => {
    const { refinement, errors } = await refused({ what: 'all', how: 'error' })
    expect(errors.map(({ code }) => code)).toEqual(['picture-refused'])
    expect(errors[0]!.message).toMatch(
      /\/sample\/\w+\.glb: the graphics driver refuses a picture of (64 × 64|48 × 48) px \(INVALID_VALUE\); .*reload/,
    )
    expect(refinement.state).not.toBe('complete')
  })

  test('of one tile alone lets its parent stand, names the tile and the size, and is not complete', async () => {
    const { refinement, quarters, errors } = await refused({ what: 'of-48-px', how: 'error' })
    expect(errors).toEqual([
      {
        code: 'picture-refused',
        message: expect.stringMatching(
          /\/sample\/1\.glb: the graphics driver refuses a picture of 48 × 48 px \(INVALID_VALUE\); the parent tile stays/,
        ),
      },
    ])
    expect(quarters).toEqual(Array(4).fill(near(COLORS.root)))
    expect(refinement.state).not.toBe('complete')
  })

  test('and one that refuses nothing is asked for errors a few times in all, not at each frame', async () => {
    const { opened, errors: told } = await shown({ what: 'none', how: 'error' })
    expect(told).toEqual([])
    const asked = () => opened.page.evaluate(() => ({ ...(window as unknown as { asked: { errors: number; uploads: number } }).asked }))
    const { errors, uploads } = await asked()
    // The trial picture, the root's and four of its children's. Three times for the trial, then at most once for each.
    expect(uploads).toBe(6)
    expect(errors).toBeLessThanOrEqual(3 + 5)
    await opened.page.evaluate(() => {
      for (let i = 0; i < 50; i++) window.viewer.draw()
    })
    expect((await asked()).errors).toBe(errors)
    await opened.close()
  })
})
