// Pages, bundle and tiles from folders: range, etag, gzip of text, and never a file outside its folder, by whatever path or link.
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, extname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { PagePolicies } from './answer.ts'

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
  readonly policies: PagePolicies
  /** End of the path of a worker that may compile wasm. */
  readonly isWasmWorker: (path: string) => boolean
}

/** @returns a handler of GET and HEAD. @throws TwinError from it: `not-found`, `request-invalid`. */
export function createStatic({ mounts, policies, isWasmWorker }: StaticOptions) {
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
      await send(request, response, found, isWasmWorker(path) ? policies.wasmWorker : policies.page)
      return
    }
    throw notFound(path)
  }
}

/** @returns a handler of GET and HEAD for one file, which may be a link to any place, because whoever configured it named it. */
export function createFile(file: string, { page }: PagePolicies) {
  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const real = await orMissing(realpath(file))
    const opened = real === null ? null : await openFile(dirname(real), real, await statOf(real))
    if (opened === null) throw notFound(path)
    await send(request, response, { ...opened, name: path }, page)
  }
}

const notFound = (path: string) => new TwinError('not-found', `${path.slice(0, 200)}: there is no such file`)

/** What is sent is read from the handle that was checked: nobody can put another file in its place between the two. */
interface Opened {
  readonly handle: FileHandle
  readonly size: number
  readonly mtimeMs: number
}
interface Found extends Opened {
  /** As it was asked for, not as a link calls it: the type follows from it. */
  readonly name: string
}

/** `folder`: it is one, and the path lacks its last slash. */
async function find(folder: string, rest: string): Promise<Found | 'folder' | null> {
  const parts = rest.split('/')
  if (parts.some((part) => part.startsWith('.') || part.includes('\\') || part.includes('\0'))) return null
  // Asked at each request: a deployment may turn the mount's own link to its next folder.
  const root = await orMissing(realpath(resolve(folder)))
  if (root === null) return null
  let name = resolve(root, ...parts)
  let real = await within(root, name)
  let stats = await statOf(real)
  if (stats?.isDirectory()) {
    name = resolve(real!, 'index.html')
    real = await within(root, name)
    stats = await statOf(real)
    if (stats !== null && rest !== '' && !rest.endsWith('/')) return 'folder'
  }
  const opened = real === null ? null : await openFile(root, real, stats)
  return opened && { ...opened, name }
}

const statOf = async (real: string | null): Promise<Stats | null> => (real === null ? null : orMissing(stat(real)))

const isWithin = (root: string, file: string): boolean => file === root || file.startsWith(root.endsWith(sep) ? root : root + sep)

/** The file's real path, all links followed; null where it is outside the folder or not there. */
async function within(root: string, file: string): Promise<string | null> {
  if (!isWithin(root, file)) return null
  const real = await orMissing(realpath(file))
  return real !== null && isWithin(root, real) ? real : null
}

/**
 * Opens a real path. A link that took its place since is refused. A pipe is not opened, because that would wait for its writer
 * and keep a thread; one that took a file's place since is opened without waiting.
 */
async function openFile(root: string, real: string, checked: Stats | null): Promise<Opened | null> {
  if (!checked?.isFile()) return null
  const handle = await orMissing(open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)))
  if (handle === null) return null
  let opened: Opened | null = null
  try {
    const stats = await handle.stat()
    if (stats.isFile() && isWithin(root, await whereIs(handle, real))) opened = { handle, size: stats.size, mtimeMs: stats.mtimeMs }
    return opened
  } finally {
    if (opened === null) await handle.close()
  }
}

/**
 * Where an open file lies. A folder on its way may have been a link just when it was opened, and a folder again when its path
 * is asked for (a test sees that): so the kernel is asked about the handle, where it can be.
 */
async function whereIs(handle: FileHandle, real: string): Promise<string> {
  return (await orMissing(readlink(`/proc/self/fd/${handle.fd}`))) ?? (await orMissing(realpath(real))) ?? ''
}

/** What a visitor may be told is not there. Any other failure (no free file handles, a broken disk) is the server's own. */
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'ENXIO'])

const orMissing = <T>(asked: Promise<T>): Promise<T | null> =>
  asked.catch((error: NodeJS.ErrnoException) => {
    if (MISSING.has(error.code ?? '')) return null
    throw error
  })

async function send(request: IncomingMessage, response: ServerResponse, found: Found, policy: string): Promise<void> {
  const part = answerHead(request, response, found, policy)
  if (part === null || request.method === 'HEAD') {
    response.end()
    await found.handle.close()
    return
  }
  const ended = () => undefined
  // The stream closes the handle, however it ends.
  const content = found.handle.createReadStream(part)
  if (response.getHeader('Content-Encoding') === 'gzip') pipeline(content, createGzip({ level: 6 }), response, ended)
  else pipeline(content, response, ended)
}

/** @returns the bytes that are to follow; null: none. */
function answerHead(
  request: IncomingMessage,
  response: ServerResponse,
  { name, size, mtimeMs }: Found,
  policy: string,
): { readonly start?: number; readonly end?: number } | null {
  const extension = extname(name).toLowerCase()
  const { range } = request.headers
  const isText = ZIPPED.has(extension)
  const gzip = isText && size >= WORTH_ZIPPING_BYTES && range === undefined && acceptsGzip(request.headers['accept-encoding'])
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}${gzip ? '-gz' : ''}"`
  response.setHeader('Content-Type', TYPES[extension] ?? 'application/octet-stream')
  response.setHeader('Content-Security-Policy', policy)
  response.setHeader('Cache-Control', 'no-cache')
  response.setHeader('ETag', etag)
  response.setHeader('Last-Modified', new Date(mtimeMs).toUTCString())
  response.setHeader('Accept-Ranges', 'bytes')
  if (isText) response.setHeader('Vary', 'Accept-Encoding')
  if (matches(request.headers['if-none-match'], etag)) {
    response.statusCode = 304
    return null
  }
  const part = range === undefined || !rangeIsOfThis(request, etag) ? null : rangeOf(range, size)
  if (part === 'unsatisfiable') {
    response.statusCode = 416
    response.setHeader('Content-Range', `bytes */${size}`)
    response.setHeader('Content-Length', 0)
    return null
  }
  if (part !== null) {
    response.statusCode = 206
    response.setHeader('Content-Range', `bytes ${part.start}-${part.end}/${size}`)
    response.setHeader('Content-Length', part.end - part.start + 1)
    return part
  }
  if (gzip) response.setHeader('Content-Encoding', 'gzip')
  else response.setHeader('Content-Length', size)
  // To the size that was told, also of a file that grows meanwhile.
  return size === 0 ? null : { start: 0, end: size - 1 }
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
