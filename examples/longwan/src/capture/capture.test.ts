import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CaptureProgress, type CaptureReport, DONE_FILE, makeCapture } from './capture.ts'
import { type ObjMesh, readObj } from './measure/read-obj.ts'
import { neighbours } from './mesh/adjacency.ts'
import { fitSiteToGrid, gridOrigin, SITE_ORIGIN } from './place/grid.ts'
import { CAPTURE_SIZES } from './settings.ts'

const root = mkdtempSync(join(tmpdir(), 'longwan-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Paths and hashes of what is delivered. */
function delivery(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && e.name !== DONE_FILE)
      .map((e) => join(e.parentPath, e.name))
      .sort()
      .map((p) => [p.slice(folder.length), createHash('sha256').update(readFileSync(p)).digest('hex')]),
  )
}

const small = (name: string, more: Partial<Parameters<typeof makeCapture>[0]> = {}): Promise<CaptureReport> =>
  makeCapture({ outDir: join(root, name), size: 'small', threads: 0, ...more })

let first: CaptureReport
beforeAll(async () => {
  first = await small('first')
}, 120_000)

test('a delivery has tiles, metadata and inventories, and the marker comes last', () => {
  const paths = Object.keys(delivery(join(root, 'first')))
  for (const tile of ['Tile_+000_+000', 'Tile_+001_+000'])
    for (const file of ['.obj', '.mtl', '_0.jpg']) expect(paths).toContain(`/Data/${tile}/${tile}${file}`)
  expect(paths.filter((p) => p.startsWith('/inventory/'))).toHaveLength(10)
  expect(paths.some((p) => p.includes('partial'))).toBe(false)
  expect(readFileSync(join(root, 'first/metadata.xml'), 'utf8')).toContain('<SRS>EPSG:4548</SRS>')
  expect(existsSync(join(root, 'first', DONE_FILE))).toBe(true)
})

test('a finished capture is found, not made again', async () => {
  expect(first.found).toBe(false)
  expect((await small('first')).found).toBe(true)
})

test('the mesh lies on the grid under the window, at ellipsoidal heights', () => {
  const g = fitSiteToGrid()
  const { x0, y0, x1, y1 } = CAPTURE_SIZES.small.window
  const { easting, northing } = gridOrigin()
  const mesh = readObj(join(root, 'first/Data/Tile_+000_+000/Tile_+000_+000.obj'))
  const [e, n] = [
    (x: number, y: number) => g.e0 + g.ex * x + g.ey * y - easting,
    (x: number, y: number) => g.n0 + g.nx * x + g.ny * y - northing,
  ]
  for (let i = 0; i < mesh.positions.length; i += 3) {
    const [x, y, z] = [
      mesh.positions[i]! + mesh.origin[0],
      mesh.positions[i + 1]! + mesh.origin[1],
      mesh.positions[i + 2]! + mesh.origin[2],
    ]
    expect(x).toBeGreaterThan(e(x0, y1) - 1)
    expect(x).toBeLessThan(e(x1, y0) + 1)
    expect(y).toBeGreaterThan(n(x0, y0) - 1)
    expect(y).toBeLessThan(n(x1, y1) + 1)
    expect(z).toBeGreaterThan(SITE_ORIGIN.heightEllipsoidalMeters - 4)
    expect(z).toBeLessThan(SITE_ORIGIN.heightEllipsoidalMeters + 26)
  }
})

test('neighbouring tiles meet vertex by vertex along their border', () => {
  const g = fitSiteToGrid()
  const { easting, northing } = gridOrigin()
  const det = g.ex * g.ny - g.ey * g.nx
  const { x0, x1 } = CAPTURE_SIZES.small.window
  const tiles = ['Tile_+000_+000', 'Tile_+001_+000'].map((name) => readObj(join(root, `first/Data/${name}/${name}.obj`)))
  const key = (t: ObjMesh, v: number): string => [0, 1, 2].map((k) => Math.round((t.positions[3 * v + k]! + t.origin[k]!) * 1000)).join()
  const all = tiles.map((t) => new Set(Array.from({ length: t.positions.length / 3 }, (_, v) => key(t, v))))
  for (const [i, t] of tiles.entries()) {
    const corners = Uint32Array.from(t.groups.flatMap((group) => group.positions))
    const rim = new Set<number>()
    neighbours(corners, t.positions.length / 3).forEach((n, e) => {
      if (n >= 0) return
      const v = corners[e]!
      const [e1, n1] = [t.positions[3 * v]! + t.origin[0] + easting - g.e0, t.positions[3 * v + 1]! + t.origin[1] + northing - g.n0]
      const x = (g.ny * e1 - g.ey * n1) / det
      if (Math.abs(x - (x0 + x1) / 2) < 0.8) rim.add(v)
    })
    expect(rim.size).toBeGreaterThan(60)
    const alone = [...rim].filter((v) => !all[1 - i]!.has(key(t, v)))
    expect(alone.length / rim.size).toBeLessThan(0.03) // where a speck was dropped on one side only
  }
})

test('tiles made one at a time, the last first, are the same bytes', async () => {
  await small('parts', { onlyTiles: ['Tile_+001_+000'] })
  expect(existsSync(join(root, 'parts', DONE_FILE))).toBe(false)
  await small('parts')
  expect(delivery(join(root, 'parts'))).toEqual(delivery(join(root, 'first')))
}, 120_000)

test('an interrupted capture goes on with the tiles that are missing', async () => {
  const stop = new AbortController()
  const onProgress = (p: CaptureProgress): void => {
    if (p.stage === 'tiles' && p.done === 1) stop.abort()
  }
  await expect(small('stopped', { onProgress, signal: stop.signal })).rejects.toThrow()
  expect(existsSync(join(root, 'stopped', DONE_FILE))).toBe(false)
  expect(existsSync(join(root, 'stopped/Data/Tile_+000_+000'))).toBe(true)
  writeFileSync(join(root, 'stopped/Data/Tile_+000_+000/mark'), '') // proves that the tile is kept
  const made: number[] = []
  await small('stopped', { onProgress: (p) => p.stage === 'tiles' && made.push(p.total) })
  expect(Math.max(...made)).toBe(1)
  expect(existsSync(join(root, 'stopped/Data/Tile_+000_+000/mark'))).toBe(true)
  rmSync(join(root, 'stopped/Data/Tile_+000_+000/mark'))
  expect(delivery(join(root, 'stopped'))).toEqual(delivery(join(root, 'first')))
}, 120_000)

test('a folder with somebody`s own Data is left alone', async () => {
  mkdirSync(join(root, 'own/Data'), { recursive: true })
  await expect(small('own')).rejects.toMatchObject({ code: 'option-invalid', message: expect.stringContaining('empty folder') })
  expect(existsSync(join(root, 'own/Data'))).toBe(true)
})

test('another seed clears what lies there and gives another village', async () => {
  const before = delivery(join(root, 'parts'))
  await small('parts', { seed: 8 })
  const after = delivery(join(root, 'parts'))
  expect(Object.keys(after).some((p) => before[p] !== undefined && before[p] !== after[p])).toBe(true)
  expect(after['/Data/Tile_+000_+000/Tile_+000_+000.obj']).not.toBe(before['/Data/Tile_+000_+000/Tile_+000_+000.obj'])
}, 120_000)
