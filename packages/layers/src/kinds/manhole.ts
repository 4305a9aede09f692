import { defineKind } from '@twinmap/core/kind'

/** A manhole (窨井): whether its cover lies in place, and how high the water stands in it. */
export const manhole = defineKind({
  kind: 'Manhole',
  label: { zh: '窨井', en: 'Manhole' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    use: { type: 'words', label: { zh: '用途', en: 'Use' } },
    cover: {
      type: 'choice',
      label: { zh: '井盖', en: 'Cover' },
      values: { closed: { zh: '盖好', en: 'in place' }, open: { zh: '移开', en: 'moved' } },
    },
    waterLevel: { type: 'quantity', label: { zh: '水位', en: 'Water level' }, unit: 'm', range: [0, 6], digits: 2 },
    battery: { type: 'quantity', label: { zh: '电量', en: 'Battery' }, unit: '%', range: [0, 100] },
  },
  name: 'name',
  symbol: { shape: 'square', glyph: 'manhole', state: { field: 'cover', tone: { closed: 'calm', open: 'active' } } },
  alarms: {
    coverMoved: {
      when: { op: 'is', field: 'cover', value: 'open' },
      priority: 2,
      category: 'safety',
      onDelayMs: 3_000, // a passing wheel opens the switch for under 2 s
      text: { zh: '井盖移位', en: 'Cover moved' },
    },
    flooding: {
      when: { op: 'above', field: 'waterLevel', limit: 4.5, deadband: 0.3 },
      priority: 2,
      category: 'safety',
      onDelayMs: 60_000,
      text: { zh: '水位过高', en: 'Water level high' },
    },
    batteryLow: {
      when: { op: 'atMost', field: 'battery', limit: 15, deadband: 10 },
      priority: 4,
      category: 'device',
      text: { zh: '井盖传感器低电', en: 'Cover sensor battery low' },
    },
  },
  card: ['cover', 'waterLevel', 'use', 'battery'],
})
