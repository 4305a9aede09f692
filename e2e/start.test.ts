// `npm start` from outside: what it says, what it serves, what it shows, how it ends.
import { execFile, spawn } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { enuFrame, enuToEcefMatrix } from '../packages/core/src/geo/enu.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { ROOT } from './harness/packed.ts'
import { npmStart, type Started } from './harness/start.ts'

const status = async (url: string) => (await fetch(url)).status
/** A folder of its own with the tiles of another, so that they are made once. */
function withTiles(from: string): string {
  const kept = mkdtempSync(join(tmpdir(), 'twinmap-kept-'))
  cpSync(join(from, 'longwan/tiles'), join(kept, 'longwan/tiles'), { recursive: true })
  return kept
}
const lanAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
const refused = (args: readonly string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, [join(ROOT, 'scripts/start.mjs'), ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })

describe('npm start', () => {
  let town: Started
  let kept: string
  beforeAll(async () => {
    kept = mkdtempSync(join(tmpdir(), 'twinmap-kept-'))
    town = await npmStart([], { kept })
  }, 240_000)
  afterAll(() => town?.remove())

  test('prints addresses that answer', async () => {
    const urls = [...town.output().matchAll(/http:\/\/localhost:\d+\/\S*/g)].map(([url]) => url)
    expect(urls.length).toBeGreaterThan(1)
    for (const url of urls) expect([url, await status(url)]).toEqual([url, 200])
  })

  test('serves document, tiles, viewer and a token, each at a relative address', async () => {
    for (const path of ['twin.json', 'tiles/tileset.json', 'tiles/0-0-0.glb', 'viewer/twin-viewer.js', 'demo-token?role=care'])
      expect([path, await status(town.url + path)]).toEqual([path, 200])
  })

  test('listens for this machine alone', async () => {
    // A second address of this machine, which every machine has; and those of its networks.
    for (const address of ['127.0.0.2', ...lanAddresses()]) await expect(fetch(`http://${address}:${town.port}/`)).rejects.toThrow()
  })

  test('hands out nothing that lies beside what it serves', async () => {
    for (const path of [
      'package.json',
      '../package.json',
      'tiles/../twin.db',
      'tiles/%2e%2e/twin.db',
      '.twinmap/longwan/twin.db',
      'longwan/twin.db',
    ])
      expect(await status(town.url + path)).toBe(404)
  })

  test('ends clean on Ctrl-C, and starts again on what it kept', async () => {
    expect(await town.interrupt()).toBe(0)
    const made = readFileSync(join(kept, 'longwan/tiles/tileset.json'))
    expect(readdirSync(join(kept, 'longwan')).filter((name) => name.includes('unfinished'))).toEqual([])
    town = await npmStart([], { kept })
    expect(town.output()).not.toContain('Making')
    expect(readFileSync(join(kept, 'longwan/tiles/tileset.json'))).toEqual(made)
  }, 120_000)

  test('a second start on what another keeps is refused in one sentence, and the first goes on', async () => {
    const document = join(kept, 'longwan/twin.json')
    const before = statSync(document).mtimeMs
    const { code, output } = await refused(['--port=0', `--kept=${kept}`])
    expect([code, output.trim().split('\n').at(-1)]).toEqual([
      1,
      `${kept} is in use by another start; stop that one, or give this one a folder of its own, as --kept=${kept}-2 (store-failed)`,
    ])
    expect([statSync(document).mtimeMs, await status(town.url)]).toEqual([before, 200])
  }, 120_000)

  test('names a busy port and takes the next', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => taken.listen(0, '127.0.0.1', () => resolve((taken.address() as AddressInfo).port)))
    const second = await npmStart([`--port=${port}`], { kept: withTiles(kept) })
    onTestFinished(second.remove)
    expect(second.output()).toContain(`Port ${port} is busy; trying ${port + 1}.`)
    expect(second.port).toBeGreaterThan(port)
    taken.close()
  }, 120_000)

  test('with --host tells the addresses of the LAN, and hands out no role but public', async () => {
    const open = await npmStart(['--host'], { kept: withTiles(kept) })
    onTestFinished(open.remove)
    const printed = [...open.output().matchAll(/http:\/\/(\d+\.\d+\.\d+\.\d+):\d+\/(?= )/g)]
    expect(printed.map(([, address]) => address)).toEqual(lanAddresses())
    for (const [url] of printed) expect(await (await fetch(url)).text()).toContain('<twin-viewer src="twin.json">')
    // 127.0.0.2 stands for the LAN where this machine is in none.
    for (const from of [open.url, `http://127.0.0.2:${open.port}/`, ...printed.map(([url]) => url)]) {
      const answer = await fetch(`${from}demo-token?role=care`)
      expect([from, answer.status]).toEqual([from, 200])
      const { token } = (await answer.json()) as { token: string }
      expect(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())).toMatchObject({ role: 'public' })
    }
  }, 120_000)

  test.each([
    [['--port=70000'], 2, /--port 70000 is no port/],
    [['--prot=1'], 2, /Unknown option '--prot'/],
    [['a.json', 'b.json'], 2, /one path at a time/],
    [['gone/tileset.json'], 1, /gone\/tileset\.json: there is no such file.*\(input-missing\)/],
    [['README.md'], 1, /README\.md: is not JSON[\s\S]*\(input-invalid\)/],
    [['biome.json'], 1, /biome\.json: is no tileset: root\.boundingVolume is missing.*\(input-invalid\)/],
  ] as const)('%j is refused in words', async (args, code, words) => {
    const answer = await refused(args)
    expect(answer.output).toMatch(words)
    expect(answer.code).toBe(code)
  })
})

describe('npm start with a capture of the user', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'twinmap-mine-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const mine = (root: object): string => {
    const path = join(folder, 'tileset.json')
    writeFileSync(path, JSON.stringify({ asset: { version: '1.1' }, geometricError: 0, root: { geometricError: 0, ...root } }))
    return path
  }
  const box = { boundingVolume: { box: [0, 0, 10, 100, 0, 0, 0, 100, 0, 0, 0, 10] } }

  test('on earth says where, and serves it there', async () => {
    const there = { longitude: 2.29, latitude: 48.86, heightEllipsoidalMeters: 80, datum: 'WGS84' } as const
    const started = await npmStart([mine({ ...box, transform: enuToEcefMatrix(enuFrame(there)) })])
    onTestFinished(started.remove)
    expect(started.output()).toMatch(/knows its place: 48\.86000°, 2\.29000°/)
    const doc = (await (await fetch(`${started.url}twin.json`)).json()) as { origin: object; tilesets: { url: string }[] }
    expect(doc.origin).toMatchObject({ longitude: expect.closeTo(2.29, 6) })
    expect(await status(started.url + doc.tilesets[0]!.url)).toBe(200)
  }, 120_000)

  test.each([
    ['behind a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['in a gzip', (text: string) => gzipSync(text)],
  ])(
    '%s is read, and served as it is',
    async (_, write) => {
      const path = mine(box)
      const bytes = write(readFileSync(path, 'utf8'))
      writeFileSync(path, bytes)
      const started = await npmStart([path])
      onTestFinished(started.remove)
      const doc = (await (await fetch(`${started.url}twin.json`)).json()) as { tilesets: { url: string }[] }
      expect(Buffer.from(await (await fetch(started.url + doc.tilesets[0]!.url)).arrayBuffer())).toEqual(bytes)
    },
    120_000,
  )

  test("without a place says that it stands at the demo's origin", async () => {
    const started = await npmStart([mine(box)])
    onTestFinished(started.remove)
    expect(started.output()).toContain("has no place on earth: it is set at the demo's origin")
  }, 120_000)

  test('named by a twin document serves the folders that the document refers to, and no other', async () => {
    mine(box)
    writeFileSync(join(folder, 'secret.txt'), 'x')
    const doc = JSON.parse(readFileSync(join(ROOT, 'examples/longwan/settlement.twin.json'), 'utf8')) as Record<string, unknown>
    const town = mkdtempSync(join(folder, 'town-'))
    writeFileSync(
      join(town, 'my town.twin.json'),
      JSON.stringify({ ...doc, tilesets: [{ id: 'mesh', url: 'tiles/tileset.json', at: 'origin' }], feeds: [], layers: [], panels: [] }),
    )
    mkdirSync(join(town, 'tiles'))
    copyFileSync(join(folder, 'tileset.json'), join(town, 'tiles/tileset.json'))
    writeFileSync(join(town, 'secret.txt'), 'x')
    const started = await npmStart([join(town, 'my town.twin.json')])
    onTestFinished(started.remove)
    expect(await status(`${started.url}twin.json`)).toBe(200)
    expect(await status(`${started.url}tiles/tileset.json`)).toBe(200)
    expect(await status(`${started.url}secret.txt`)).toBe(404)
  }, 120_000)
})

describeWith(browserMissing(), 'the page of npm start', () => {
  let town: Started
  let chromium: TestBrowser
  beforeAll(async () => {
    town = await npmStart()
    chromium = await launchBrowser()
  }, 240_000)
  afterAll(async () => {
    await chromium?.close()
    town?.remove()
  })

  // The page that embeds the map is everybody's, who sees no person: so by a role.
  test.each(['', 'embed.html?role=care'])(
    '/%s shows the community, its person walking, and asks nobody else',
    async (name) => {
      const { page, errors } = await chromium.page({ width: 480, height: 400 })
      await page.goto(town.url + name)
      await page.waitForFunction(() => (document.querySelector('twin-viewer') as { twin?: unknown } | null)?.twin != null, {
        timeout: 90_000,
      })
      // The layer list counts the wristband once the feed has brought it.
      await page.waitForFunction(
        () => {
          const viewer = document.querySelector('twin-viewer') as unknown as {
            twin: { on(type: 'health', heard: (health: { layers: { count: number }[] }) => void): () => void }
          }
          return new Promise<boolean>((resolve) => {
            const off = viewer.twin.on('health', ({ layers }) => {
              if (!layers.some(({ count }) => count > 0)) return
              off()
              resolve(true)
            })
            setTimeout(() => resolve(false), 5000)
          })
        },
        { timeout: 90_000 },
      )
      expect(await worn(page)).toEqual(
        name === ''
          ? { title: '龙湾社区 · 实景一张图', shown: '' }
          : {
              title: '龙湾社区 · 实景一张图',
              heading: '龙湾社区 · 实景一张图',
              shown: expect.stringMatching(/点选社区里的人.*人物和数据均为虚构/s),
            },
      )
      expect(errors.filter((error) => !error.includes('favicon'))).toEqual([])
      expect(chromium.foreign).toEqual([])
      await page.close()
    },
    200_000,
  )
})

/** Whose name the page wears, and what it says around the viewer. */
const worn = (page: Page) =>
  page.evaluate(() => {
    const heading = document.querySelector('h1')?.textContent
    // biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count
    return { title: document.title, ...(heading != null && { heading }), shown: document.body.innerText }
  })

test("a capture without a place is shown at the demo's origin, with a word on screen", async (ctx) => {
  const lacking = browserMissing()
  if (lacking !== undefined) ctx.skip(lacking)
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-local-'))
  const town = await npmStart()
  onTestFinished(town.remove)
  const tileset = (await (await fetch(`${town.url}tiles/tileset.json`)).json()) as { root: Record<string, unknown> }
  const { transform: _, ...root } = tileset.root
  const names = JSON.stringify(root).match(/[\w-]+\.glb/g)!
  for (const name of names) writeFileSync(join(folder, name), Buffer.from(await (await fetch(`${town.url}tiles/${name}`)).arrayBuffer()))
  writeFileSync(join(folder, 'tileset.json'), JSON.stringify({ ...tileset, root }))
  const mine = await npmStart([join(folder, 'tileset.json')])
  onTestFinished(mine.remove)
  const chromium = await launchBrowser()
  onTestFinished(() => chromium.close())
  const { page, errors } = await chromium.page({ width: 960, height: 600 })
  await page.goto(mine.url)
  await page.waitForFunction(
    () => {
      const text = document.querySelector('twin-viewer')?.shadowRoot?.textContent ?? ''
      return text.includes('按本地坐标摆放在原点') && text.includes('细化完成')
    },
    { timeout: 90_000 },
  )
  const name = basename(folder)
  expect((await worn(page)).title).toBe(`${name} · 实景一张图`)
  await page.goto(`${mine.url}embed.html`)
  await page.waitForFunction((name) => document.title.startsWith(name), { timeout: 90_000 }, name)
  const { heading, shown } = await worn(page)
  expect(heading).toBe(`${name} · 实景一张图`)
  expect(shown).not.toMatch(/龙湾|虚构|社区里的人/)
  expect(shown).toContain('滚动缩放')
  expect(errors.filter((error) => !error.includes('favicon'))).toEqual([])
  rmSync(folder, { recursive: true })
}, 240_000)

test('a first run that is killed while it makes tiles leaves nothing that looks finished; the next one goes on', async () => {
  const kept = mkdtempSync(join(tmpdir(), 'twinmap-cut-'))
  const first = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs'), '--port=0', `--kept=${kept}`], { cwd: ROOT })
  await new Promise<void>((resolve) => {
    first.stdout.setEncoding('utf8').on('data', (said: string) => {
      if (said.includes('Making')) first.kill('SIGKILL')
    })
    first.on('close', () => resolve())
  })
  const made = readdirSync(join(kept, 'longwan')).filter((name) => name !== 'twin.json')
  expect(made).toEqual([expect.stringContaining('unfinished')])
  const again = await npmStart([], { kept })
  onTestFinished(again.remove)
  expect(await status(`${again.url}tiles/tileset.json`)).toBe(200)
  expect(readdirSync(join(kept, 'longwan')).filter((name) => name.includes('unfinished'))).toEqual([])
}, 240_000)
