import { defineKind } from '@twinmap/core/kind'

/** A street light (路灯). Its lamp is known only where a controller reports it; a list of poles alone raises no alarm. */
export const streetlight = defineKind({
  kind: 'Streetlight',
  label: { zh: '路灯', en: 'Streetlight' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    road: { type: 'words', label: { zh: '道路', en: 'Road' } },
    poleHeightMeters: { type: 'quantity', label: { zh: '杆高', en: 'Pole height' }, unit: 'm', range: [2, 40], digits: 1 },
    lamp: {
      type: 'choice',
      label: { zh: '灯', en: 'Lamp' },
      values: { on: { zh: '亮', en: 'on' }, off: { zh: '灭', en: 'off' }, fault: { zh: '故障', en: 'fault' } },
    },
    power: { type: 'quantity', label: { zh: '功率', en: 'Power' }, unit: 'W', range: [0, 2000] },
  },
  name: 'name',
  symbol: { shape: 'capsule', glyph: 'streetlight', state: { field: 'lamp', tone: { on: 'active', off: 'calm', fault: 'off' } } },
  alarms: {
    fault: {
      when: { op: 'is', field: 'lamp', value: 'fault' },
      priority: 3,
      category: 'facility',
      onDelayMs: 60_000, // a controller that restarts says "fault" for some seconds
      text: { zh: '路灯故障', en: 'Streetlight fault' },
    },
  },
  card: ['lamp', 'power', 'road', 'poleHeightMeters'],
})
