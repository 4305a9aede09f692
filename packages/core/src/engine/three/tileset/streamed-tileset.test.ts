import { PerspectiveCamera } from 'three'
import { expect, test, vi } from 'vitest'
import type { TwinError } from '../../../error/twin-error.ts'
import { readTilesetJson } from '../../../tiles/tileset-json.ts'
import type { LiveTileset } from './live-tile.ts'
import { DEEPEST_NESTING } from './nesting.ts'
import { StreamedTileset, type StreamPorts } from './streamed-tileset.ts'

const ROOT = 'https://town.example/tiles/tileset.json'
const holding = (...uris: string[]) => ({
  asset: { version: '1.1' },
  geometricError: 500,
  root: {
    boundingVolume: { sphere: [0, 0, 0, 100] },
    geometricError: 500,
    refine: 'ADD',
    children: uris.map((uri) => ({ boundingVolume: { sphere: [0, 0, 0, 100] }, geometricError: 500, content: { uri } })),
  },
})

// 3d-tiles-renderer schedules by drawn frames, also what it does after the last one.
vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 0))
vi.stubGlobal('cancelAnimationFrame', (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer))

/** Streams from files until nothing comes any more, for a camera that sees all of it. */
async function stream(file: (url: string) => object) {
  const fetched: string[] = []
  const failed: TwinError[] = []
  const ports = {
    invalidate: () => undefined,
    onFailed: (error) => failed.push(error),
    onNote: () => undefined,
    fetchBytes: async (url) => {
      fetched.push(url)
      return new TextEncoder().encode(JSON.stringify(file(url))).buffer as ArrayBuffer
    },
  } satisfies Partial<StreamPorts> as unknown as StreamPorts
  const tiles = new StreamedTileset(ROOT, readTilesetJson(file(ROOT), ROOT) as LiveTileset, ports)
  const camera = new PerspectiveCamera(60, 1, 1, 1000)
  camera.position.set(0, 0, 150)
  camera.updateMatrixWorld()
  tiles.setCamera(camera)
  tiles.setResolution(camera, 500, 500)
  const { stats } = tiles.inner
  for (let turn = 0, idle = 0; turn < 2000 && idle < 10; turn++) {
    tiles.update()
    await new Promise((resolve) => setTimeout(resolve, 1))
    idle = stats.queued + stats.downloading + stats.parsing === 0 ? idle + 1 : 0
  }
  tiles.dispose()
  return { fetched, failed, stats, count: tiles.failed }
}

test('a tileset that names itself as content is told once by file, and its sisters come', async () => {
  const files: Record<string, object> = {
    [ROOT]: holding('tileset.json', 'sister.json'),
    'https://town.example/tiles/sister.json': holding(),
  }
  const { fetched, failed, stats, count } = await stream((url) => files[url]!)
  expect(fetched).toEqual(['https://town.example/tiles/sister.json'])
  expect(failed.map(({ code, message }) => [code, message])).toEqual([
    [
      'tileset-invalid',
      'https://town.example/tiles/tileset.json: content https://town.example/tiles/tileset.json is a tileset that this one lies in; name a file below it',
    ],
  ])
  expect([stats.queued + stats.downloading + stats.parsing, count]).toEqual([0, 0])
})

test('so is one that names itself through another, with or without a query', async () => {
  const folder = 'https://town.example/tiles/'
  const files: Record<string, object> = {
    'tileset.json': holding('a/b.json'),
    'a/b.json': holding('../tileset.json?token=x', 'b.json'),
  }
  const { fetched, failed } = await stream((url) => files[url.slice(folder.length).replace(/\?.*/, '')]!)
  // With a query it might answer otherwise, so it is asked once more, with what it names, and then no more.
  expect(fetched.map((url) => url.slice(folder.length))).toEqual(['a/b.json', 'tileset.json?token=x', 'a/b.json?token=x'])
  expect(new Set(failed.map(({ details }) => String(details['named']).slice(folder.length)))).toEqual(new Set(['a/b.json', 'tileset.json']))
  expect(JSON.stringify(failed.map(({ message, details }) => [message, details]))).not.toContain('token')
})

test('a chain of tilesets without an end has one, and a deep one comes whole', async () => {
  const next = (url: string) => Number(/(\d+)\.json/.exec(url)?.[1] ?? 0) + 1
  const endless = await stream((url) => holding(`${next(url)}.json`))
  expect(endless.fetched.length).toBe(DEEPEST_NESTING)
  expect(endless.failed).toMatchObject([{ code: 'tileset-invalid' }])
  const deep = await stream((url) => (next(url) > 40 ? holding() : holding(`${next(url)}.json`)))
  expect([deep.fetched.length, deep.failed.length]).toEqual([40, 0])
})
