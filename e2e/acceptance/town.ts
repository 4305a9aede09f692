// A town to accept the whole page in: the real server on a port that outlives a restart, the real bundle, and a portal's
// page that asks for its token at every connect. What the portal answers is a file, so a test changes it while the page runs.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebSocket, WebSocketServer } from 'ws'
import { samplePlaneGlb } from '../../packages/core/src/tiles/sample-tile.ts'
import type { ServerConfig } from '../../packages/server/src/config.ts'
import { PERSON_KEY, startTown, type Town } from '../../packages/server/src/testing/town.ts'
import { BUNDLE, VILLAGE } from '../harness/portal-town.ts'

const PAGE = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8"><title>village</title>
<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css">
<script type="module" src="viewer/twin-viewer.js"></script><script type="module" src="page.js"></script>
<main></main>
</html>`

// `mount()` as a portal does it: element first, token when it is asked for.
const SCRIPT = `globalThis.mount = () => {
  const viewer = document.createElement('twin-viewer')
  viewer.src = 'twin.json'
  viewer.getToken = async () => (await (await fetch('token.json', { cache: 'no-store' })).json()).token
  document.querySelector('main').append(viewer)
}`

/** A port that is free now; a server that is restarted takes it again. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

export interface Site {
  readonly folder: string
  readonly document: string
  readonly mounts: NonNullable<ServerConfig['mounts']>
  /** What the portal answers from now on; null: nobody is signed in. */
  signIn(token: string | null): void
  remove(): void
}

/** The portal's files and one flat tile; the folder `tiles` takes the tile's place. */
export function makeSite({ tiles }: { readonly tiles?: string } = {}): Site {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-acceptance-'))
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
  mkdirSync(join(folder, 'tiles'))
  // A build that runs meanwhile takes its files away.
  cpSync(BUNDLE, join(folder, 'viewer'), { recursive: true })
  write('page.html', PAGE)
  write('page.js', SCRIPT)
  write('page.css', 'body{margin:0}twin-viewer{height:490px}')
  write('icon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  write('village.twin.json', JSON.stringify(VILLAGE))
  write('tiles/ground.glb', samplePlaneGlb({ sizeMeters: 400, color: [0.2, 0.5, 0.25, 1] }))
  const root = {
    boundingVolume: { box: [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 1] },
    geometricError: 0,
    refine: 'REPLACE',
    content: { uri: 'ground.glb' },
  }
  write('tiles/tileset.json', JSON.stringify({ asset: { version: '1.1' }, geometricError: 100, root }))
  const signIn = (token: string | null) => write('token.json', JSON.stringify({ token }))
  signIn(null)
  return {
    folder,
    document: join(folder, 'village.twin.json'),
    mounts: [...(tiles === undefined ? [] : [{ path: '/tiles/', folder: tiles }]), { path: '/', folder }],
    signIn,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export interface AcceptanceTown extends Town {
  readonly site: Site
  /** WebSockets that the server holds open now. */
  readonly sockets: ReadonlySet<WebSocket>
  /** What persons' profiles come by. */
  readonly postPersons: (records: readonly object[]) => Promise<unknown>
}

/** Watches every WebSocket that a server of this process accepts. */
function watchSockets(): { readonly open: ReadonlySet<WebSocket>; end(): void } {
  const ws = createRequire(new URL('../../packages/server/package.json', import.meta.url))('ws') as {
    readonly WebSocketServer: { readonly prototype: WebSocketServer }
  }
  const { prototype } = ws.WebSocketServer
  const open = new Set<WebSocket>()
  const original = prototype.handleUpgrade
  prototype.handleUpgrade = function (request, socket, head, done) {
    original.call(this, request, socket, head, (accepted, again) => {
      open.add(accepted)
      accepted.on('close', () => open.delete(accepted))
      done(accepted, again)
    })
  }
  return {
    open,
    end: () => {
      prototype.handleUpgrade = original
    },
  }
}

export async function startAcceptanceTown(given: Parameters<typeof makeSite>[0] = {}): Promise<AcceptanceTown> {
  const site = makeSite(given)
  const sockets = watchSockets()
  const town = await startTown({ port: await freePort(), document: site.document, mounts: site.mounts })
  const more: Partial<AcceptanceTown> = {
    site,
    sockets: sockets.open,
    postPersons: (records) => town.post(records, PERSON_KEY),
    close: async () => {
      await town.close()
      sockets.end()
      site.remove()
    },
  }
  return Object.create(town, Object.fromEntries(Object.entries(more).map(([name, value]) => [name, { value }]))) as AcceptanceTown
}
