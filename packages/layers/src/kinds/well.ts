import { defineKind } from '@twinmap/core/kind'

/** A driven well that waters fields (机井). Somebody may fall into an open one. */
export const well = defineKind({
  kind: 'Well',
  label: { zh: '机井', en: 'Well' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    depthMeters: { type: 'quantity', label: { zh: '井深', en: 'Depth' }, unit: 'm', range: [0, 1000] },
    cover: {
      type: 'choice',
      label: { zh: '井盖', en: 'Cover' },
      values: { closed: { zh: '盖好', en: 'in place' }, open: { zh: '移开', en: 'off' } },
    },
    pump: {
      type: 'choice',
      label: { zh: '水泵', en: 'Pump' },
      values: { running: { zh: '运行', en: 'running' }, stopped: { zh: '停止', en: 'stopped' } },
    },
    waterDepthMeters: { type: 'quantity', label: { zh: '水面埋深', en: 'Depth to water' }, unit: 'm', range: [0, 300], digits: 1 },
  },
  name: 'name',
  symbol: { shape: 'square', glyph: 'well', state: { field: 'pump', tone: { running: 'active', stopped: 'calm' } } },
  alarms: {
    coverOff: {
      when: { op: 'is', field: 'cover', value: 'open' },
      priority: 2,
      category: 'safety',
      onDelayMs: 3_000,
      text: { zh: '井盖移开', en: 'Well cover off' },
    },
  },
  card: ['cover', 'pump', 'waterDepthMeters', 'depthMeters'],
})
