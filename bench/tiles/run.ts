// `npm run bench:tiles`: twinmap beside plain 3d-tiles-renderer on the same generated tileset, in one run.
//
// Each figure is a ratio ours / peer of two fresh pages that ran one after the other; the order alternates, and the
// median of the pairs' ratios is printed with its quartiles. A bar counts as met when the upper quartile is under it.
// Draw and texture calls are stubbed in both pages: software raster would drown what is measured.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer, { type Browser } from 'puppeteer-core'
import { build } from 'vite'
import { launchOptions } from '../../e2e/harness/chromium.mjs'
import { generate } from './generate.ts'
import { type Figures, figuresOf, type TraceEvent } from './trace.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = join(ROOT, '.twinmap', 'bench-tiles')
const LATENCY_MS = 20
const BARS: Partial<Record<keyof Figures, number>> = { completeMs: 1.1, blockingMs: 0.75, cpuMs: 0.75 }
const WORDS: Record<keyof Figures, string> = {
  completeMs: 'time to complete',
  blockingMs: 'blocking (over 8 ms)',
  cpuMs: 'main-thread CPU',
  heapBytes: 'heap with array buffers',
}
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.glb': 'model/gltf-binary',
  '.wasm': 'application/wasm',
}

function serve(pages: string, tiles: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = pathname.startsWith('/tiles/') ? join(tiles, pathname.slice('/tiles/'.length)) : join(pages, pathname)
    const send = async () => {
      const size = (await stat(file).catch(() => null))?.size
      if (size === undefined) return response.writeHead(404).end()
      response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Length': size })
      createReadStream(file).pipe(response)
    }
    setTimeout(send, pathname.startsWith('/tiles/') ? LATENCY_MS : 0)
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** Runs in the page before anything else: no pixel is drawn, no texture uploaded; buffers are. */
function stubDrawing(): void {
  const nothing = () => undefined
  const draws = ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced', 'drawRangeElements', 'clear', 'finish']
  const textures = [
    'texImage2D',
    'texSubImage2D',
    'texStorage2D',
    'compressedTexImage2D',
    'compressedTexSubImage2D',
    'generateMipmap',
    'copyTexSubImage2D',
  ]
  for (const name of [...draws, ...textures]) Object.defineProperty(WebGL2RenderingContext.prototype, name, { value: nothing })
}

async function measure(browser: Browser, url: string): Promise<Figures & { readonly tiles: number }> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  try {
    await page.evaluateOnNewDocument(stubDrawing)
    const session = await page.createCDPSession()
    await page.tracing.start({
      categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing'],
    })
    await page.goto(url)
    await page.waitForFunction('globalThis.completed !== undefined', { timeout: 120_000 }).catch((error) => {
      throw new Error(`${url}: not complete within 120 s; page errors: ${problems.join('; ') || 'none'}`, { cause: error })
    })
    const tiles = (await page.evaluate('globalThis.completed')) as number
    const trace = await page.tracing.stop()
    await session.send('HeapProfiler.enable')
    await session.send('HeapProfiler.collectGarbage')
    const heap = (await session.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number }
    const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] }
    return { ...figuresOf(traceEvents), heapBytes: heap.usedSize + (heap.backingStorageSize ?? 0), tiles }
  } finally {
    await context.close()
  }
}

/** Quartiles by linear interpolation. */
export function quartiles(values: readonly number[]): readonly [low: number, median: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)]!
    return below + (sorted[Math.ceil(place)]! - below) * (place % 1)
  }
  return [at(0.25), at(0.5), at(0.75)]
}

export async function main(args: readonly string[]): Promise<void> {
  const pairs = Number(args.find((a) => a.startsWith('--pairs='))?.slice('--pairs='.length) ?? 11)
  const browserOptions = launchOptions() // refuses here, before tiles are made, where no browser is
  const tilesFolder = join(CACHE, 'tiles-v0')
  console.log(`tileset: ${await generate(tilesFolder)} tiles in .twinmap/bench-tiles/tiles-v0`)
  const pages = join(CACHE, 'pages')
  await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'error',
    configFile: false,
    base: './',
    build: {
      outDir: pages,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      rolldownOptions: { input: fileURLToPath(new URL('./page.html', import.meta.url)) },
    },
  })
  const server = await serve(pages, tilesFolder)
  const profile = await mkdtemp(join(tmpdir(), 'twinmap-bench-'))
  const browser = await puppeteer.launch({
    ...browserOptions,
    userDataDir: profile,
    defaultViewport: { width: 1300, height: 760 },
  })
  try {
    const url = (who: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html?${who}`
    await measure(browser, url('peer')) // warms the server's files and the browser's code cache
    await measure(browser, url('ours'))
    const ratios: Record<keyof Figures, number[]> = { completeMs: [], blockingMs: [], cpuMs: [], heapBytes: [] }
    const absolute: Record<'ours' | 'peer', Figures[]> = { ours: [], peer: [] }
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? (['peer', 'ours'] as const) : (['ours', 'peer'] as const)
      const got = { [order[0]]: await measure(browser, url(order[0])), [order[1]]: await measure(browser, url(order[1])) } as Record<
        'ours' | 'peer',
        Figures & { tiles: number }
      >
      for (const key of Object.keys(ratios) as (keyof Figures)[]) ratios[key].push(got.ours[key] / got.peer[key])
      absolute.ours.push(got.ours)
      absolute.peer.push(got.peer)
      console.log(
        `pair ${String(pair + 1).padStart(2)}: tiles ${got.ours.tiles}/${got.peer.tiles}  ` +
          (Object.keys(ratios) as (keyof Figures)[]).map((key) => `${WORDS[key]} ${ratios[key].at(-1)!.toFixed(2)}`).join('  '),
      )
    }
    console.log(`\nours / plain 3d-tiles-renderer, ${pairs} pairs        median  (quartiles)      bar    absolute medians ours / peer`)
    for (const key of Object.keys(ratios) as (keyof Figures)[]) {
      const [low, median, high] = quartiles(ratios[key])
      const bar = BARS[key]
      const verdict = bar === undefined ? '   –      ' : `≤ ${bar.toFixed(2)} ${high <= bar ? 'met  ' : 'MISSED'}`
      const middle = (who: 'ours' | 'peer') => quartiles(absolute[who].map((f) => f[key]))[1]
      const unit = key === 'heapBytes' ? (v: number) => `${(v / 1e6).toFixed(1)} MB` : (v: number) => `${v.toFixed(0)} ms`
      console.log(
        `${WORDS[key].padEnd(40)} ${median.toFixed(2)}    (${low.toFixed(2)}–${high.toFixed(2)})   ${verdict}   ${unit(middle('ours'))} / ${unit(middle('peer'))}`,
      )
    }
  } finally {
    await browser.close()
    server.close()
    await rm(profile, { recursive: true, force: true })
  }
}
