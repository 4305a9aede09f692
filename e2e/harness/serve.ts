// A static server that is as strict as the strictest portal: every answer carries the policy under which the embed page
// must work, and every violation that a page or a worker reports is kept.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'

export const STRICT_CSP = "default-src 'self'; script-src 'self'; worker-src 'self'; img-src 'self'; connect-src 'self'"
/** What the file of the KTX2 worker alone may do more. */
export const KTX2_WORKER_CSP = STRICT_CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

const REPORTS = '/__csp-report'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.ktx2': 'image/ktx2',
  '.glb': 'model/gltf-binary',
  '.gltf': 'model/gltf+json',
}

export interface ServeOptions {
  /** URL prefix to folder, the longest prefix wins: `{ '/': 'dist', '/tiles/': 'data/tiles' }`. */
  readonly folders?: Readonly<Record<string, string>>
  /** Small files by path, told before folders; the type follows from the path (none: HTML). */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Default {@link STRICT_CSP}; false sends none. */
  readonly csp?: string | false
  /** Which files get {@link KTX2_WORKER_CSP}; false: none, as in a portal that cannot. Default: a script named `ktx2…`. */
  readonly ktx2Worker?: RegExp | false
  /** Each answer waits so long. Default 0. */
  readonly latencyMs?: number
  /** Asked first; true where it answered. For faults: a corrupt tile, a 503. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export interface Served {
  readonly origin: string
  url(path: string): string
  /** Each request in order, workers' too, without the reports. */
  readonly requests: { readonly method: string; readonly path: string; readonly status: number }[]
  /** Each violation that a page or a worker reported: `img-src blocked https://…`. Reports come a moment late. */
  readonly violations: string[]
  readonly server: Server
  close(): Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}

const readReport = (body: string): string => {
  try {
    const { 'csp-report': report } = JSON.parse(body) as { 'csp-report': Record<string, string> }
    return `${report['effective-directive'] ?? report['violated-directive']} blocked ${report['blocked-uri']} in ${report['source-file'] ?? report['document-uri']}`
  } catch {
    return body
  }
}

/** Serves until closed, on a free port of 127.0.0.1. */
export async function serve({
  folders = {},
  files = {},
  csp = STRICT_CSP,
  ktx2Worker = /ktx2[^/]*\.m?js$/i,
  latencyMs = 0,
  before,
}: ServeOptions): Promise<Served> {
  const requests: Served['requests'] = []
  const violations: string[] = []
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (path === REPORTS) {
      violations.push(readReport(await bodyOf(request)))
      response.writeHead(204).end()
      return
    }
    response.on('finish', () => requests.push({ method: request.method ?? 'GET', path, status: response.statusCode }))
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    if (csp !== false) {
      const policy = ktx2Worker !== false && ktx2Worker.test(path) ? KTX2_WORKER_CSP : csp
      response.setHeader('Content-Security-Policy', `${policy}; report-uri ${REPORTS}`)
    }
    response.setHeader('Cache-Control', 'no-cache')
    if (before?.(request, response)) return
    const type = TYPES[extname(path).toLowerCase()] ?? (extname(path) === '' ? TYPES['.html']! : 'application/octet-stream')
    const file = Object.hasOwn(files, path) ? files[path] : undefined
    if (file !== undefined) {
      response.writeHead(200, { 'Content-Type': type }).end(file)
      return
    }
    const prefix = prefixes.find((each) => path.startsWith(each))
    if (prefix === undefined) {
      response.writeHead(404).end()
      return
    }
    const folder = normalize(folders[prefix]!)
    let onDisk = normalize(join(folder, path.slice(prefix.length)))
    if (onDisk !== folder && !onDisk.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      response.writeHead(403).end()
      return
    }
    let found = await stat(onDisk).catch(() => undefined)
    if (found?.isDirectory()) {
      onDisk = join(onDisk, 'index.html')
      found = await stat(onDisk).catch(() => undefined)
    }
    if (!found?.isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(onDisk).toLowerCase()] ?? type, 'Content-Length': found.size })
    createReadStream(onDisk)
      .on('error', () => response.destroy())
      .pipe(response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    url: (path) => new URL(path, origin).href,
    requests,
    violations,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
