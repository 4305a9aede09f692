// What a page around the viewer does to it: CSS transforms and zoom, heights that mean nothing, Trusted Types, a script that is
// loaded twice, a network that comes late, another language.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { samplePlaneGlb } from '../packages/core/src/tiles/sample-tile.ts'
import type { GroundPoint } from '../packages/viewer/src/index.ts'
import { browserMissing, launchBrowser, type TestBrowser, type TestPage } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { ROOT } from './harness/packed.ts'
import { BUNDLE, bundleMissing, oneTile, VILLAGE } from './harness/portal-town.ts'
import { type Served, STRICT_CSP, serve } from './harness/serve.ts'

/** A village that stands still: a document, one flat tile, the script-tag bundle. */
const STILL = { ...VILLAGE, feeds: [], layers: [] }
const page = (body: string, head = '') =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>frame</title><link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css">${head}<script type="module" src="viewer/twin-viewer.js"></script>${body}</html>`
const FILES = {
  '/page.html': page('<main id="outer"><div id="inner"><twin-viewer src="still.twin.json"></twin-viewer></div></main>'),
  '/page.css': 'body{margin:0}#inner{width:800px}#inner>twin-viewer{height:500px}',
  '/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '/still.twin.json': JSON.stringify(STILL),
  '/tiles/ground.glb': samplePlaneGlb({ sizeMeters: 400, color: [0.2, 0.5, 0.25, 1] }),
  '/tiles/tileset.json': oneTile('ground.glb'),
}

describeWith(browserMissing() ?? bundleMissing(), 'the viewer in the frame of a page', () => {
  let chromium: TestBrowser
  let served: Served
  const toClose: (() => Promise<void>)[] = []
  const serves = async (options: Partial<Parameters<typeof serve>[0]> & { readonly files?: Record<string, string | Uint8Array> } = {}) => {
    const one = await serve({ ...options, folders: { '/viewer/': BUNDLE }, files: { ...FILES, ...options.files } })
    toClose.push(one.close)
    return one
  }
  const opens = async (url: string, size = { width: 1200, height: 900 }): Promise<TestPage> => {
    const tested = await chromium.page(size)
    toClose.push(() => tested.page.close())
    await tested.page.goto(url)
    return tested
  }
  const isRefined = ({ page }: TestPage) =>
    page.waitForFunction(
      () =>
        /细化完成|Fully refined/.test(
          document.querySelector('twin-viewer')?.shadowRoot?.querySelector('[part=refinement]')?.textContent ?? '',
        ),
      { timeout: 30_000 },
    )

  beforeAll(async () => {
    chromium = await launchBrowser()
    served = await serve({ folders: { '/viewer/': BUNDLE }, files: FILES })
  })
  afterEach(async () => {
    for (const close of toClose.splice(0)) await close()
  })
  afterAll(async () => {
    await chromium?.close()
    await served?.close()
  })

  /** What the page's CSS does: to the outer box, to the inner one, to the viewer itself. */
  const FRAMES: readonly (readonly [name: string, outer: string, inner?: string, own?: string])[] = [
    ['half as wide', 'transform-origin: 0 0; transform: scale(.5, 1)'],
    ['lower and wider', 'transform-origin: 0 0; transform: scale(1.3, .7)'],
    ['half again as large', 'transform-origin: 0 0; transform: scale(1.5)'],
    ['turned for a portrait kiosk', 'transform-origin: 0 0; transform: translate(520px, 0) rotate(90deg)'],
    ['upside down', 'transform: rotate(180deg)'],
    ['turned by 30°, smaller', 'transform: rotate(30deg) scale(.6)'],
    ['turned by 45°', 'transform-origin: 0 0; transform: translate(400px, 20px) rotate(45deg) scale(.7)'],
    ['skewed', 'transform-origin: 0 0; transform: skew(12deg, -7deg) scale(.8) translate(0, 150px)'],
    ['under a matrix', 'transform-origin: 0 0; transform: matrix(.8, .2, -.3, .9, 160, 20)'],
    ['mirrored', 'transform: scaleX(-1)'],
    ['in perspective', 'transform: perspective(900px) rotateY(25deg) rotateX(8deg)'],
    ['by the properties of their own', 'rotate: 20deg; scale: .7 .9; translate: 40px 60px'],
    ['zoomed', 'zoom: 1.3'],
    ['zoomed out, inside a scale', 'transform-origin: 0 0; transform: scale(1.4, 1.1)', 'zoom: .75'],
    ['scaled inside a turn, and skewed itself', 'transform: rotate(-15deg)', 'transform: scale(.6, .8)', 'transform: skewX(10deg)'],
    [
      'with a border and padding around it',
      'transform-origin: 0 0; transform: scale(.9, .6); padding: 13.5px 7px; border: 3px solid',
      '',
      'margin: 5px',
    ],
  ]

  test.each(FRAMES)(
    '%s: a click, a drag and the wheel mean what is under the pointer, within 1 px',
    async (_, outer, inner = '', own = '') => {
      const tested = await opens(served.url('/page.html'))
      await isRefined(tested)
      await tested.page.evaluate(
        (css) => {
          const viewer = document.querySelector('twin-viewer')!
          for (const [element, text] of [
            [document.querySelector<HTMLElement>('#outer')!, css[0]!],
            [document.querySelector<HTMLElement>('#inner')!, css[1]!],
            [viewer as HTMLElement, css[2]!],
          ] as const)
            element.style.cssText = text
          // Where the browser draws a px of the map: a point of no size, set there.
          const at = document.createElement('b')
          at.style.cssText = 'position:absolute;width:0;height:0'
          viewer.shadowRoot!.querySelector('.map')!.append(at)
          const drawn = (x: number, y: number) => {
            at.style.left = `${x}px`
            at.style.top = `${y}px`
            const { left, top } = at.getBoundingClientRect()
            return { x: left, y: top }
          }
          Object.assign(globalThis, { drawn })
          // The engine hears of another size with the next frame.
          return new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))
        },
        [outer, inner, own],
      )
      // Four px of the page that show the map and nothing on it.
      const places = await tested.page.evaluate(() => {
        const viewer = document.querySelector('twin-viewer')!
        const { drawn } = globalThis as unknown as { drawn: (x: number, y: number) => { x: number; y: number } }
        const found: { x: number; y: number }[] = []
        for (const [x, y] of [
          [330, 250],
          [470, 210],
          [400, 330],
          [520, 300],
          [420, 260],
          [370, 190],
          [450, 400],
          [300, 350],
        ] as const) {
          const on = drawn(x, y)
          const [px, py] = [Math.round(on.x), Math.round(on.y)]
          const isMap = document.elementFromPoint(px, py) === viewer && viewer.shadowRoot!.elementFromPoint(px, py)?.localName === 'canvas'
          if (isMap && px > 2 && py > 2 && px < innerWidth - 2 && py < innerHeight - 2) found.push({ x: px, y: py })
        }
        return found.slice(0, 4)
      })
      expect(places.length).toBeGreaterThan(2)
      /** How far from a px of the page a place of the ground is drawn, px of the page. */
      const off = (enu: readonly [number, number, number], at: { readonly x: number; readonly y: number }) =>
        tested.page.evaluate(
          (place, px, py) => {
            const { drawn } = globalThis as unknown as { drawn: (x: number, y: number) => { x: number; y: number } }
            const on = document.querySelector('twin-viewer')!.twin!.view.project(place)!
            const { x, y } = drawn(on.x, on.y)
            return Math.hypot(x - px, y - py)
          },
          enu,
          at.x,
          at.y,
        )
      const click = async (at: { readonly x: number; readonly y: number }): Promise<GroundPoint> => {
        const heard = tested.page.evaluate(
          () =>
            new Promise<GroundPoint>((done) =>
              document.querySelector('twin-viewer')!.addEventListener('twin-ground', (event) => done(event.detail.point), { once: true }),
            ),
        )
        await tested.page.mouse.click(at.x, at.y)
        return heard
      }
      for (const at of places) expect(await off((await click(at)).enu, at)).toBeLessThan(1)
      const [from, to] = places as [(typeof places)[0], (typeof places)[0]]
      const grabbed = (await click(from)).enu
      await tested.page.mouse.move(from.x, from.y)
      await tested.page.mouse.down()
      await tested.page.mouse.move(to.x, to.y, { steps: 3 })
      await tested.page.mouse.up()
      expect(await off(grabbed, to)).toBeLessThan(1)
      await tested.page.mouse.move(to.x, to.y)
      const away = () => tested.page.evaluate(() => document.querySelector('twin-viewer')!.twin!.view.current.heightEllipsoidalMeters)
      const before = await away()
      await tested.page.mouse.wheel({ deltaY: -120 })
      await expect.poll(away).toBeLessThan(before - 1)
      expect(await off(grabbed, to)).toBeLessThan(1)
      expect([tested.errors, tested.warnings]).toEqual([[], []])
    },
  )

  const CASES = join(ROOT, '../shared/cases/viewer')
  test.skipIf(!existsSync(CASES))('the case nonuniform-scale: a click at (150, 330) of the page means (300, 330) of the map', async () => {
    const files = { '/page.html': readFileSync(join(CASES, 'nonuniform-scale/page.html')), '/twin.json': JSON.stringify(STILL) }
    // Its page has an inline style, which a strict policy refuses.
    const tested = await opens((await serves({ files, csp: false })).url('/page.html'))
    await isRefined(tested)
    const heard = tested.page.evaluate(
      () =>
        new Promise<{ x: number; y: number } | null>((done) => {
          const viewer = document.querySelector('twin-viewer')!
          const on = (event: CustomEvent<{ point: GroundPoint }>) => done(viewer.twin!.view.project(event.detail.point.enu))
          viewer.addEventListener('twin-ground', on, { once: true })
        }),
    )
    const box = await tested.page.evaluate(() => {
      const { x, y } = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('.map')!.getBoundingClientRect()
      return { x, y }
    })
    await tested.page.mouse.click(150, 330)
    const on = (await heard)!
    expect(Math.hypot(on.x / 2 + box.x - 150, on.y + box.y - 330)).toBeLessThan(1)
  })

  test('is 400 px high wherever its height would mean nothing, and as high as the page says where it means something', async () => {
    const tested = await opens(served.url('/page.html'))
    const heights = await tested.page.evaluate(() => {
      const inner = document.querySelector<HTMLElement>('#inner')!
      const height = (parent: string, own: string) => {
        inner.style.cssText = parent
        const viewer = inner.querySelector('twin-viewer')!
        viewer.style.cssText = own
        return viewer.getBoundingClientRect().height
      }
      return {
        'of an auto-height parent': height('width: 600px', 'height: 100%'),
        'of a parent with a least height': height('min-height: 300px', 'height: 100%'),
        automatic: height('', 'height: auto'),
        'in a flex column': height('display: flex; flex-direction: column', 'height: auto'),
        'in a grid': height('display: grid', 'height: 100%'),
        'of a high parent': height('height: 700px', 'height: 100%'),
        'of a low parent': height('height: 250px', 'height: 100%'),
        'by its own': height('', 'height: 333px'),
        'by a ratio': height('width: 800px', 'height: auto; aspect-ratio: 4 / 3'),
        'that fills a flex column': height('display: flex; flex-direction: column; height: 640px', 'height: auto; flex: 1'),
      }
    })
    expect(heights).toEqual({
      'of an auto-height parent': 400,
      'of a parent with a least height': 400,
      automatic: 400,
      'in a flex column': 400,
      'in a grid': 400,
      'of a high parent': 700,
      'of a low parent': 250,
      'by its own': 333,
      'by a ratio': 600,
      'that fills a flex column': 640,
    })
    const widths = await tested.page.evaluate(() => {
      const inner = document.querySelector<HTMLElement>('#inner')!
      const width = (parent: string, own: string) => {
        inner.style.cssText = parent
        const viewer = inner.querySelector('twin-viewer')!
        viewer.style.cssText = own
        return viewer.getBoundingClientRect().width
      }
      return [width('display: flex; width: 900px', ''), width('width: 300px', 'display: inline-block'), width('width: 900px', '')]
    })
    expect(widths).toEqual([640, 300, 900])
  })

  const TRUSTED = `${STRICT_CSP}; require-trusted-types-for 'script'; trusted-types lit-html twinmap`
  test('draws under Trusted Types that allow two policies, lit-html and twinmap', async () => {
    const trusted = await serves({ csp: TRUSTED })
    const tested = await opens(trusted.url('/page.html'))
    await isRefined(tested)
    expect([trusted.violations, tested.errors, tested.warnings]).toEqual([[], [], []])
    expect(
      tested.page
        .workers()
        .map((worker) => /(\w+)-worker/.exec(worker.url())?.[1])
        .sort(),
    ).toEqual(['tile', 'twin'])
  })
  test('names the policy that is missing where Trusted Types do not allow it', async () => {
    const trusted = await serves({ csp: `${STRICT_CSP}; require-trusted-types-for 'script'; trusted-types lit-html` })
    const tested = await opens(trusted.url('/page.html'))
    await tested.page.waitForFunction(
      () => /trusted-types/.test(document.querySelector('twin-viewer')?.shadowRoot?.querySelector('[part=message]')?.textContent ?? ''),
      { timeout: 20_000 },
    )
  })

  test('a script that is loaded twice warns once and throws nothing; the first one works', async () => {
    const twice = '<script type="module" src="viewer/twin-viewer.js?second"></script>'
    const tested = await opens(
      (await serves({ files: { '/page.html': page(FILES['/page.html'].slice(FILES['/page.html'].indexOf('<main')), '') + twice } })).url(
        '/page.html',
      ),
    )
    await isRefined(tested)
    await expect.poll(() => tested.warnings).toEqual([expect.stringMatching(/<twin-[a-z-]+> is registered already.*load its script once/)])
    expect(tested.errors).toEqual([])
  })

  /** Refuses the requests that fit while `away` says so, as a line that carries nothing. */
  const awayFor = async ({ page }: TestPage, fits: (path: string) => boolean) => {
    const line = { away: true, refused: [] as string[] }
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (!line.away || !fits(pathname)) return void request.continue()
      line.refused.push(pathname)
      void request.abort('internetdisconnected')
    })
    return line
  }
  const opensAway = async (fits: (path: string) => boolean) => {
    const tested = await chromium.page({ width: 900, height: 600 })
    toClose.push(() => tested.page.close())
    const line = await awayFor(tested, fits)
    await tested.page.goto(served.url('/page.html'))
    return { tested, line }
  }
  const middle = ({ page }: TestPage) =>
    page.evaluate(() => document.querySelector('twin-viewer')?.shadowRoot?.querySelector('[part=message]')?.textContent ?? '')

  test('the case offline-start: a page that starts while the network is away heals by itself within 10 s after it is back', async () => {
    // What came with the page itself, as from a browser's cache: the script with what it imports at once.
    const cached = ['twin-viewer.js']
    for (const file of cached) {
      const imported = [...readFileSync(join(BUNDLE, file), 'utf8').matchAll(/(?:from|import) ?["'`](\.[^"'`]+)["'`]/g)]
      for (const path of imported.map(([, path]) => join(dirname(file), path!))) if (!cached.includes(path)) cached.push(path)
    }
    const { tested, line } = await opensAway((path) => !/\.(html|css|svg)$/.test(path) && !cached.some((each) => path.endsWith(each)))
    await expect.poll(() => middle(tested), { timeout: 15_000 }).toContain('fetch-failed')
    // Longer than the first tries last.
    await new Promise((done) => setTimeout(done, 6_000))
    // Nothing is imported before something was answered: a browser may keep an import that failed.
    expect(line.refused.filter((path) => /three-engine|dist-/.test(path))).toEqual([])
    line.away = false
    await tested.page.waitForFunction(() => document.querySelector('twin-viewer')!.twin != null, { timeout: 10_000 })
    await isRefined(tested)
    expect(await middle(tested)).toBe('')
  })
  test('hears of the browser that the network is back, and does not wait', async () => {
    const tested = await opens(served.url('/page.html'))
    await isRefined(tested)
    await tested.page.setOfflineMode(true)
    await tested.page.evaluate(() => document.querySelector('twin-viewer')!.reload())
    await expect.poll(() => middle(tested), { timeout: 15_000 }).toContain('fetch-failed')
    await tested.page.setOfflineMode(false)
    await isRefined(tested)
  })
  test.each([
    ['the code of the engine', /three-engine/],
    ['a part that it imports', /silent-worker/],
    ['the worker of live data', /twin-worker/],
    ['the worker of tiles', /tile-worker/],
    ['the tileset', /tileset\.json/],
    ['a tile', /ground\.glb/],
  ])('%s that failed to load once is loaded again by itself', async (_, which) => {
    let left = 1
    const { tested, line } = await opensAway((path) => which.test(path) && left-- > 0)
    await isRefined(tested)
    expect(line.refused).toHaveLength(1)
    await tested.page.waitForFunction(() => document.querySelector('twin-viewer')!.twin?.kinds.length !== 0, { timeout: 10_000 })
  })

  test('the first view is the camera of the document, in both languages and whatever panels stand on it; Home leads back', async () => {
    const seen: number[][] = []
    for (const [lang, width] of [
      ['zh', 1200],
      ['en', 1200],
      ['en', 700],
      ['zh', 390],
    ] as const) {
      const tested = await opens(served.url('/page.html'), { width, height: 800 })
      await tested.page.evaluate((l) => (document.documentElement.lang = l), lang)
      await tested.page.addStyleTag({ url: 'page.css' })
      await isRefined(tested)
      const at = () =>
        tested.page.evaluate(() => {
          const { longitude, latitude, heightEllipsoidalMeters, headingDeg, pitchDeg } =
            document.querySelector('twin-viewer')!.twin!.view.current
          return [longitude, latitude, heightEllipsoidalMeters, headingDeg, pitchDeg]
        })
      seen.push(await at())
      await tested.page.evaluate(() => document.querySelector('twin-viewer')!.shadowRoot!.querySelector('canvas')!.focus())
      await tested.page.keyboard.press('ArrowLeft')
      await tested.page.keyboard.press('Home')
      await expect.poll(async () => Math.abs((await at())[0]! - 117.83) < 1e-9, { timeout: 5_000 }).toBe(true)
    }
    const [home] = VILLAGE.views
    for (const [longitude, latitude, height, heading, pitch] of seen) {
      expect(longitude).toBeCloseTo(home!.longitude, 9)
      expect(latitude).toBeCloseTo(home!.latitude, 9)
      expect(height).toBeCloseTo(home!.heightEllipsoidalMeters, 4)
      expect([Math.round(heading!) % 360, Math.round(pitch!)]).toEqual([home!.headingDeg, home!.pitchDeg])
    }
  })

  test('changes its language with the page, and opens nothing anew', async () => {
    const tested = await opens(served.url('/page.html'))
    await isRefined(tested)
    const twin = await tested.page.evaluateHandle(() => document.querySelector('twin-viewer')!.twin)
    const says = (lang: string) =>
      tested.page.evaluate(async (l) => {
        const viewer = document.querySelector('twin-viewer')!
        document.documentElement.lang = l
        await new Promise((done) => setTimeout(done, 50))
        await viewer.updateComplete
        return viewer.shadowRoot!.querySelector('[part=refinement]')!.textContent!.trim()
      }, lang)
    expect([await says('en'), await says('zh-CN'), await says('en-US')]).toEqual(['Fully refined', '细化完成', 'Fully refined'])
    expect(await tested.page.evaluate((before) => document.querySelector('twin-viewer')!.twin === before, twin)).toBe(true)
    expect([tested.errors, tested.warnings]).toEqual([[], []])
  })

  test('no wrong call moves the camera or blacks the map; each rejects with a code and names the key that was meant', async () => {
    const tested = await opens(served.url('/page.html'))
    await isRefined(tested)
    const before = await tested.page.evaluate(() => {
      const { viewProjection, eye } = document.querySelector('twin-viewer')!.twin!.view.state
      return JSON.stringify({ viewProjection, eye })
    })
    const answers = await tested.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      const place = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 60 }
      const wrong: unknown[][] = [
        [{ lng: 117.83, lat: 37.25 }],
        [{ ...place, longitude: Number.NaN }],
        [{ ...place, latitude: 137 }],
        [{ longitude: 117.83, latitude: 37.25 }],
        [{ ...place, rangeMeters: Number.POSITIVE_INFINITY }],
        [{ ...place, pitchDeg: '30' }],
        [place, { durationMs: Number.NaN }],
        [place, { duration: 10 }],
        ['nowhere'],
        [''],
        [null],
        [undefined],
        [12],
        [[117.83, 37.25]],
        [Symbol('here')],
        [10n],
      ]
      const flights = await Promise.all(
        wrong.map((given) =>
          (viewer.flyTo as (...given: unknown[]) => Promise<boolean>)(...given).then(
            () => 'taken',
            (error) => `${error.code}: ${error.message.split('\n')[0]}`,
          ),
        ),
      )
      const chosen = await Promise.all(
        [{ handle: 3 }, { kind: 'Wristband' }, { knd: 'Wristband', id: 'w' }, 'w-1', Number.NaN, undefined].map((subject) =>
          viewer.select(subject as never).then(
            () => 'taken',
            (error) => `${error.code}: ${error.message.split('\n')[0]}`,
          ),
        ),
      )
      return { flights, chosen }
    })
    expect(answers.flights[0]).toBe('call-invalid: flyTo: to.lng is not a key of this place; did you mean longitude?')
    expect(answers.flights[7]).toBe('call-invalid: flyTo: options.duration is not a key of this place; did you mean durationMs?')
    expect(answers.flights[8]).toMatch(/^document-invalid: the document has no view nowhere; .*home/)
    expect(answers.flights.filter((answer) => !/^(call|document)-invalid: /.test(answer))).toEqual([])
    expect(answers.chosen.filter((answer) => !/^call-invalid: selection\.set: subject/.test(answer))).toEqual([])
    for (const [name, value] of [
      ['theme', 'blue'],
      ['locale', 'fr'],
      ['src', 7],
      ['view', {}],
      ['getToken', 'jwt'],
    ] as const)
      await tested.page.evaluate(
        (property, wrong) => Object.assign(document.querySelector('twin-viewer')!, { [property]: wrong }),
        name,
        value,
      )
    await isRefined(tested)
    const after = await tested.page.evaluate(async () => {
      const { twin } = document.querySelector('twin-viewer')!
      const image = await createImageBitmap(await twin!.engine.capture())
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
      context.drawImage(image, 0, 0)
      const [red, green] = context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data
      const { viewProjection, eye } = twin!.view.state
      return { state: JSON.stringify({ viewProjection, eye }), green: green! - red! }
    })
    expect(after.state).toBe(before)
    expect(after.green).toBeGreaterThan(20)
    expect([tested.errors, tested.warnings]).toEqual([[], []])
  })
})
