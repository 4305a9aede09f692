import { defineKind } from '@twinmap/core/kind'

/** A building (楼栋): what it is for, its floors, stair units and households. */
export const building = defineKind({
  kind: 'Building',
  label: { zh: '楼栋', en: 'Building' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    use: { type: 'words', label: { zh: '用途', en: 'Use' } },
    floors: { type: 'quantity', label: { zh: '层数', en: 'Floors' }, unit: '1', range: [1, 200] },
    units: { type: 'quantity', label: { zh: '单元', en: 'Stair units' }, unit: '1', range: [0, 100] },
    households: { type: 'quantity', label: { zh: '户数', en: 'Households' }, unit: '1', range: [0, 5000] },
  },
  name: 'name',
  symbol: { shape: 'house', glyph: 'building' },
  alarms: {},
  card: ['use', 'floors', 'units', 'households'],
})
