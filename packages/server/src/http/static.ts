// Pages, bundle and tiles from folders: range, etag, gzip of text, and never a path outside its folder.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { STRICT_CSP, WASM_WORKER_CSP } from './answer.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.gltf': 'model/gltf+json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.glb': 'model/gltf-binary',
  '.ktx2': 'image/ktx2',
}
const ZIPPED = new Set(['.html', '.js', '.mjs', '.css', '.txt', '.md', '.json', '.geojson', '.map', '.svg', '.gltf', '.wasm'])
const WORTH_ZIPPING_BYTES = 1_024

export interface Mount {
  /** Begins and ends with `/`. */
  readonly path: string
  readonly folder: string
}

export interface StaticOptions {
  readonly mounts: readonly Mount[]
  /** End of the path of a worker that may compile wasm. */
  readonly isWasmWorker: (path: string) => boolean
}

/** @returns a handler of GET and HEAD. @throws TwinError from it: `not-found`, `request-invalid`. */
export function createStatic({ mounts, isWasmWorker }: StaticOptions) {
  const byLength = [...mounts].sort((a, b) => b.path.length - a.path.length)
  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    for (const { path: prefix, folder } of byLength) {
      if (!path.startsWith(prefix)) continue
      const found = await find(folder, path.slice(prefix.length))
      if (found === null) continue
      if (found === 'folder') {
        // Relative, so that it holds behind a proxy's path.
        response.writeHead(301, { Location: `${encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))}/`, 'Content-Length': 0 }).end()
        return
      }
      send(request, response, found, isWasmWorker(path))
      return
    }
    throw new TwinError('not-found', `${path.slice(0, 200)}: there is no such file`, {})
  }
}

interface Found {
  readonly file: string
  readonly size: number
  readonly mtimeMs: number
}

/** `folder`: it is one, and the path lacks its last slash. */
async function find(folder: string, rest: string): Promise<Found | 'folder' | null> {
  const root = resolve(folder)
  const parts = rest.split('/')
  if (parts.some((part) => part.startsWith('.') || part.includes('\\') || part.includes('\0'))) return null
  let file = resolve(root, ...parts)
  if (file !== root && !file.startsWith(root + sep)) return null
  let stats = await stat(file).catch(() => null)
  if (stats?.isDirectory()) {
    const index = resolve(file, 'index.html')
    stats = await stat(index).catch(() => null)
    if (stats !== null && rest !== '' && !rest.endsWith('/')) return 'folder'
    file = index
  }
  return stats?.isFile() ? { file, size: stats.size, mtimeMs: stats.mtimeMs } : null
}

function send(request: IncomingMessage, response: ServerResponse, { file, size, mtimeMs }: Found, isWasmWorker: boolean): void {
  const extension = extname(file).toLowerCase()
  const { range } = request.headers
  const isText = ZIPPED.has(extension)
  const gzip = isText && size >= WORTH_ZIPPING_BYTES && range === undefined && acceptsGzip(request.headers['accept-encoding'])
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}${gzip ? '-gz' : ''}"`
  response.setHeader('Content-Type', TYPES[extension] ?? 'application/octet-stream')
  response.setHeader('Content-Security-Policy', isWasmWorker ? WASM_WORKER_CSP : STRICT_CSP)
  response.setHeader('Cache-Control', 'no-cache')
  response.setHeader('ETag', etag)
  response.setHeader('Last-Modified', new Date(mtimeMs).toUTCString())
  response.setHeader('Accept-Ranges', 'bytes')
  if (isText) response.setHeader('Vary', 'Accept-Encoding')
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end()
    return
  }
  const part = range === undefined || !rangeIsOfThis(request, etag) ? null : rangeOf(range, size)
  if (part === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}`, 'Content-Length': 0 }).end()
    return
  }
  if (part !== null)
    response.writeHead(206, { 'Content-Range': `bytes ${part.start}-${part.end}/${size}`, 'Content-Length': part.end - part.start + 1 })
  else if (gzip) response.writeHead(200, { 'Content-Encoding': 'gzip' })
  else response.writeHead(200, { 'Content-Length': size })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const ended = () => undefined
  const content = createReadStream(file, part ?? {})
  if (gzip) pipeline(content, createGzip({ level: 6 }), response, ended)
  else pipeline(content, response, ended)
}

/** By name, not by one pattern: a header is whatever somebody sends, and a pattern over it may take time by the square of its length. */
export function acceptsGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((each) => {
    const [name, ...parameters] = each.split(';').map((part) => part.trim().toLowerCase())
    if (name !== 'gzip' && name !== '*') return false
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined || Number(weight.slice(2)) > 0
  })
}

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag))

function rangeIsOfThis(request: IncomingMessage, etag: string): boolean {
  const condition = request.headers['if-range']
  return condition === undefined || condition === etag
}

/** One range (RFC 9110 § 14); null: none that is understood, so the whole is sent. */
function rangeOf(header: string, size: number): { readonly start: number; readonly end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (match === null || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') {
    const last = Number(match[2])
    return last === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - last), end: size - 1 }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  if (start >= size) return 'unsatisfiable'
  return end < start ? null : { start, end }
}
