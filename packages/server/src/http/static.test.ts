import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTown, type Town, twinDocument } from '../testing/town.ts'
import { pagePolicies, STRICT_CSP } from './answer.ts'
import { acceptsGzip } from './static.ts'

let town: Town
const root = mkdtempSync(join(tmpdir(), 'twinmap-static-'))
const long = '.a{color:red}\n'.repeat(200)
const link = (to: string, at: string) => symlinkSync(to, join(root, at))
beforeAll(async () => {
  for (const folder of ['pages/sub', 'tiles', 'doc']) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'pages/index.html'), '<!doctype html>')
  writeFileSync(join(root, 'pages/long.css'), long)
  writeFileSync(join(root, 'pages/ktx2-worker.js'), 'x')
  writeFileSync(join(root, 'pages/tile-worker.js'), 'x')
  writeFileSync(join(root, 'pages/sub/index.html'), 'sub')
  writeFileSync(join(root, 'pages/.secret'), 'secret')
  writeFileSync(join(root, 'secret.txt'), 'secret')
  writeFileSync(join(root, 'tiles/0.glb'), Buffer.from(Array.from({ length: 2_000 }, (_, i) => i & 255)))
  writeFileSync(join(root, 'doc/town.twin.json'), twinDocument({ kinds: [] }))
  link('../secret.txt', 'pages/out.txt')
  link(join(root, 'secret.txt'), 'pages/absolute.txt')
  link('out.txt', 'pages/chain.txt')
  link('..', 'pages/up')
  link('../doc', 'pages/beside')
  link('../../pages', 'pages/sub/round')
  link('missing', 'pages/nowhere.txt')
  link('loop.txt', 'pages/loop.txt')
  mkdirSync(join(root, 'pages/led'))
  link('../../secret.txt', 'pages/led/index.html')
  mkdirSync(join(root, 'pages-more'))
  writeFileSync(join(root, 'pages-more/secret.txt'), 'secret')
  link('../pages-more', 'pages/more')
  link('long.css', 'pages/inside.css')
  link('inside.css', 'pages/inside-twice.css')
  link('sub', 'pages/sub-too')
  mkdirSync(join(root, 'pages/..2025'))
  writeFileSync(join(root, 'pages/..2025/mounted.css'), 'mounted')
  link('..2025', 'pages/..data')
  link('..data/mounted.css', 'pages/mounted.css')
  mkdirSync(join(root, 'releases/1'), { recursive: true })
  mkdirSync(join(root, 'releases/2'))
  for (const release of ['1', '2']) writeFileSync(join(root, 'releases', release, 'version.txt'), release)
  link('releases/1', 'current')
  link('doc/town.twin.json', 'linked.twin.json')
  if (process.platform === 'linux') execFileSync('mkfifo', [join(root, 'pages/pipe.txt')])
  town = await startTown({
    document: join(root, 'linked.twin.json'),
    mounts: [
      { path: '/', folder: join(root, 'pages') },
      { path: '/tiles/', folder: join(root, 'tiles') },
      { path: '/current/', folder: join(root, 'current') },
    ],
  })
})
afterAll(async () => {
  await town.close()
  rmSync(root, { recursive: true, force: true })
})
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${town.url}${path}`, { method, headers, redirect: 'manual' })
/** As it stands: fetch would tidy the path. */
const rawGet = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ port: town.server.port, host: '127.0.0.1', path }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })

test('pages carry the strict policy and the right type, and nothing may guess another', async () => {
  const page = await get('')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('content-security-policy')).toBe(`${STRICT_CSP}; frame-ancestors 'self'`)
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
})

test('who may frame a page is said by the configuration', () => {
  expect(pagePolicies(["'self'", 'https://portal.example']).page).toBe(`${STRICT_CSP}; frame-ancestors 'self' https://portal.example`)
  expect(pagePolicies([]).page).toBe(`${STRICT_CSP}; frame-ancestors 'none'`)
})

test('data and errors load nothing, may be framed nowhere, and are taken for nothing else', async () => {
  const authorization = { Authorization: `Bearer ${await town.token('care')}` }
  for (const [path, headers] of [
    ['nowhere', {}],
    ['%ff', {}],
    ['history', {}],
    ['history?from=1&to=2', authorization],
  ] as const) {
    const answer = await get(path, headers)
    expect([path, answer.headers.get('content-security-policy')]).toEqual([path, "default-src 'none'; frame-ancestors 'none'"])
    expect([path, answer.headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
  }
})

test('only the file of the KTX2 worker may compile wasm', async () => {
  const policy = async (path: string) => (await get(path)).headers.get('content-security-policy')
  const { page, wasmWorker } = pagePolicies(["'self'"])
  expect(wasmWorker).toContain("script-src 'self' 'wasm-unsafe-eval';")
  expect([await policy('ktx2-worker.js'), await policy('tile-worker.js')]).toEqual([wasmWorker, page])
})

test('the document is twin.json whatever its file is called, and the longer mount wins', async () => {
  expect(await (await get('twin.json')).json()).toMatchObject({ twin: 1, kinds: [] })
  const tile = await get('tiles/0.glb')
  expect([tile.status, tile.headers.get('content-type')]).toEqual([200, 'model/gltf-binary'])
})

test('text is zipped for who takes it, and what did not change is not sent again', async () => {
  const zipped = await get('long.css', { 'Accept-Encoding': 'gzip' })
  expect([zipped.headers.get('content-encoding'), zipped.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding'])
  expect(await zipped.text()).toBe(long)
  const plain = await get('long.css', { 'Accept-Encoding': 'gzip;q=0, identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  const [a, b] = [zipped.headers.get('etag')!, plain.headers.get('etag')!]
  expect(a).not.toBe(b)
  expect((await get('long.css', { 'Accept-Encoding': 'gzip', 'If-None-Match': `W/"x", ${a}` })).status).toBe(304)
  expect((await get('long.css', { 'Accept-Encoding': 'gzip', 'If-None-Match': b })).status).toBe(200)
})

test('no header of encodings keeps the server from its work, however long', async () => {
  const began = performance.now()
  const answer = await get('long.css', { 'Accept-Encoding': `gzip${' '.repeat(15_500)}x` })
  // By a pattern that went back over the spaces: 550 ms here.
  expect([answer.status, performance.now() - began < 150]).toEqual([200, true])
})

test('gzip is taken by its name and weight', () => {
  for (const header of ['gzip', 'br, GZIP', 'gzip;q=0.5', 'deflate , *;q=1', 'identity;q=0, gzip; q=0.001'])
    expect([header, acceptsGzip(header)]).toEqual([header, true])
  for (const header of [undefined, '', 'br', 'gzip;q=0', 'gzip; Q=0.000', 'gzipped', '*;q=0', 'x-gzip', 'gzip;q=no'])
    expect([header, acceptsGzip(header)]).toEqual([header, false])
})

test('a part of a tile is the bytes that were asked for', async () => {
  const part = async (range: string, more: Record<string, string> = {}) => {
    const answer = await get('tiles/0.glb', { Range: range, ...more })
    return [answer.status, answer.headers.get('content-range'), (await answer.arrayBuffer()).byteLength]
  }
  const etag = (await get('tiles/0.glb')).headers.get('etag')!
  expect(await part('bytes=10-19')).toEqual([206, 'bytes 10-19/2000', 10])
  expect(await part('bytes=1990-')).toEqual([206, 'bytes 1990-1999/2000', 10])
  expect(await part('bytes=-5')).toEqual([206, 'bytes 1995-1999/2000', 5])
  expect(await part('bytes=0-99999')).toEqual([206, 'bytes 0-1999/2000', 2000])
  expect(await part('bytes=2000-')).toEqual([416, 'bytes */2000', 0])
  expect(await part('bytes=0-1,5-6')).toEqual([200, null, 2000])
  expect(await part('bytes=0-1', { 'If-Range': etag })).toEqual([206, 'bytes 0-1/2000', 2])
  expect(await part('bytes=0-1', { 'If-Range': '"old"' })).toEqual([200, null, 2000])
  const bytes = new Uint8Array(await (await get('tiles/0.glb', { Range: 'bytes=300-301' })).arrayBuffer())
  expect([...bytes]).toEqual([44, 45])
})

test('HEAD tells the same without the bytes', async () => {
  const head = await get('tiles/0.glb', {}, 'HEAD')
  expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([200, '2000', 0])
})

test('no path leads out of its folder or to what is hidden', async () => {
  for (const path of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/sub/../../secret.txt',
    '/.secret',
    '/..%5csecret.txt',
    '/%00',
    '//etc/passwd',
    '/tiles/..%2f..%2fsecret.txt',
  ])
    expect([path, await rawGet(path)]).toEqual([path, 404])
})

test('a folder is entered by a relative way, so that it holds behind a proxy', async () => {
  const answer = await get('sub')
  expect([answer.status, answer.headers.get('location')]).toEqual([301, 'sub/'])
  expect(await (await get('sub/')).text()).toBe('sub')
})

test('no link leads out of its folder, however long the chain and whatever the name of the folder beside', async () => {
  for (const path of [
    '/out.txt',
    '/absolute.txt',
    '/chain.txt',
    '/up/secret.txt',
    '/up/pages/long.css/../../secret.txt',
    '/beside/town.twin.json',
    '/more/secret.txt',
    '/led/',
    '/led',
    '/nowhere.txt',
    '/loop.txt',
  ])
    expect([path, await rawGet(path)]).toEqual([path, 404])
})

test('a link inside its folder is served, by the type of its own name', async () => {
  for (const path of ['inside.css', 'inside-twice.css', 'sub/round/inside.css', 'up/pages/long.css']) {
    const answer = await get(path)
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, 'text/css; charset=utf-8'])
    expect(await answer.text()).toBe(long)
  }
  // As Kubernetes mounts a ConfigMap: the links were made by whoever made the folder, and stay in it.
  expect(await (await get('mounted.css')).text()).toBe('mounted')
  expect(await (await get('sub-too/')).text()).toBe('sub')
})

test("the mount's own folder may be a link, and one that is turned serves the new folder at once", async () => {
  expect(await (await get('current/version.txt')).text()).toBe('1')
  link('releases/2', 'next')
  renameSync(join(root, 'next'), join(root, 'current'))
  expect(await (await get('current/version.txt')).text()).toBe('2')
})

test('what turns into a link while it is asked for never shows what is outside', async () => {
  for (const folder of ['pages/turning', 'pages/folder', 'secrets']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'secrets/file.txt'), 'secret')
  for (const file of ['turning/file.txt', 'folder/file.txt']) writeFileSync(join(root, 'pages', file), 'open')
  const away = (at: string) => renameSync(join(root, at), join(root, `${at}-away`))
  const back = (at: string) => {
    rmSync(join(root, at))
    renameSync(join(root, `${at}-away`), join(root, at))
  }
  let turning = true
  const turn = async () => {
    while (turning) {
      away('pages/turning/file.txt')
      link('../../secret.txt', 'pages/turning/file.txt')
      away('pages/folder')
      link('../secrets', 'pages/folder')
      await new Promise((resolve) => setImmediate(resolve))
      back('pages/turning/file.txt')
      back('pages/folder')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const turned = turn()
  const seen = new Set<string>()
  for (let i = 0; i < 150; i++)
    for (const answer of await Promise.all(['turning/file.txt', 'folder/file.txt', 'folder/file.txt'].map((path) => get(path))))
      seen.add(answer.status === 200 ? await answer.text() : String(answer.status))
  turning = false
  await turned
  expect([...seen].filter((text) => text !== 'open' && text !== '404')).toEqual([])
  expect(seen).toContain('open')
})

test.runIf(process.platform === 'linux')('a pipe in a folder is not there, and keeps no thread', async () => {
  expect(await Promise.all(Array.from({ length: 8 }, () => rawGet('/pipe.txt')))).toEqual(Array(8).fill(404))
  expect((await get('long.css')).status).toBe(200)
})

test.runIf(process.platform === 'linux')('a visitor who leaves in the middle leaves no open file behind', async () => {
  writeFileSync(join(root, 'tiles/big.glb'), Buffer.alloc(20_000_000))
  const open = () => readdirSync('/proc/self/fd').filter((fd) => isBig(fd)).length
  const isBig = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith('big.glb')
    } catch {
      return false
    }
  }
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const ending = new AbortController()
      await fetch(`${town.url}tiles/big.glb`, { signal: ending.signal })
      ending.abort()
    }),
  )
  for (const headers of [{ Range: 'bytes=99999999-' }, { 'If-None-Match': '*' }] as Record<string, string>[])
    await get('tiles/big.glb', headers)
  await get('tiles/big.glb', {}, 'HEAD')
  await expect.poll(open).toBe(0)
})

test('a file that is replaced as a whole is there at every moment', async () => {
  const put = (at: string, text: string) => {
    writeFileSync(join(root, 'whole'), text)
    renameSync(join(root, 'whole'), join(root, at))
  }
  const answers: Promise<number>[] = []
  for (let i = 0; i < 100; i++) {
    answers.push(rawGet('/twin.json'), rawGet('/tiles/whole.glb'))
    put('doc/town.twin.json', twinDocument({ kinds: [] }))
    put('tiles/whole.glb', 'x')
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(new Set((await Promise.all(answers)).slice(2))).toEqual(new Set([200]))
})
