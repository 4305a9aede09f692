// Two kinds that only the bench declares; the others are the shipped ones.
import { defineKind } from '@twinmap/core/kind'

/** Something that moves at a record each second, without data of persons, so that every role is told the same bytes. */
export const mover = defineKind({
  kind: 'Mover',
  label: { zh: '移动物', en: 'Mover' },
  fields: {
    heading: { type: 'quantity', label: { zh: '朝向', en: 'Heading' }, unit: 'deg', range: [0, 360] },
    speed: { type: 'quantity', label: { zh: '速度', en: 'Speed' }, unit: 'm/s', range: [0, 60] },
    battery: { type: 'quantity', label: { zh: '电量', en: 'Battery' }, unit: '%', range: [0, 100] },
  },
  everyMs: 1000,
  heading: 'heading',
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {
    batteryLow: {
      when: { op: 'atMost', field: 'battery', limit: 15, deadband: 10 },
      priority: 4,
      category: 'device',
      text: { zh: '低电', en: 'Battery low' },
    },
  },
  card: ['speed', 'battery'],
})

/** A wristband that tells its heart rate each second, with a rule that waits 10 minutes. */
export const pulse = defineKind({
  kind: 'Pulse',
  label: { zh: '脉搏', en: 'Pulse' },
  fields: {
    heartRate: { type: 'quantity', label: { zh: '心率', en: 'Heart rate' }, unit: '/min', range: [0, 300], privacy: 'health' },
    steps: { type: 'quantity', label: { zh: '步数', en: 'Steps' }, unit: '1', range: [0, 200_000], privacy: 'health' },
    battery: { type: 'quantity', label: { zh: '电量', en: 'Battery' }, unit: '%', range: [0, 100] },
  },
  everyMs: 1000,
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {
    fast: {
      when: { op: 'above', field: 'heartRate', limit: 120, deadband: 5 },
      priority: 2,
      category: 'health',
      onDelayMs: 600_000,
      text: { zh: '心率持续过快', en: 'Heart rate high for long' },
    },
  },
  card: ['heartRate'],
})
