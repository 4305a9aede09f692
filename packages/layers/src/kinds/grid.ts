import { defineKind } from '@twinmap/core/kind'

/** A cell of grid management (网格), and its officer, whose name and number the list gives masked. */
export const grid = defineKind({
  kind: 'GridCell',
  label: { zh: '网格', en: 'Grid cell' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    officer: { type: 'words', label: { zh: '网格员', en: 'Officer' } },
    phone: { type: 'words', label: { zh: '电话', en: 'Phone' } },
  },
  name: 'name',
  symbol: { shape: 'sheet', glyph: 'grid' },
  alarms: {},
  card: ['officer', 'phone'],
})
