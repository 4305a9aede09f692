import { defineKind } from '@twinmap/core/kind'

/** A field (地块): what grows on it, and how wet its soil is where a probe stands in it. Area in mu, 1/15 hectare. */
export const field = defineKind({
  kind: 'AgriParcel',
  label: { zh: '农田', en: 'Field' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    crop: { type: 'words', label: { zh: '作物', en: 'Crop' } },
    areaMu: { type: 'quantity', label: { zh: '面积', en: 'Area' }, unit: '[mu_i]', range: [0, 100_000], digits: 1 },
    soilMoisture: { type: 'quantity', label: { zh: '土壤湿度', en: 'Soil moisture' }, unit: '%', range: [0, 100] },
  },
  name: 'name',
  symbol: { shape: 'sheet', glyph: 'field' },
  alarms: {},
  card: ['crop', 'areaMu', 'soilMoisture'],
})
