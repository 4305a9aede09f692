import { wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { doc, NOW_MS } from '../../test/fake-twin.ts'
import { layerRows } from './layer-rows.ts'

const layers = [{ id: 'wristbands', kind: wristband, visible: true }]
const health = (count: number, heardMs: number | null) => ({
  feeds: [],
  layers: [{ id: 'wristbands', count, fresh: count, late: 0, stale: 0, heardMs }],
  clockOffsetMs: 0,
})

test('shows how many there are and when one was last heard', () =>
  expect(layerRows(layers, doc, health(1612, NOW_MS - 24_000), new Map(), 'zh', NOW_MS)[0]!.facts).toBe('1,612 · 24 秒'))
test('says just now of what was heard within seconds', () =>
  expect(layerRows(layers, doc, health(7, NOW_MS - 900), new Map(), 'zh', NOW_MS)[0]!.facts).toBe('7 · 刚刚'))
test('shows no age of what has no time', () => expect(layerRows(layers, doc, health(7, null), new Map(), 'zh', NOW_MS)[0]!.facts).toBe('7'))
test('shows a dash until the count is known, never zero', () =>
  expect(layerRows(layers, doc, null, new Map(), 'zh', NOW_MS)[0]!.facts).toBe('—'))
test('takes the name of the document before that of the kind', () => {
  expect(layerRows(layers, doc, null, new Map(), 'en', NOW_MS)[0]!.name).toBe('Wristband')
  const named = { ...doc, layers: [{ ...doc.layers[0]!, name: { zh: '老人', en: 'Elders' } }] }
  expect(layerRows(layers, named, null, new Map(), 'en', NOW_MS)[0]!.name).toBe('Elders')
})
test('keeps what the reader ticked before what the document says', () =>
  expect(layerRows(layers, doc, null, new Map([['wristbands', false]]), 'zh', NOW_MS)[0]!.visible).toBe(false))
