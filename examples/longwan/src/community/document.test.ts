// The documents that `npm start` serves, held against the kinds and the inventories that the capture writes.
import { readFileSync } from 'node:fs'
import { readDocument, type TwinDocument } from '@twinmap/core/document'
import { KINDS } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { SITE_ORIGIN } from '../capture/place/grid.ts'
import { makePlan } from '../capture/scene/plan.ts'
import { CAPTURE_SIZES } from '../capture/settings.ts'
import { makeInventories } from '../capture/write/inventory.ts'

const read = (name: string): TwinDocument =>
  readDocument(JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')), `http://twin/${name}`)
const community = read('longwan.twin.json')
const settlement = read('settlement.twin.json')
const inventories = makeInventories(makePlan(7), CAPTURE_SIZES.full.window)
const kinds = new Map(KINDS.map((kind) => [kind.kind, kind]))

test('both stand on one origin, which is that of the capture', () => {
  expect(community.origin).toMatchObject(SITE_ORIGIN)
  expect(settlement.origin).toEqual(community.origin)
})

test('the mesh says its heights, its day and its source', () => {
  expect(community.tilesets).toEqual([
    expect.objectContaining({ heights: 'http://twin/community/heights.json', captured: '2026-10-18', source: expect.anything() }),
  ])
})

test('every inventory of the capture is a layer, of the kind that its features name, and every layer a file', () => {
  const shown = community.layers.flatMap(({ inventory, kind }) => (inventory === undefined ? [] : [[inventory.split('/').at(-1), kind]]))
  const made = Object.entries(inventories).map(([name, { features }]) => [`${name}.geojson`, features[0]!.properties['kind']])
  expect(shown.sort()).toEqual(made.sort())
})

test('what an inventory says is what its kind declares, within its range', () => {
  for (const { features } of Object.values(inventories))
    for (const { id, properties } of features) {
      const { fields } = kinds.get(String(properties['kind']))!
      for (const [name, value] of Object.entries(properties)) {
        const field = fields[name]
        // Who lives in a house is in the list, masked, and on no card.
        if (name === 'id' || name === 'kind' || name === 'owner') continue
        expect([id, name, field?.type]).toEqual([id, name, typeof value === 'number' ? 'quantity' : 'words'])
        if (field?.type !== 'quantity') continue
        expect([id, name, (value as number) >= field.range[0] && (value as number) <= field.range[1]]).toEqual([id, name, true])
      }
    }
})

test('only facilities that a stranger looks for are labelled, and the many small things are off at first', () => {
  expect(community.layers.filter(({ style }) => style?.label !== undefined).map(({ kind }) => kind)).toEqual([
    'ServiceCentre',
    'SluiceGate',
  ])
  expect(community.layers.filter(({ visible }) => visible === false).map(({ id }) => id)).toEqual(['parking-bays', 'fields', 'grids'])
})

test('nobody is told more of a person than the masked name', () => {
  const phones = JSON.stringify(inventories).match(/"phone":"[^"]*"/g)!
  for (const phone of phones) expect(phone).toContain('****')
})
