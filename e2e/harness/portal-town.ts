// A whole town for tests of the page: the real server with the demo's page, the real script-tag bundle, and one flat tile.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { samplePlaneGlb } from '../../packages/core/src/tiles/sample-tile.ts'
import { startTown, type Town } from '../../packages/server/src/testing/town.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const BUNDLE = join(ROOT, 'packages/viewer/bundle')

/** Why a test of the bundle must be skipped; undefined where it is there. */
export const bundleMissing = (): string | undefined =>
  existsSync(join(BUNDLE, 'twin-viewer.js')) ? undefined : 'the script-tag bundle is missing: npm run build'

export const ORIGIN = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const

export const VILLAGE = {
  twin: 1,
  name: { zh: '龙湾社区', en: 'Longwan community' },
  timeZone: 'Asia/Shanghai',
  origin: ORIGIN,
  tilesets: [
    {
      id: 'mesh',
      url: 'tiles/tileset.json',
      at: 'origin',
      captured: '2026-10-18',
      source: { zh: '模拟航拍', en: 'simulated drone capture' },
    },
  ],
  feeds: [{ id: 'town', type: 'websocket', url: 'live', actions: 'actions' }],
  layers: [{ id: 'wristbands', kind: 'Wristband', feed: 'town' }],
  views: [
    {
      id: 'home',
      name: { zh: '全景', en: 'Overview' },
      longitude: 117.83,
      latitude: 37.249,
      heightEllipsoidalMeters: 120,
      headingDeg: 0,
      pitchDeg: -45,
    },
  ],
}

/** A tileset of one tile, 400 m square about the origin. */
export const oneTile = (uri: string): string =>
  JSON.stringify({
    asset: { version: '1.1' },
    geometricError: 100,
    root: {
      boundingVolume: { box: [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 1] },
      geometricError: 0,
      refine: 'REPLACE',
      content: { uri },
    },
  })

export interface PortalTown extends Town {
  /** A file beside the page, in folders that are made where they lack. */
  write(name: string, content: string | Uint8Array): void
}

/** `page.html` of `files` is served at /page.html; the viewer's bundle at /viewer/. */
export async function startPortalTown(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<PortalTown> {
  const site = mkdtempSync(join(tmpdir(), 'twinmap-site-'))
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(site, name)), { recursive: true })
    writeFileSync(join(site, name), content)
  }
  write('tiles/ground.glb', samplePlaneGlb({ sizeMeters: 400, color: [0.2, 0.5, 0.25, 1] }))
  write('tiles/tileset.json', oneTile('ground.glb'))
  write('village.twin.json', JSON.stringify(VILLAGE))
  for (const [name, content] of Object.entries(files)) write(name, content)
  const town = await startTown({
    document: join(site, 'village.twin.json'),
    mounts: [
      { path: '/viewer/', folder: BUNDLE },
      { path: '/', folder: site },
    ],
  })
  return Object.create(town, {
    write: { value: write },
    close: {
      value: async () => {
        await town.close()
        rmSync(site, { recursive: true, force: true })
      },
    },
  }) as PortalTown
}
