// `node examples/longwan/dist/community/measure/settled.js [.twinmap]`: how near lights and covers stand to the mesh, as the live
// worker settles them. It runs that worker's own host on the community's files; nothing of its law is repeated here.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDocument, type TwinDocument } from '@twinmap/core/document'
import { geodeticToEcef, WGS84 } from '@twinmap/core/geo'
import { realTimers } from '@twinmap/core/internal/feeds/within-silence'
import { liveClock } from '@twinmap/core/internal/live/clock'
import type { Settled } from '@twinmap/core/internal/live/settle'
import { createHost } from '@twinmap/core/internal/worker/host'
import { openHeights } from '@twinmap/core/internal/worker/open-heights'
import { KINDS } from '@twinmap/layers'
import type { FeatureCollection } from '../../capture/write/inventory.ts'
import { communityPlaces } from '../where.ts'
import { readFinestMesh } from './finest-mesh.ts'
import { lowestGentle } from './lowest-gentle.ts'

export interface SettledThing {
  readonly id: string
  readonly kind: string
  readonly settled: Settled | null
  /** Height where the worker sets it, less that of the lowest gentle triangle there; NaN where there is none. */
  readonly offMeters: number
}

export const HELD_METERS = 0.2
/** What must stand on the ground: issue 12. */
export const HELD_KINDS: readonly string[] = ['Streetlight', 'Manhole']
const BASE = 'http://community.invalid/'

/** Every light and cover of the community that is kept in `kept`. `doc` is what `npm start` serves. */
export async function measureSettled(kept: string, doc: unknown): Promise<SettledThing[]> {
  const places = communityPlaces(kept)
  const fileAt = (url: string) => {
    const path = url.slice(BASE.length)
    return join(path.startsWith('inventory/') ? places.capture : join(places.tiles, '..'), path)
  }
  const fetch = async (url: string) => new Response(await readFile(fileAt(url)))
  const read = readDocument(doc, `${BASE}twin.json`)
  const standing: TwinDocument = { ...read, feeds: [], layers: read.layers.filter(({ kind }) => HELD_KINDS.includes(kind ?? '')) }
  const faults: unknown[] = []
  const counted = new Map<string, number>()
  const host = createHost({
    post: (message) => {
      if (message.type === 'error') faults.push(message.error)
      if (message.type === 'health') for (const { id, count } of message.health.layers) counted.set(id, count)
    },
    nowMs: Date.now,
    timers: realTimers,
    net: { fetch, sleep: async () => undefined, random: () => 0 },
    sockets: { open: () => Promise.reject(new Error('there is no feed here')) as never, nowMs: Date.now },
    random: () => 0,
    kinds: KINDS,
    openHeights,
  })
  const layers = standing.layers.map(({ feed: _, ...layer }) => layer)
  await host.calls.open({ doc: { ...standing, layers }, base: BASE, locale: 'zh', clock: liveClock(Date.now(), 0) })
  const things: { id: string; kind: string }[] = []
  for (const { inventory, kind } of layers) {
    const { features } = JSON.parse(await readFile(fileAt(inventory!), 'utf8')) as FeatureCollection
    for (const { id } of features) things.push({ id, kind: kind! })
  }
  while (faults.length === 0 && [...counted.values()].reduce((sum, count) => sum + count, 0) < things.length)
    await new Promise((resolve) => setTimeout(resolve, 20))
  if (faults.length > 0) throw new Error(`the worker tells a fault: ${JSON.stringify(faults[0])}`)
  const described = await Promise.all(things.map((thing) => host.calls.describe(thing)))
  await host.calls.close()
  const { corners, toEcef: m } = await readFinestMesh(join(places.tiles, 'tileset.json'))
  const local = described.map(({ location, settled }) => {
    const [longitude, latitude] = location!
    const { heightEllipsoidalMeters } = settled!
    const ecef = geodeticToEcef({ longitude, latitude, heightEllipsoidalMeters }, WGS84)
    const d = ecef.map((value, k) => value - m[12 + k]!)
    return [0, 4, 8].map((column) => d[0]! * m[column]! + d[1]! * m[column + 1]! + d[2]! * m[column + 2]!)
  })
  const lowest = lowestGentle(
    corners,
    local.map(([x, y]) => [x!, y!]),
  )
  return described.map(({ id, kind, settled }, i) => ({
    id,
    kind,
    settled,
    offMeters: Number.isFinite(lowest[i]!) ? local[i]![2]! - lowest[i]! : Number.NaN,
  }))
}

/** The share that stands within 0.2 m; what has no gentle triangle near it does not. */
export const heldShare = (things: readonly SettledThing[]): number =>
  things.filter(({ offMeters }) => Math.abs(offMeters) <= HELD_METERS).length / things.length

if (process.argv[1]?.endsWith('settled.js')) {
  const doc = JSON.parse(await readFile(new URL('../../../longwan.twin.json', import.meta.url), 'utf8'))
  const things = await measureSettled(process.argv[2] ?? '.twinmap', doc)
  for (const kind of HELD_KINDS) {
    const of = things.filter((thing) => thing.kind === kind)
    const off = of.map(({ offMeters }) => Math.abs(offMeters)).sort((a, b) => a - b)
    console.log(
      `${kind}: ${of.length}, ${(100 * heldShare(of)).toFixed(1)} % within ${HELD_METERS} m; median ${off[off.length >> 1]?.toFixed(3)} m, most ${off.at(-1)?.toFixed(3)} m`,
    )
  }
  const methods = [...new Set(things.map(({ settled }) => settled?.method ?? 'none'))]
  console.log(
    methods.map((method) => `${method}: ${things.filter(({ settled }) => (settled?.method ?? 'none') === method).length}`).join(', '),
  )
  for (const { id, kind, offMeters, settled } of things.filter((t) => !(Math.abs(t.offMeters) <= HELD_METERS)))
    console.log(`  off: ${kind} ${id} ${offMeters.toFixed(3)} m (${settled?.method}, ±${settled?.errorMeters?.toFixed(3)} m)`)
  console.log(`both: ${(100 * heldShare(things)).toFixed(2)} % of ${things.length}`)
}
