import { defineKind } from '@twinmap/core/kind'

/** A camera of the public video network (摄像头). `nationalId` is its 20-digit GB/T 28181 id; pictures come from a gateway, never through the twin. */
export const camera = defineKind({
  kind: 'Camera',
  label: { zh: '摄像头', en: 'Camera' },
  fields: {
    name: { type: 'words', label: { zh: '名称', en: 'Name' } },
    nationalId: { type: 'words', label: { zh: '国标编号', en: 'National id' } },
    online: {
      type: 'choice',
      label: { zh: '在线', en: 'Online' },
      values: { yes: { zh: '在线', en: 'online' }, no: { zh: '离线', en: 'offline' } },
    },
    headingDeg: { type: 'quantity', label: { zh: '朝向', en: 'Heading' }, unit: 'deg', range: [0, 360] },
    mountHeightMeters: { type: 'quantity', label: { zh: '安装高度', en: 'Mount height' }, unit: 'm', range: [0, 100], digits: 1 },
  },
  name: 'name',
  heading: 'headingDeg',
  symbol: { shape: 'wedge', glyph: 'camera', state: { field: 'online', tone: { yes: 'calm', no: 'off' } } },
  alarms: {
    offline: {
      when: { op: 'is', field: 'online', value: 'no' },
      priority: 4,
      category: 'device',
      onDelayMs: 300_000, // a camera restarts in under 3 minutes
      text: { zh: '摄像头离线', en: 'Camera offline' },
    },
  },
  card: ['online', 'nationalId', 'headingDeg', 'mountHeightMeters'],
})
