import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { redactionFor } from '@twinmap/core/internal/record/redact'
import { person, streetlight, wristband } from '@twinmap/layers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkConfig } from '../config.ts'
import { startTown, type Town, twinDocument } from '../testing/town.ts'
import { cutFeature, readInventories } from './inventory.ts'

const KINDS = new Map<string, AnyKind>([person, wristband, streetlight].map((kind) => [kind.kind, kind]))
const folder = mkdtempSync(join(tmpdir(), 'twinmap-inventory-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const feature = (id: string, properties: object, more: object = {}) => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [117.83, 37.25, 7] },
  properties,
  ...more,
})
const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', name: 'secret-of-the-collection', features })
const write = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
mkdirSync(join(folder, 'open'))
const persons = write('persons.geojson', collection(feature('P-1', { name: '张桂兰', ageYears: 81, systolicHigh: 150, undeclared: 'x' })))
const layers = (inventory: string, kind: string | null = 'Person') =>
  twinDocument({ layers: [{ id: 'people', ...(kind !== null && { kind }), inventory }] })

describe('a feature', () => {
  const cut = (role: Parameters<typeof redactionFor>[0], raw: object, kind: AnyKind = person) =>
    cutFeature(raw, kind, redactionFor(role, KINDS)) as { readonly properties: object } | null

  test('has the declared properties that a role sees, its place and its id, and nothing else', () => {
    const raw = feature('P-1', { name: '张桂兰', systolicHigh: 150, undeclared: 'x', address: null }, { bbox: [1, 2], note: 'x' })
    expect(cut('grid', raw)).toEqual(feature('P-1', { name: '张桂兰' }))
    expect(cut('care', raw)).toEqual(feature('P-1', { name: '张桂兰', systolicHigh: 150 }))
    expect(cut('public', raw)).toBeNull()
  })

  test('may have its id among its properties, or a number as its id', () => {
    expect(cut('public', { geometry: null, properties: { id: 7, power: 60 } }, streetlight)).toMatchObject({
      id: 7,
      properties: { power: 60 },
    })
    expect(cut('public', feature('', { power: 60 }, { id: undefined }), streetlight)).toBeNull()
  })

  test('of which nothing is visible is not there', () => {
    expect(cut('grid', feature('P-1', { systolicHigh: 150 }, { geometry: null }))).toBeNull()
    expect(cut('care', feature('P-1', { systolicHigh: 150 }, { geometry: null }))).not.toBeNull()
  })

  test('carries no more in its place than numbers', () => {
    const place = (geometry: unknown) =>
      (cut('care', feature('P-1', { name: 'x' }, { geometry })) as { geometry?: unknown } | null)?.geometry
    const ring = {
      type: 'Polygon',
      coordinates: [
        [
          [1, 2],
          [3, 4],
          [1, 2],
        ],
      ],
    }
    expect(place({ ...ring, owner: 'x' })).toEqual(ring)
    for (const odd of [{ type: 'Point', coordinates: ['x', 2] }, { type: 'Point', coordinates: [[[[[1]]]]] }, { type: 'Point' }, 'x'])
      expect(place(odd)).toBeNull()
  })
})

describe('a configuration', () => {
  const read = (document: string | undefined, more: object) => {
    const viewers = { publicKey: { kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', x: 'x' } }
    return readInventories(
      checkConfig({ database: 'x', viewers, ...(document !== undefined && { document: write('twin.json', document) }), ...more }),
      KINDS,
    )
  }
  const mounts = [{ path: '/files/', folder: join(folder, 'open') }]
  const own = [{ layer: 'people', file: persons }]

  test('names the file of a layer that asks for it', () =>
    expect(read(layers('inventory/people'), { inventories: own, mounts }).get('people')).toMatchObject({ layer: 'people', kind: person }))

  test.each([
    [
      'a layer that is not there',
      layers('inventory/people'),
      { inventories: [{ layer: 'others', file: persons }] },
      /the document has no such layer/,
    ],
    ['no document', undefined, { inventories: own }, /the document has no such layer/],
    ['a layer without a kind', layers('inventory/people', null), { inventories: own }, /has no kind/],
    ['a layer that asks elsewhere', layers('files/people.geojson'), { inventories: own }, /write "inventory": "inventory\/people"/],
    ['two files of one layer', layers('inventory/people'), { inventories: [...own, ...own] }, /has an inventory already/],
    [
      'a file that is not there',
      layers('inventory/people'),
      { inventories: [{ layer: 'people', file: join(folder, 'none') }] },
      /cannot be served/,
    ],
    [
      'a file that is none',
      layers('inventory/people'),
      { inventories: [{ layer: 'people', file: write('odd.json', '{}') }] },
      /no GeoJSON FeatureCollection/,
    ],
    [
      'a mount above the file',
      layers('inventory/people'),
      { inventories: own, mounts: [{ path: '/', folder }] },
      /the mount \/ serves to everybody/,
    ],
    [
      'a layer of persons in a mount',
      layers('files/people.geojson'),
      { mounts },
      /shows Person, which is not for everybody, from \/files\/people\.geojson/,
    ],
  ])('with %s is refused in words', (_, document, more, words) => {
    expect(() => read(document, more)).toThrow(expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(words) }))
  })

  test('is refused however links lead into a mount', () => {
    symlinkSync(join(folder, 'open'), join(folder, 'link'))
    const inside = write('open/persons.geojson', collection())
    const asked = { inventories: [{ layer: 'people', file: join(folder, 'link', 'persons.geojson') }], mounts }
    expect(() => read(layers('inventory/people'), asked)).toThrow(/serves to everybody/)
    const mounted = { inventories: [{ layer: 'people', file: inside }], mounts: [{ path: '/files/', folder: join(folder, 'link') }] }
    expect(() => read(layers('inventory/people'), mounted)).toThrow(/serves to everybody/)
  })

  test('may show from a mount what is for everybody, and ask another server for what is not', () => {
    expect(read(layers('files/lights.geojson', 'Streetlight'), { mounts }).size).toBe(0)
    expect(read(layers('https://portal.example/files/people.geojson'), { mounts }).size).toBe(0)
  })
})

describe('a server', () => {
  let town: Town
  let file: string
  const reported: unknown[] = []
  beforeAll(async () => {
    file = write('served.geojson', collection(feature('P-1', { name: '张桂兰', systolicHigh: 150 })))
    const document = write('served.twin.json', layers('inventory/people'))
    town = await startTown({ document, inventories: [{ layer: 'people', file }] }, { report: (error) => reported.push(error) })
  })
  afterAll(() => town.close())
  const ask = async (role: Parameters<Town['token']>[0] | null, layer = 'people') => {
    const headers = role === null ? {} : { Authorization: `Bearer ${await town.token(role)}` }
    const answer = await fetch(`${town.url}inventory/${layer}`, { headers })
    return {
      status: answer.status,
      cache: answer.headers.get('cache-control'),
      body: (await answer.json()) as { features?: object[]; error?: object },
    }
  }

  test('cuts by role, keeps nothing on the way, and writes down who asked', async () => {
    expect(await ask('grid')).toEqual({
      status: 200,
      cache: 'no-store',
      body: { type: 'FeatureCollection', features: [feature('P-1', { name: '张桂兰' })] },
    })
    expect((await ask('care')).body.features).toEqual([feature('P-1', { name: '张桂兰', systolicHigh: 150 })])
    const audited = (await town.store.audited()).filter(({ what }) => what === 'inventory')
    expect(audited.map(({ role, kinds, subject }) => [role, kinds, subject])).toEqual([
      ['grid', ['Person'], 'people'],
      ['care', ['Person'], 'people'],
    ])
  })

  test('does not tell a role that may not know of the kind from a layer that is not there', async () => {
    const shapeOf = ({ status, body }: Awaited<ReturnType<typeof ask>>, layer: string) => [
      status,
      JSON.stringify(body).replaceAll(layer, '…'),
    ]
    expect(shapeOf(await ask('public'), 'people')).toEqual(shapeOf(await ask('public', 'none'), 'none'))
    expect((await ask('public')).status).toBe(404)
    expect((await ask(null)).status).toBe(401)
  })

  test('serves what the file holds now, and says nothing of why it cannot be read', async () => {
    writeFileSync(file, collection(feature('P-2', { name: '李' })))
    utimesSync(file, new Date(), new Date(Date.now() + 5_000))
    expect((await ask('grid')).body.features).toEqual([feature('P-2', { name: '李' })])
    writeFileSync(file, '{"half')
    expect(await ask('grid')).toMatchObject({ status: 500, body: { error: { code: 'internal' } } })
    expect(reported).toMatchObject([{ name: 'SyntaxError' }])
    writeFileSync(file, collection())
    expect((await ask('grid')).body.features).toEqual([])
  })
})
