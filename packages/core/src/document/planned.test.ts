import { expect, test } from 'vitest'
import { plannedIn } from './planned.ts'

const feed = { id: 'town', type: 'websocket', url: 'wss://town.example/live' } as const
const layer = { id: 'plots', inventory: 'https://town.example/plots.geojson' }

test('a document without planned keys has no warning', () =>
  expect(plannedIn({ feeds: [{ ...feed, actions: 'https://a.example' }], layers: [{ ...layer, style: { label: 'name' } }] })).toBeNull())

test('one warning names every planned key by its place', () => {
  expect(plannedIn({ feeds: [feed, { ...feed, history: 'h' }], layers: [] })).toMatchObject({
    code: 'document-planned',
    message: expect.stringMatching(/^feeds\[1\]\.history is planned and has no effect .* leave it out/),
  })
  expect(plannedIn({ feeds: [{ ...feed, history: 'h' }], layers: [layer, { ...layer, style: { area: 'outline' } }] })).toMatchObject({
    message: expect.stringMatching(/^feeds\[0\]\.history, layers\[1\]\.style\.area are planned and have no effect .* leave them out/),
    details: { paths: 'feeds[0].history layers[1].style.area' },
  })
})
