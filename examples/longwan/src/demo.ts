// What `npm start` shows, once everything is built: the demo community or a capture of the user, one server on one port,
// somebody walking.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { basename, join } from 'node:path'
import { TwinError } from '@twinmap/core'
import type { TwinDocument } from '@twinmap/core/document'
import { createDemoKeys, mustBeFree, type ServerConfig, type StartedServer, startServer } from '@twinmap/server'
import type { CaptureSize } from './capture/settings.ts'
import { writeWhole } from './capture/write/disk.ts'
import { makeCommunity } from './community/make-community.ts'
import { durationOf } from './community/progress-bar.ts'
import type { MakingProgress } from './community/time-left.ts'
import { COMMUNITY_ROUTE, communityGround } from './community/walk.ts'
import { communityPlaces, isCommunityWhole } from './community/where.ts'
import { type OwnTileset, ownCapture } from './own-capture.ts'
import { ownDocument } from './own-document.ts'
import { ownMesh } from './own-mesh.ts'
import { readJson } from './read-json.ts'
import { simulate } from './simulate.ts'
import { WALK_DEFAULTS, type Walk } from './simulate-walk.ts'
import { makeSkeletonTiles } from './skeleton/make-tiles.ts'

export interface DemoOptions {
  /** Root of the repository. */
  readonly root: string
  /** Where everything that is made is kept. */
  readonly kept: string
  readonly port: number
  /** `127.0.0.1`, or what the LAN reaches, where only the role `public` is handed out. */
  readonly host: string
  /** A `tileset.json`, a twin document, or a mesh (OBJ, or a folder of OBJs) of the user; absent: the demo community. */
  readonly path?: string | undefined
  /** For a mesh, as `twinmap tiles` takes them: `--crs`, `EPSG:4547`, … */
  readonly tilesArgs?: readonly string[]
  /** What of the community is made where it is absent; `none` leaves it at the small settlement. Default `full`; tests take less. */
  readonly community?: CaptureSize | 'none'
  readonly say: (line: string) => void
  /** Hears of long work, and a last time when it is over. */
  readonly onProgress?: (what: string, progress: MakingProgress | null) => void
  /** Ends what is being made before the server is up. */
  readonly signal?: AbortSignal
}

export interface Demo {
  readonly server: StartedServer
  /** Addresses of pages, the first to open first. */
  readonly pages: readonly { readonly name: string; readonly url: string }[]
  /** Makes what is still missing of the community, and shows it from then on. Resolves at once where nothing is missing. */
  finish(): Promise<void>
  close(): Promise<void>
}

type Mount = NonNullable<ServerConfig['mounts']>[number]
interface Shown {
  readonly document: string
  readonly mounts: readonly Mount[]
  /** Absent: nobody lives there. */
  readonly walk?: Pick<Walk, 'route' | 'ground'>
  /** Makes what is better than this, puts it in place, and answers where the person walks then. */
  readonly finish?: (signal: AbortSignal) => Promise<Pick<Walk, 'route' | 'ground'>>
}

/** The port asked for, or the next free one; each busy one is named. */
const PORTS_TRIED = 20

const COMMUNITY_WALK = { route: COMMUNITY_ROUTE, ground: communityGround }

/** The community where it is whole; until then a small settlement on the same place, made in seconds. */
async function community({ root, kept, say, onProgress, community: size = 'full' }: DemoOptions): Promise<Shown> {
  const folder = join(kept, 'longwan')
  const places = communityPlaces(kept)
  const settlement = join(folder, 'tiles')
  const from = (name: string) => join(root, 'examples/longwan', name)
  // The server reads it anew at each request: what takes its place is shown from then on.
  const document = join(folder, 'twin.json')
  await mkdir(folder, { recursive: true })
  const show = async (name: string) => writeWhole(document, await readFile(from(name)))
  const mounts = [
    { path: '/tiles/', folder: settlement },
    { path: '/community/', folder: places.tiles },
    { path: '/inventory/', folder: places.inventory },
  ]
  if (size !== 'none' && isCommunityWhole(kept, size)) {
    await show('longwan.twin.json')
    return { document, mounts, walk: COMMUNITY_WALK }
  }
  await show('settlement.twin.json')
  if (!existsSync(join(settlement, 'tileset.json'))) {
    const { origin } = JSON.parse(await readFile(document, 'utf8')) as TwinDocument
    await makeSkeletonTiles(settlement, origin, (done, of) => {
      if (done === of || done % 7 === 0) say(`Making the small settlement: ${done} of ${of}`)
    })
  }
  const shown = { document, mounts, walk: WALK_DEFAULTS }
  if (size === 'none') return shown
  return {
    ...shown,
    async finish(signal) {
      const what = 'The demo community'
      const beganMs = performance.now()
      say(`${what} is being made meanwhile, at low priority; until then the page shows a small settlement.`)
      try {
        await makeCommunity({ kept, size, signal, onProgress: (progress) => onProgress?.(what, progress) })
      } finally {
        onProgress?.(what, null)
      }
      await show('longwan.twin.json')
      say(`${what} is made (${durationOf(performance.now() - beganMs)}). A page that is open turns to it.`)
      return COMMUNITY_WALK
    },
  }
}

/** A folder that is a tileset, or that holds meshes; or one mesh. */
async function ofMesh(options: DemoOptions, path: string): Promise<Shown> {
  const { kept, say, onProgress, signal, tilesArgs = [] } = options
  const found = join(path, 'tileset.json')
  if (existsSync(found)) return ofTileset(options, found)
  const what = `Tiles of ${basename(path)}`
  try {
    const ports = { say, ...(signal && { signal }), onProgress: (progress: MakingProgress) => onProgress?.(what, progress) }
    const tileset = await ownMesh({ path, args: tilesArgs, kept, ...ports })
    return await ofTileset(options, tileset, { name: basename(path).replace(/\.obj$/i, ''), heights: 'heights.json' })
  } finally {
    onProgress?.(what, null)
  }
}

async function ofTileset(options: DemoOptions, path: string, made: OwnTileset = {}): Promise<Shown> {
  const { origin } = JSON.parse(await readFile(join(options.root, 'examples/longwan/longwan.twin.json'), 'utf8')) as TwinDocument
  const { doc, folder, placed } = await ownCapture(path, origin, made)
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
    throw new TwinError(
      'input-missing',
      `${path}: there is no such file; give the path of a mesh (OBJ), of a tileset.json or of a twin document`,
      { path },
    )
  if (/\.obj$/i.test(path) || (await stat(path)).isDirectory()) return ofMesh(options, path)
  let parsed: unknown
  try {
    parsed = await readJson(path)
  } catch (cause) {
    throw new TwinError(
      'input-invalid',
      `${path}: is not JSON (${(cause as Error).message}); give a mesh (OBJ), a tileset.json or a twin document`,
      {
        path,
      },
    )
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
  const database = join(kept, path === undefined ? 'longwan/twin.db' : 'own.db')
  // Before anything is written where another may be serving from.
  mustBeAlone(database, kept)
  const { document, mounts, walk, finish } = await shown(options)
  const { publicKey, privateKey } = await createDemoKeys()
  const sourceKey = randomBytes(24).toString('base64url')
  await mkdir(kept, { recursive: true })
  const config: ServerConfig = {
    host,
    database,
    document,
    mounts: [
      ...mounts,
      { path: '/', folder: join(root, 'examples/longwan/pages') },
      { path: '/viewer/', folder: join(root, 'packages/viewer/bundle') },
    ],
    viewers: { publicKey, anonymous: 'public' },
    sources: [{ name: 'simulator', key: sourceKey, kinds: ['Wristband', 'Person'] }],
    demo: { privateKey },
  }
  const server = await listen(config, options.port, say)
  const { origin } = JSON.parse(await readFile(document, 'utf8')) as TwinDocument
  const ending = new AbortController()
  /** One person walks through the community, and her wristband reports; on another way she begins anew. */
  let walking = new AbortController()
  let walked: Promise<void> = Promise.resolve()
  const inhabit = (way: Pick<Walk, 'route' | 'ground'>) => {
    walking.abort()
    walking = new AbortController()
    const { signal } = walking
    walked = walked.then(() => simulate({ origin, url: server.url, key: sourceKey, say, ...way }, signal))
  }
  if (walk !== undefined) inhabit(walk)
  let finishing: Promise<void> | undefined
  const lan = host === '127.0.0.1' ? [] : lanAddresses()
  const at = (page: string) => [
    `http://localhost:${server.port}/${page}`,
    ...lan.map((address) => `http://${address}:${server.port}/${page}`),
  ]
  return {
    server,
    pages: [...at('').map((url) => ({ name: 'map', url })), ...at('embed.html').map((url) => ({ name: 'inside a page', url }))],
    async finish() {
      finishing ??= finish?.(ending.signal).then((way) => {
        if (!ending.signal.aborted) inhabit(way)
      })
      await finishing
    },
    async close() {
      ending.abort()
      walking.abort()
      await finishing?.catch(() => undefined) // told to whoever called finish
      await walked
      await server.close()
    },
  }
}

function mustBeAlone(database: string, kept: string): void {
  try {
    mustBeFree(database)
  } catch (cause) {
    if (!(cause instanceof TwinError) || cause.details['inUse'] !== true) throw cause
    const sentence = `${kept} is in use by another start; stop that one, or give this one a folder of its own, as --kept=${kept}-2`
    throw new TwinError('store-failed', sentence, { kept }, { cause })
  }
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
