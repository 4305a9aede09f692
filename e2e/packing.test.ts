// What is published, as a stranger meets it: linted as a package, imported in Node, built by Vite in plain, React and Vue
// pages made of the README's own snippets, and loaded by a script tag; each under the strict policy.
import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSkeletonTiles } from '../examples/longwan/src/skeleton/make-tiles.ts'
import { checkConfig } from '../packages/server/src/config.ts'
import { createDemoKeys, createVerify } from '../packages/server/src/tokens.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { consumer, type Packed, packAll, ROOT, removeFolder } from './harness/packed.ts'
import { KTX2_WORKER_CSP, STRICT_CSP, serve } from './harness/serve.ts'

const run = promisify(execFile)
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
/** The fenced block of a README with this word after its language. */
const snippet = (word: string, text = README): string => {
  const found = new RegExp(`\`\`\`\\w+ ${word}\n([\\s\\S]*?)\`\`\``).exec(text)
  if (found === null) throw new Error(`README.md has no block ${word}`)
  return found[1]!
}
const readme = ({ tarball }: Packed) => readFileSync(join(dirname(tarball), 'package/README.md'), 'utf8')
const bin = (path: string, args: readonly string[], cwd = ROOT) =>
  run(process.execPath, [join(ROOT, 'node_modules', path), ...args], { cwd, maxBuffer: 16_000_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  )

let work: string
let packed: readonly Packed[]
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'twinmap-packing-'))
  packed = await packAll(work)
}, 300_000)
afterAll(() => removeFolder(work))

describe.each(['@twinmap/core', '@twinmap/layers', '@twinmap/server', '@twinmap/viewer', '@twinmap/data-pipeline'])(
  '%s, packed',
  (name) => {
    const of = () => packed.find((each) => each.name === name)!
    test('has a README with a snippet that runs here', () => {
      const text = readme(of())
      expect(text).toContain(`# ${name}\n`)
      expect(text.split('\n').length).toBeLessThan(50)
      expect([...text.matchAll(/^```(\w+ [\w-]+)$/gm)].map(([, block]) => block)).toEqual([
        name === '@twinmap/viewer' ? 'html script-tag' : 'js run',
      ])
    })
    test('carries no test, source or build record', () => {
      expect(of().files.filter((file) => /\.test\.|^src\/|tsbuildinfo/.test(file))).toEqual([])
      expect(of().files.length).toBeGreaterThan(3)
    })
    test('names sisters by one exact version', () => {
      for (const [sister, version] of Object.entries(of().manifest.dependencies ?? {}))
        if (sister.startsWith('@twinmap/')) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    })
    test('exports nothing that points at its sources', () => expect(JSON.stringify(of().manifest.exports)).not.toContain('src/'))
    test('is clean by publint', async () => {
      const { code, output } = await bin('publint/src/cli.js', [of().tarball, '--strict'])
      expect(code, output).toBe(0)
    })
    test('has types that every resolver finds, by attw', async () => {
      const json = Object.keys(of().manifest.exports ?? {}).filter((entry) => entry.endsWith('.json'))
      const exclude = json.length > 0 ? ['--exclude-entrypoints', ...json] : []
      const { code, output } = await bin('@arethetypeswrong/cli/dist/index.js', [
        of().tarball,
        '--profile',
        'esm-only',
        '--no-emoji',
        ...exclude,
      ])
      expect(code, output).toBe(0)
    })
  },
)

test('the viewer tells a page, in custom-elements.json, each part, property and event that its elements have, and nothing of their own', () => {
  const viewer = packed.find(({ name }) => name === '@twinmap/viewer')!
  interface Named {
    readonly name: string
    readonly description?: string
    readonly privacy?: string
  }
  type Lists = Readonly<Record<'cssParts' | 'cssProperties' | 'events' | 'members' | 'attributes', readonly Named[]>>
  const manifest = JSON.parse(readFileSync(join(dirname(viewer.tarball), 'package/custom-elements.json'), 'utf8')) as {
    modules: { declarations: (Lists & { tagName: string })[] }[]
  }
  const elements = new Map(manifest.modules.flatMap(({ declarations }) => declarations).map((each) => [each.tagName, each]))
  expect([...elements.keys()].sort()).toEqual([
    'twin-alarm-list',
    'twin-card',
    'twin-layer-list',
    'twin-thing-list',
    'twin-tools',
    'twin-viewer',
  ])
  const source = (name: string) => readFileSync(join(ROOT, 'packages/viewer/src/elements', name), 'utf8')
  const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!)
  const names = (list: readonly Named[]) => list.map(({ name }) => name).sort()
  const drawn = (text: string) => [
    ...all(text, /[\s`]part="([a-z-]+)["\s]/g),
    ...all(text, /exportparts="([^"]+)"/g).flatMap((list) => list.split(',').map((each) => each.split(':').at(-1)!.trim())),
  ]
  const byTag = (tag: string) => elements.get(tag)!
  for (const [tag, text] of [
    [
      'twin-viewer',
      `${source('twin-viewer.ts')}${source('viewer-panels.ts')}${source('document-panels.ts')}${source('viewer-outside.ts')}`,
    ],
    ['twin-tools', source('twin-tools.ts')],
    ['twin-layer-list', source('twin-layer-list.ts')],
  ] as const)
    expect([tag, names(byTag(tag).cssParts)]).toEqual([tag, [...new Set(drawn(text))].sort()])
  expect(names(byTag('twin-card').cssParts)).toEqual(
    ['acknowledge', 'alarm', 'done', 'fields', 'priority-1', 'priority-2', 'priority-3', 'priority-4', 'take', 'title', 'withdraw'].sort(),
  )
  const methods = ['flyTo', 'reload', 'select', 'signIn', 'signOut']
  expect(names(byTag('twin-viewer').members)).toEqual([...methods, 'getToken', 'locale', 'openTwin', 'src', 'theme', 'twin', 'view'].sort())
  for (const { cssParts, cssProperties, events, members } of elements.values())
    for (const { name, description = '', privacy } of [...cssParts, ...cssProperties, ...events, ...members]) {
      expect([name, description.length > 3]).toEqual([name, true])
      expect([name, name.startsWith('#') || privacy === 'private']).toEqual([name, false])
      // What a sentence names in backticks is an entry of its own.
      for (const inner of all(description, /`(--[a-z0-9-]+|priority-\d)`/g)) expect(names([...cssParts, ...cssProperties])).toContain(inner)
    }
})

test.each([
  ['@twinmap/core', 'Manhole 117.8296 37.2529'],
  ['@twinmap/layers', expect.stringMatching(/^Wristband .* \d+$/m)],
  ['@twinmap/server', '{ accepted: 1, repeated: 0, told: [] }'],
  ['@twinmap/data-pipeline', 'true 0'],
])(
  "the snippet of %s's README does what it says",
  async (name, said) => {
    const folder = await consumer(packed, [name])
    writeFileSync(join(folder, 'snippet.mjs'), snippet('run', readme(packed.find((each) => each.name === name)!)))
    const { stdout, stderr } = await run(process.execPath, ['snippet.mjs'], { cwd: folder, timeout: 60_000 })
    expect([stdout.trim(), stderr]).toEqual([said, ''])
    await removeFolder(folder)
  },
  90_000,
)

test('what a packed README links to lies in the packages that come with it', async () => {
  const folder = await consumer(
    packed,
    packed.map(({ name }) => name),
  )
  const links = packed.flatMap((each) =>
    [...readme(each).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => [
      each.name,
      path!,
      join(folder, 'node_modules', each.name, path!),
    ]),
  )
  expect(new Set(links.map(([name]) => name)).size).toBe(packed.length)
  for (const [name, path, file] of links) expect([name, path, existsSync(file!)]).toEqual([name, path, true])
  await removeFolder(folder)
})

test("README's lines make keys, and a token that the server's own example takes", async () => {
  const folder = await consumer(packed, ['@twinmap/server'])
  const lines = snippet('keys').split('\n')
  const server = packed.find(({ name }) => name === '@twinmap/server')!
  const command = (line: string) => {
    const [, args] = /^npx -p @twinmap\/server twinmap-keys([^#]*)/.exec(line)!
    const bin = join(folder, 'node_modules/@twinmap/server', server.manifest.bin!['twinmap-keys']!)
    return run(process.execPath, [bin, ...args!.trim().split(/\s+/).filter(Boolean)], { cwd: folder })
  }
  expect((await command(lines[0]!)).stdout).toContain('portal-private.json')
  expect(lines[1]).toContain('PORTAL_PUBLIC_KEY=$(cat portal-public.json)')
  const token = (await command(lines[3]!)).stdout.trim()
  const text = readFileSync(join(folder, 'portal-public.json'), 'utf8')
  const { publicKey } = checkConfig({ database: 'a.db', viewers: { publicKey: text } }).viewers
  const verify = await createVerify({ publicKey, nowMs: () => Date.now() })
  expect(await verify(token)).toMatchObject({ role: 'grid', name: 'li' })
  await removeFolder(folder)
})

test('the README holds no block that no test reads', () => {
  const blocks = [...README.matchAll(/^```(\w+)(?: ([\w-]+))?$/gm)].map(([, language, word]) => word ?? language)
  const here = ['script-tag', 'vite', 'vite-config', 'react', 'vue', 'svelte', 'csp', 'token', 'server', 'keys', 'records']
  // `npm start` and its options by start.test.ts, the portal's by harness/portal.ts, the token's by proxy.test.ts.
  expect(new Set(blocks)).toEqual(new Set([...here, 'sh', 'portal', 'portal-page']))
})

test("the README's policy is the one that every page here is served with", () => {
  expect(snippet('csp').trim()).toBe(`Content-Security-Policy: ${STRICT_CSP}`)
  expect(README.replace(/\s+/g, ' ')).toContain("`ktx2-worker` with `script-src 'self' 'wasm-unsafe-eval'`")
  expect(KTX2_WORKER_CSP).toContain("script-src 'self' 'wasm-unsafe-eval'")
})

test("the viewer's own README shows the script tag of the whole", () =>
  expect(snippet('script-tag', readme(packed.find(({ name }) => name === '@twinmap/viewer')!))).toBe(snippet('script-tag')))

test('importing the viewer in Node does nothing and ends by itself', async () => {
  const folder = await consumer(packed, ['@twinmap/viewer'])
  writeFileSync(join(folder, 'a.mjs'), `import * as viewer from '@twinmap/viewer'\nconsole.log(typeof viewer.TwinViewer)\n`)
  const { stdout, stderr } = await run(process.execPath, ['a.mjs'], { cwd: folder, timeout: 20_000 })
  expect([stdout.trim(), stderr]).toEqual(['function', ''])
  await removeFolder(folder)
}, 60_000)

test("a town's own server, README's lines: it serves the viewer, and keeps the record that README posts", async () => {
  const folder = await consumer(packed, ['@twinmap/server', '@twinmap/viewer'])
  const { publicKey } = await createDemoKeys()
  const key = 'a-key-of-the-test-only'
  writeFileSync(join(folder, 'server.mjs'), snippet('server').replace('port: 8080', 'port: 0'))
  cpSync(join(ROOT, 'examples/longwan/settlement.twin.json'), join(folder, 'village.twin.json'))
  mkdirSync(join(folder, 'tiles'))
  const env = { ...process.env, PORTAL_PUBLIC_KEY: JSON.stringify(publicKey), WRISTBAND_KEY: key }
  const child = spawn(process.execPath, ['server.mjs'], { cwd: folder, env })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = ''
      const hear = (chunk: Buffer) => {
        said += String(chunk)
        const found = /http:\/\/\S+/.exec(said)
        if (found !== null) resolve(found[0])
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('close', () => reject(new Error(`the server ended: ${said}`)))
    })
    for (const path of ['twin.json', 'viewer/twin-viewer.js']) expect([path, (await fetch(url + path)).status]).toEqual([path, 200])
    const body = /-d '([\s\S]*?)'/.exec(snippet('records'))![1]!
    const post = (token: string) =>
      fetch(`${url}records`, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body })
    expect(await (await post(key)).json()).toEqual({ accepted: 1, repeated: 0, told: [] })
    expect(await (await post(key)).json()).toMatchObject({ accepted: 0, repeated: 1 })
    expect((await post('another-key-altogether')).status).toBe(401)
  } finally {
    child.kill('SIGTERM')
    await ended
    await removeFolder(folder)
  }
}, 60_000)

describeWith(browserMissing(), 'a page of a stranger, under the strict policy', () => {
  let chromium: TestBrowser
  let town: string
  beforeAll(async () => {
    chromium = await launchBrowser()
    town = mkdtempSync(join(tmpdir(), 'twinmap-town-'))
    const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const
    await makeSkeletonTiles(join(town, 'tiles'), origin)
    const {
      feeds: _,
      layers: __,
      panels: ___,
      ...doc
    } = JSON.parse(readFileSync(join(ROOT, 'examples/longwan/settlement.twin.json'), 'utf8'))
    writeFileSync(join(town, 'village.twin.json'), JSON.stringify(doc))
  }, 120_000)
  afterAll(async () => {
    await chromium?.close()
    if (town) await removeFolder(town)
  })

  /** Opens a folder as a site and waits for the twin: a picture with more than one colour, and nothing refused. */
  async function shows(folders: Readonly<Record<string, string>>, path = '/'): Promise<void> {
    const site = await serve({ folders: { ...folders, '/tiles/': join(town, 'tiles') }, before: twinOf(town) })
    const { page, errors } = await chromium.page({ width: 480, height: 420 })
    try {
      await page.goto(site.url(path))
      await page
        .waitForFunction(
          () => {
            const viewer = document.querySelector('twin-viewer') as (HTMLElement & { twin?: unknown }) | null
            return viewer?.twin != null && viewer.shadowRoot?.querySelector('canvas') != null
          },
          { timeout: 60_000 },
        )
        .catch(async (cause: unknown) => {
          const message = await page.evaluate(() => document.querySelector('twin-viewer')?.shadowRoot?.textContent?.slice(0, 500))
          throw new Error(
            `no twin: ${JSON.stringify({ message, errors, violations: site.violations, requests: site.requests.filter(({ status }) => status !== 200) })}`,
            { cause },
          )
        })
      await expect.poll(() => site.requests.filter(({ path }) => path.endsWith('.glb')).length, { timeout: 60_000 }).toBeGreaterThan(0)
      const workers = site.requests.filter(({ path }) => /worker[^/]*\.js$/.test(path))
      expect(workers.length).toBeGreaterThan(0)
      expect(site.requests.filter(({ status, path }) => status !== 200 && path !== '/favicon.ico')).toEqual([])
      expect(site.violations).toEqual([])
      expect(errors.filter((error) => !error.includes('favicon'))).toEqual([])
      expect(chromium.foreign).toEqual([])
    } finally {
      await page.close()
      await site.close()
    }
  }

  const twinOf = (folder: string) => (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.endsWith('/village.twin.json')) return false
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(readFileSync(join(folder, 'village.twin.json')))
    return true
  }

  /** A Vite page whose main module is `main`, built from the packed packages. */
  async function built(
    files: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>> = {},
    config = snippet('vite-config'),
  ): Promise<string> {
    const folder = await consumer(packed, ['@twinmap/viewer'], { vite: join(ROOT, 'node_modules/vite'), ...more })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }))
    writeFileSync(join(folder, 'vite.config.ts'), config)
    const html = '<!doctype html><meta charset="utf-8"><title>t</title><div id="app"></div><script type="module" src="./main.ts"></script>'
    for (const [name, text] of Object.entries({ 'index.html': html, ...files })) writeFileSync(join(folder, name), text)
    await build({ root: folder, logLevel: 'error' })
    return folder
  }

  test('by a script tag', async () => {
    const folder = await consumer(packed, ['@twinmap/viewer'])
    const site = join(folder, 'site')
    mkdirSync(site)
    cpSync(join(folder, 'node_modules/@twinmap/viewer/bundle'), join(site, 'twin-viewer'), { recursive: true })
    writeFileSync(join(site, 'index.html'), `<!doctype html><meta charset="utf-8"><title>t</title>\n${snippet('script-tag')}`)
    await shows({ '/': site })
    await removeFolder(folder)
  })

  test('in Vite', async () => {
    const folder = await built({ 'main.ts': snippet('vite') })
    await shows({ '/': join(folder, 'dist') })
    await removeFolder(folder)
  })

  test('in React, and its compiler knows the tag', async () => {
    const from = (name: string) => join(ROOT, 'examples/react/node_modules', name)
    const main = `import { createElement } from 'react'\nimport { createRoot } from 'react-dom/client'\nimport { Village } from './Village'\ncreateRoot(document.querySelector('#app')!).render(createElement(Village))\n`
    const tsconfig = (file: string) =>
      JSON.stringify({
        compilerOptions: { strict: true, noEmit: true, jsx: 'react-jsx', module: 'ESNext', moduleResolution: 'bundler', target: 'ES2022' },
        files: [file],
      })
    const folder = await built(
      { 'main.ts': main, 'Village.tsx': snippet('react'), 'tsconfig.json': tsconfig('Village.tsx') },
      { react: from('react'), 'react-dom': from('react-dom'), '@types/react': from('@types/react') },
    )
    expect(await bin('typescript/bin/tsc', ['-p', folder])).toEqual({ code: 0, output: '' })
    writeFileSync(join(folder, 'Wrong.tsx'), snippet('react').replace('detail.chosen?.kind', 'detail.chosen?.kindly'))
    writeFileSync(join(folder, 'tsconfig.json'), tsconfig('Wrong.tsx'))
    expect((await bin('typescript/bin/tsc', ['-p', folder])).output).toContain('kindly')
    await shows({ '/': join(folder, 'dist') })
    await removeFolder(folder)
  })

  test('in Vue', async () => {
    const from = (name: string) => join(ROOT, 'examples/vue/node_modules', name)
    const plugin = /`(vue\(\{[^`]+\}\))`/.exec(README)![1]!
    const config = `import vue from '@vitejs/plugin-vue'\n${snippet('vite-config')}`.replace(
      "base: './',",
      `base: './',\n  plugins: [${plugin}],`,
    )
    const main = `import { createApp } from 'vue'\nimport Village from './Village.vue'\ncreateApp(Village).mount('#app')\n`
    const folder = await built(
      { 'main.ts': main, 'Village.vue': snippet('vue') },
      { vue: from('vue'), '@vitejs/plugin-vue': from('@vitejs/plugin-vue') },
      config,
    )
    await shows({ '/': join(folder, 'dist') })
    await removeFolder(folder)
  })

  test('in Svelte', async () => {
    const from = (name: string) => join(ROOT, 'examples/svelte/node_modules', name)
    const config = `import { svelte } from '@sveltejs/vite-plugin-svelte'\n${snippet('vite-config')}`.replace(
      "base: './',",
      "base: './',\n  plugins: [svelte()],",
    )
    const main = `import { mount } from 'svelte'\nimport Village from './Village.svelte'\nmount(Village, { target: document.querySelector('#app')! })\n`
    const folder = await built(
      { 'main.ts': main, 'Village.svelte': snippet('svelte') },
      { svelte: from('svelte'), '@sveltejs/vite-plugin-svelte': from('@sveltejs/vite-plugin-svelte') },
      config,
    )
    await shows({ '/': join(folder, 'dist') })
    await removeFolder(folder)
  })
})
