import { defineKind } from '@twinmap/core/kind'

/** Where residents are served (党群服务中心): a facility that a stranger looks for, so it is labelled. */
export const serviceCentre = defineKind({
  kind: 'ServiceCentre',
  label: { zh: '服务中心', en: 'Service centre' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    phone: { type: 'words', label: { zh: '电话', en: 'Phone' } },
    floors: { type: 'quantity', label: { zh: '层数', en: 'Floors' }, unit: '1', range: [1, 200] },
  },
  name: 'name',
  symbol: { shape: 'house', glyph: 'facility' },
  alarms: {},
  card: ['phone', 'floors'],
})
