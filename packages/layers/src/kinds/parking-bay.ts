import { defineKind } from '@twinmap/core/kind'

/** One parking bay (车位), free or taken where a sensor says so. */
export const parkingBay = defineKind({
  kind: 'ParkingSpot',
  label: { zh: '停车位', en: 'Parking bay' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    status: {
      type: 'choice',
      label: { zh: '占用', en: 'Status' },
      values: { free: { zh: '空闲', en: 'free' }, occupied: { zh: '占用', en: 'taken' } },
    },
  },
  name: 'name',
  symbol: { shape: 'square', glyph: 'parking', state: { field: 'status', tone: { free: 'calm', occupied: 'active' } } },
  alarms: {},
  card: ['status'],
})
