// What `npm start` shows, once everything is built: the demo community or a capture of the user, one server on one port,
// somebody walking.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { TwinError } from '@twinmap/core'
import type { TwinDocument } from '@twinmap/core/document'
import { createDemoKeys, type ServerConfig, type StartedServer, startServer } from '@twinmap/server'
import { ownCapture } from './own-capture.ts'
import { ownDocument } from './own-document.ts'
import { simulate } from './simulate.ts'
import { makeSkeletonTiles } from './skeleton/make-tiles.ts'

export interface DemoOptions {
  /** Root of the repository. */
  readonly root: string
  /** Where everything that is made is kept. */
  readonly kept: string
  readonly port: number
  /** `127.0.0.1`, or what the LAN reaches, where only the role `public` is handed out. */
  readonly host: string
  /** A `tileset.json` or a twin document of the user; absent: the demo community. */
  readonly path?: string | undefined
  readonly say: (line: string) => void
}

export interface Demo {
  readonly server: StartedServer
  /** Addresses of pages, the first to open first. */
  readonly pages: readonly { readonly name: string; readonly url: string }[]
  close(): Promise<void>
}

type Mount = NonNullable<ServerConfig['mounts']>[number]
interface Shown {
  readonly document: string
  readonly mounts: readonly Mount[]
}

/** The port asked for, or the next free one; each busy one is named. */
const PORTS_TRIED = 20

/** Makes what the demo needs where it is absent. What is there is whole: it took its place in one step. */
async function community({ root, kept, say }: DemoOptions): Promise<Shown> {
  const document = join(root, 'examples/longwan/longwan.twin.json')
  const tiles = join(kept, 'longwan/tiles')
  if (!existsSync(join(tiles, 'tileset.json'))) {
    const { origin } = JSON.parse(await readFile(document, 'utf8')) as TwinDocument
    await mkdir(dirname(tiles), { recursive: true })
    await makeSkeletonTiles(tiles, origin, (done, of) => {
      if (done === of || done % 7 === 0) say(`Making the demo's tiles: ${done} of ${of}`)
    })
  }
  return { document, mounts: [{ path: '/tiles/', folder: tiles }] }
}

async function ofTileset(options: DemoOptions, path: string): Promise<Shown> {
  const { origin } = JSON.parse(await readFile(join(options.root, 'examples/longwan/longwan.twin.json'), 'utf8')) as TwinDocument
  const { doc, folder, placed } = await ownCapture(path, origin)
  options.say(
    placed === 'ecef'
      ? `${path} knows its place: ${doc.origin.latitude.toFixed(5)}°, ${doc.origin.longitude.toFixed(5)}°`
      : `${path} has no place on earth: it is set at the demo's origin`,
  )
  const document = join(options.kept, 'own.twin.json')
  await mkdir(options.kept, { recursive: true })
  await writeFile(document, JSON.stringify(doc, null, 2))
  return { document, mounts: [{ path: '/capture/', folder }] }
}

async function shown(options: DemoOptions): Promise<Shown> {
  const { path } = options
  if (path === undefined) return community(options)
  if (!existsSync(path))
    throw new TwinError('input-missing', `${path}: there is no such file; give the path of a tileset.json or of a twin document`, { path })
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new TwinError('input-invalid', `${path}: is not JSON (${(cause as Error).message}); give a tileset.json or a twin document`, {
      path,
    })
  }
  const isDocument = typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'twin')
  return isDocument ? ownDocument(path) : ofTileset(options, path)
}

/**
 * Starts the demo.
 *
 * @throws TwinError `input-missing`, `input-invalid`, `document-invalid`, `port-busy` (twenty ports in a row), `store-failed`.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { root, kept, host, say, path } = options
  const { document, mounts } = await shown(options)
  const { publicKey, privateKey } = await createDemoKeys()
  const sourceKey = randomBytes(24).toString('base64url')
  await mkdir(kept, { recursive: true })
  const config: ServerConfig = {
    host,
    database: join(kept, path === undefined ? 'longwan/twin.db' : 'own.db'),
    document,
    mounts: [
      // First, so that an index.html beside a document of the user does not take its place.
      { path: '/', folder: join(root, 'examples/longwan/pages') },
      { path: '/viewer/', folder: join(root, 'packages/viewer/bundle') },
      ...mounts,
    ],
    viewers: { publicKey, anonymous: 'public' },
    sources: [{ name: 'simulator', key: sourceKey, kinds: ['Wristband', 'Person'] }],
    demo: { privateKey },
  }
  const server = await listen(config, options.port, say)
  const walk = new AbortController()
  // A capture of the user has no such person: only the demo community is inhabited.
  const walking = path === undefined ? inhabit(server, document, sourceKey, say, walk.signal) : Promise.resolve()
  const lan = host === '127.0.0.1' ? [] : lanAddresses()
  const at = (page: string) => [
    `http://localhost:${server.port}/${page}`,
    ...lan.map((address) => `http://${address}:${server.port}/${page}`),
  ]
  return {
    server,
    pages: [...at('').map((url) => ({ name: 'map', url })), ...at('embed.html').map((url) => ({ name: 'inside a page', url }))],
    async close() {
      walk.abort()
      await walking
      await server.close()
    },
  }
}

/** One person walks through the community, and her wristband reports. */
async function inhabit(
  server: StartedServer,
  document: string,
  key: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { origin } = JSON.parse(await readFile(document, 'utf8')) as TwinDocument
  await simulate({ origin, url: server.url, key, say }, signal)
}

async function listen(config: ServerConfig, port: number, say: (line: string) => void): Promise<StartedServer> {
  for (let i = 0; ; i++)
    try {
      return await startServer({ ...config, port: port === 0 ? 0 : port + i })
    } catch (error) {
      if (!(error instanceof TwinError) || error.code !== 'port-busy' || i + 1 === PORTS_TRIED) throw error
      say(`Port ${port + i} is busy; trying ${port + i + 1}.`)
    }
}

const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
