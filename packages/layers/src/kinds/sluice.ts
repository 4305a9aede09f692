import { defineKind } from '@twinmap/core/kind'

/** A sluice (水闸): its gates, how far they are open, and the water on both sides, metres above its sill. */
export const sluice = defineKind({
  kind: 'SluiceGate',
  label: { zh: '水闸', en: 'Sluice' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    gates: { type: 'quantity', label: { zh: '闸孔', en: 'Gates' }, unit: '1', range: [1, 100] },
    opening: { type: 'quantity', label: { zh: '开度', en: 'Opening' }, unit: '%', range: [0, 100] },
    levelInside: { type: 'quantity', label: { zh: '闸内水位', en: 'Water level inside' }, unit: 'm', range: [0, 20], digits: 2 },
    levelOutside: { type: 'quantity', label: { zh: '闸外水位', en: 'Water level outside' }, unit: 'm', range: [0, 20], digits: 2 },
  },
  name: 'name',
  symbol: { shape: 'square', glyph: 'sluice' },
  alarms: {},
  card: ['opening', 'levelInside', 'levelOutside', 'gates'],
})
