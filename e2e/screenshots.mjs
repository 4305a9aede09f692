// Pictures of the demo's pages with a real capture, to be put beside design/mock-embed: never committed.
//   npm run build && node e2e/screenshots.mjs [--tileset path/to/tileset.json] [--out .twinmap/screenshots]
// Without --tileset: the mesh of ../shared/data/obj-terra-L17 through the pipeline; where that is absent, the demo's tiles.
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
const { values } = parseArgs({ options: { tileset: { type: 'string' }, out: { type: 'string', default: '.twinmap/screenshots' } } })
const out = resolve(ROOT, values.out)
mkdirSync(out, { recursive: true })
const work = mkdtempSync(join(tmpdir(), 'twinmap-screenshots-'))

const CAPTURE = join(ROOT, '../shared/data/obj-terra-L17')
function tileset() {
  if (values.tileset !== undefined) return resolve(values.tileset)
  if (existsSync(CAPTURE)) {
    const tiles = join(work, 'tiles')
    execFileSync(process.execPath, [join(ROOT, 'data-pipeline/dist/cli/main.js'), 'tiles', CAPTURE, '-o', tiles], { stdio: 'ignore' })
    return join(tiles, 'tileset.json')
  }
  const demo = join(ROOT, '.twinmap/longwan/tiles/tileset.json')
  if (existsSync(demo)) return demo
  throw new Error('no capture: give --tileset, or run npm start once, which makes the demo')
}

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

const NAMES = ['张桂兰', '李国强', '王秀英', '刘建军', '陈淑珍', '赵德海', '孙玉梅', '周福生', '吴桂芳', '郑明远']
async function tell() {
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
  const answer = await fetch(`${server.url}records`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({ records }),
  })
  if (!answer.ok) throw new Error(`records were refused: ${answer.status} ${await answer.text()}`)
}
await tell()

const browser = await puppeteer.launch({
  ...launchOptions(),
  userDataDir: join(work, 'profile'),
  protocolTimeout: 180_000,
})
async function shoot(name, { width, height, theme, act }) {
  const page = await browser.newPage()
  await page.setViewport({ width, height, deviceScaleFactor: 1 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
  await page.goto(`${server.url}embed.html?role=care`)
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
try {
  for (const theme of ['light', 'dark']) {
    await shoot(`embed-${theme}`, { width: 1280, height: 800, theme })
    await shoot(`embed-card-${theme}`, { width: 1280, height: 800, theme, act: openAlarm })
    await shoot(`phone-${theme}`, { width: 390, height: 844, theme })
    await shoot(`phone-card-${theme}`, { width: 390, height: 844, theme, act: openAlarm })
  }
  await shoot('phone-alarms-light', { width: 390, height: 844, theme: 'light', act: openSheet })
} finally {
  await browser.close()
  await server.close()
  rmSync(work, { recursive: true, force: true })
}
