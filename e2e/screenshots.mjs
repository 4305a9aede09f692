// Pictures of the demo's pages, to be put beside the pictures of shared/design: never committed.
//   npm run build && node e2e/screenshots.mjs [--out .twinmap/screenshots] [--kept .twinmap] [--tileset path/to/tileset.json]
// The demo community as `npm start` keeps it, on both pages. With --tileset, or where no community is kept: a capture (else the
// mesh of ../shared/data/obj-terra-L17 through the pipeline) with a dozen wristbands and alarms.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import puppeteer from 'puppeteer-core'
import { launchOptions } from './harness/chromium.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const built = (path) => {
  const file = join(ROOT, path)
  if (!existsSync(file)) throw new Error(`${path} is missing; run npm run build first`)
  return import(file)
}
const { createDemoKeys, startServer } = await built('packages/server/dist/index.js')
const { ownCapture } = await built('examples/longwan/dist/own-capture.js')
const { startDemo } = await built('examples/longwan/dist/demo.js')
const { isCommunityWhole } = await built('examples/longwan/dist/community/where.js')
const { values } = parseArgs({
  options: {
    tileset: { type: 'string' },
    kept: { type: 'string', default: '.twinmap' },
    out: { type: 'string', default: '.twinmap/screenshots' },
  },
})
const out = resolve(ROOT, values.out)
const kept = resolve(ROOT, values.kept)
mkdirSync(out, { recursive: true })
const work = mkdtempSync(join(tmpdir(), 'twinmap-screenshots-'))

/** The demo as it is, with its walking person. */
async function serveDemo() {
  const { server, close } = await startDemo({ root: ROOT, kept, port: 0, host: '127.0.0.1', community: 'full', say: () => undefined })
  return { url: server.url, close }
}

const CAPTURE = join(ROOT, '../shared/data/obj-terra-L17')
function tileset() {
  if (values.tileset !== undefined) return resolve(values.tileset)
  if (existsSync(CAPTURE)) {
    const tiles = join(work, 'tiles')
    execFileSync(process.execPath, [join(ROOT, 'data-pipeline/dist/cli/main.js'), 'tiles', CAPTURE, '-o', tiles], { stdio: 'ignore' })
    return join(tiles, 'tileset.json')
  }
  throw new Error('no capture: give --tileset, or run npm start once until the demo community is made')
}

async function serveCapture() {
  const file = tileset()
  const home = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' }
  const { doc, folder } = await ownCapture(file, home)
  const { origin } = doc
  const view = doc.views[0]
  // Nearer than the whole, and a little from the side.
  const nearer = (of, name) => of[name] + 0.42 * (view[name] - of[name])
  const shown = {
    ...doc,
    name: { zh: '龙湾社区', en: 'Longwan community' },
    timeZone: 'Asia/Shanghai',
    tilesets: [{ ...doc.tilesets[0], url: `tiles/${encodeURIComponent(basename(file))}`, captured: '2026-10-18' }],
    feeds: [{ id: 'town', type: 'websocket', url: 'live', actions: 'actions' }],
    layers: [{ id: 'wristbands', kind: 'Wristband', feed: 'town' }],
    views: [
      {
        ...view,
        latitude: nearer(origin, 'latitude'),
        longitude: origin.longitude + 0.0006,
        heightEllipsoidalMeters: nearer(origin, 'heightEllipsoidalMeters'),
        headingDeg: -22,
      },
    ],
  }
  writeFileSync(join(work, 'twin.json'), JSON.stringify(shown))

  const keys = await createDemoKeys()
  const key = 'a-key-of-the-screenshots'
  const server = await startServer({
    port: 0,
    database: join(work, 'twin.db'),
    document: join(work, 'twin.json'),
    mounts: [
      { path: '/tiles/', folder: values.tileset === undefined ? dirname(file) : folder },
      { path: '/', folder: join(ROOT, 'examples/longwan/pages') },
      { path: '/viewer/', folder: join(ROOT, 'packages/viewer/bundle') },
    ],
    viewers: { publicKey: keys.publicKey, anonymous: 'public' },
    sources: [{ name: 'screenshots', key, kinds: ['Wristband'] }],
    demo: { privateKey: keys.privateKey },
  })

  await tell(server.url, origin, key)
  return server
}

const NAMES = ['张桂兰', '李国强', '王秀英', '刘建军', '陈淑珍', '赵德海', '孙玉梅', '周福生', '吴桂芳', '郑明远']
async function tell(url, origin, key) {
  const now = Date.now()
  const place = (i) => [
    origin.longitude + 0.0012 * Math.sin(i * 2.4) * (0.3 + 0.07 * i),
    origin.latitude + 0.0008 * Math.cos(i * 2.4) * (0.3 + 0.07 * i),
    origin.heightEllipsoidalMeters - 3,
  ]
  const record = (i, seq, agoMs, properties) => ({
    kind: 'Wristband',
    id: `w-${i}`,
    boot: 1,
    seq,
    t: now - agoMs,
    location: place(i),
    properties,
  })
  const records = NAMES.map((name, i) =>
    record(i, 1, i === 8 ? 26 * 60_000 : i * 20_000, {
      name,
      heartRate: 66 + i * 3,
      systolic: 120 + i * 2,
      diastolic: 76,
      steps: 1200 + i * 411,
      activity: i % 3 === 0 ? 'rest' : 'walking',
      battery: 95 - i * 7,
      sos: 'released',
    }),
  )
  records.push(
    record(0, 2, 64_000, { sos: 'pressed' }),
    record(9, 2, 30_000, { battery: 12 }),
    record(3, 2, 10_000, { systolic: 166, diastolic: 96 }),
  )
  const answer = await fetch(`${url}records`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({ records }),
  })
  if (!answer.ok) throw new Error(`records were refused: ${answer.status} ${await answer.text()}`)
}

const isDemo = values.tileset === undefined && isCommunityWhole(kept, 'full')
const server = isDemo ? await serveDemo() : await serveCapture()
const browser = await puppeteer.launch({
  ...launchOptions(),
  userDataDir: join(work, 'profile'),
  protocolTimeout: 180_000,
})
async function shoot(name, { width, height, theme, at = 'embed.html?role=care', act }) {
  const page = await browser.newPage()
  await page.setViewport({ width, height, deviceScaleFactor: 1 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
  await page.goto(server.url + at)
  await page.waitForFunction(
    () => /完成|已满/.test(document.querySelector('twin-viewer')?.shadowRoot?.querySelector('[part=refinement]')?.textContent ?? ''),
    { timeout: 120_000 },
  )
  await new Promise((done) => setTimeout(done, 1500))
  if (act !== undefined) {
    await page.evaluate(act)
    await new Promise((done) => setTimeout(done, 4000))
  }
  await page.screenshot({ path: join(out, `${name}.png`) })
  await page.close()
  console.log(join(out, `${name}.png`))
}
const openAlarm = `{ const root = document.querySelector('twin-viewer').shadowRoot
  ;(root.querySelector('.bar button') ?? root.querySelector('twin-alarm-list').shadowRoot.querySelector('button')).click() }`
const openSheet = `document.querySelector('twin-viewer').shadowRoot.querySelector('#tab-alarms').click()`
const openLayers = `document.querySelector('twin-viewer').shadowRoot.querySelector('[part=status] button').click()`
const near = (kind, id, rangeMeters) => `(async () => {
  const viewer = document.querySelector('twin-viewer')
  await viewer.select({ kind: '${kind}', id: '${id}' })
  const [longitude, latitude, heightEllipsoidalMeters] = viewer.twin.selection.current.location
  await viewer.flyTo({ longitude, latitude, heightEllipsoidalMeters, rangeMeters: ${rangeMeters}, pitchDeg: -28 }, { durationMs: 0 })
})()`

const WIDE = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }
async function shootDemo(theme) {
  await shoot(`index-${theme}`, { ...WIDE, theme, at: '' })
  await shoot(`embed-${theme}`, { ...WIDE, theme, at: 'embed.html' })
  await shoot(`layers-${theme}`, { ...WIDE, theme, at: '', act: openLayers })
  await shoot(`streetlight-${theme}`, { ...WIDE, theme, at: '', act: near('Streetlight', 'LW-L-033', 70) })
  await shoot(`manhole-${theme}`, { ...WIDE, theme, at: '', act: near('Manhole', 'LW-M-033', 45) })
  await shoot(`building-${theme}`, { ...WIDE, theme, at: '', act: near('Building', 'LW-B-008', 90) })
  await shoot(`phone-index-${theme}`, { ...PHONE, theme, at: '' })
  await shoot(`phone-embed-${theme}`, { ...PHONE, theme, at: 'embed.html' })
  await shoot(`phone-building-${theme}`, { ...PHONE, theme, at: '', act: near('Building', 'LW-B-008', 90) })
}
async function shootCapture(theme) {
  await shoot(`embed-${theme}`, { ...WIDE, theme })
  await shoot(`embed-card-${theme}`, { ...WIDE, theme, act: openAlarm })
  await shoot(`phone-${theme}`, { ...PHONE, theme })
  await shoot(`phone-card-${theme}`, { ...PHONE, theme, act: openAlarm })
}
try {
  for (const theme of ['light', 'dark']) await (isDemo ? shootDemo(theme) : shootCapture(theme))
  await shoot('phone-alarms-light', { ...PHONE, theme: 'light', act: openSheet })
} finally {
  await browser.close()
  await server.close()
  rmSync(work, { recursive: true, force: true })
}
