import { defineKind } from '@twinmap/core/kind'

/**
 * An elderly person's wristband (手环): position, steps and heart rate each 10 minutes, blood pressure by hand, SOS button.
 *
 * Limits, all advisory and editable per person: blood pressure after the Chinese hypertension guideline 2024 (home and
 * office notice 140/90, from age 80 150/90; grade 2 160/100; grade 3 180/110); heart rate after NEWS2 (≤ 40 and ≥ 131
 * score 3) with the adult resting range as the outer band.
 *
 * Grid officers may not read health, but it is they who go there: of the two critical rules they are told that help is needed
 * and where, and nothing of what, how bad or how often.
 */
export const wristband = defineKind({
  kind: 'Wristband',
  label: { zh: '人员手环', en: 'Wristband' },
  fields: {
    name: { type: 'words', label: { zh: '姓名', en: 'Name' }, privacy: 'personal' },
    wearer: { type: 'words', label: { zh: '佩戴人', en: 'Wearer' }, privacy: 'personal' },
    phone: { type: 'words', label: { zh: '电话', en: 'Phone' }, privacy: 'personal' },
    sos: {
      type: 'choice',
      label: { zh: '求助', en: 'SOS' },
      values: { pressed: { zh: '已按下', en: 'pressed' }, released: { zh: '未按', en: 'released' } },
    },
    activity: {
      type: 'choice',
      label: { zh: '状态', en: 'Activity' },
      values: { rest: { zh: '静息', en: 'at rest' }, walking: { zh: '步行', en: 'walking' } },
      privacy: 'whereabouts',
    },
    // Off the skin a band says 0 or 255 (all bits of its byte). 255 is no `absent` of the systolic: a true reading can be that high.
    heartRate: {
      type: 'quantity',
      label: { zh: '心率', en: 'Heart rate' },
      unit: '/min',
      range: [0, 300],
      absent: [0, 255],
      privacy: 'health',
    },
    systolic: {
      type: 'quantity',
      label: { zh: '收缩压', en: 'Systolic' },
      unit: 'mm[Hg]',
      range: [40, 300],
      absent: [0],
      privacy: 'health',
    },
    diastolic: {
      type: 'quantity',
      label: { zh: '舒张压', en: 'Diastolic' },
      unit: 'mm[Hg]',
      range: [20, 200],
      absent: [0, 255],
      privacy: 'health',
    },
    steps: { type: 'quantity', label: { zh: '步数', en: 'Steps' }, unit: '1', range: [0, 200_000], privacy: 'health' },
    heading: { type: 'quantity', label: { zh: '朝向', en: 'Heading' }, unit: 'deg', range: [0, 360], privacy: 'whereabouts' },
    battery: { type: 'quantity', label: { zh: '电量', en: 'Battery' }, unit: '%', range: [0, 100] },
  },
  location: { privacy: 'whereabouts' },
  profile: { kind: 'Person', by: 'wearer' },
  name: 'name',
  everyMs: 10 * 60_000,
  glideMs: 1000,
  heading: 'heading',
  symbol: { shape: 'circle', glyph: 'person', state: { field: 'activity', tone: { rest: 'calm', walking: 'active' } } },
  alarms: {
    sos: {
      when: { op: 'is', field: 'sos', value: 'pressed' },
      priority: 1,
      category: 'sos',
      latch: true,
      escalateMs: 60_000,
      text: { zh: 'SOS 求助', en: 'SOS' },
    },
    bloodPressureCritical: {
      when: {
        op: 'any',
        of: [
          { op: 'atLeast', field: 'systolic', limit: { property: 'systolicCritical', otherwise: 180 }, deadband: 5 },
          { op: 'atLeast', field: 'diastolic', limit: { property: 'diastolicCritical', otherwise: 110 }, deadband: 5 },
          { op: 'atMost', field: 'systolic', limit: { property: 'systolicLow', otherwise: 90 }, deadband: 5 },
        ],
      },
      priority: 1,
      category: 'health',
      discloses: [{ roles: ['grid'], as: 'needsHelp' }],
      text: { zh: '血压危急', en: 'Blood pressure critical' },
    },
    bloodPressureHigh: {
      when: {
        op: 'any',
        of: [
          { op: 'atLeast', field: 'systolic', limit: { property: 'systolicHigh', otherwise: 160 }, deadband: 5 },
          { op: 'atLeast', field: 'diastolic', limit: { property: 'diastolicHigh', otherwise: 100 }, deadband: 5 },
        ],
      },
      priority: 2,
      category: 'health',
      text: { zh: '血压过高', en: 'Blood pressure high' },
    },
    bloodPressureNotice: {
      when: {
        op: 'any',
        of: [
          {
            op: 'atLeast',
            field: 'systolic',
            limit: { property: 'systolicNotice', otherwise: 140, fromAge: [{ ageYears: 80, limit: 150 }] },
            deadband: 5,
          },
          { op: 'atLeast', field: 'diastolic', limit: { property: 'diastolicNotice', otherwise: 90 }, deadband: 5 },
        ],
      },
      priority: 3,
      category: 'health',
      text: { zh: '血压偏高', en: 'Blood pressure raised' },
    },
    heartRateCritical: {
      when: {
        op: 'any',
        of: [
          { op: 'atMost', field: 'heartRate', limit: { property: 'heartRateCriticalLow', otherwise: 40 }, deadband: 3 },
          { op: 'atLeast', field: 'heartRate', limit: { property: 'heartRateCriticalHigh', otherwise: 131 }, deadband: 5 },
        ],
      },
      priority: 1,
      category: 'health',
      discloses: [{ roles: ['grid'], as: 'needsHelp' }],
      text: { zh: '心率危急', en: 'Heart rate critical' },
    },
    heartRateAtRest: {
      when: {
        op: 'all',
        of: [
          { op: 'is', field: 'activity', value: 'rest' },
          {
            op: 'any',
            of: [
              { op: 'atMost', field: 'heartRate', limit: { property: 'heartRateLow', otherwise: 50 }, deadband: 3 },
              { op: 'above', field: 'heartRate', limit: { property: 'heartRateHigh', otherwise: 110 }, deadband: 5 },
            ],
          },
        ],
      },
      priority: 2,
      category: 'health',
      samples: 2,
      offDelayMs: 60_000,
      text: { zh: '静息心率异常', en: 'Resting heart rate out of range' },
    },
    batteryLow: {
      when: { op: 'atMost', field: 'battery', limit: 15, deadband: 10 },
      priority: 4,
      category: 'device',
      text: { zh: '手环低电', en: 'Battery low' },
    },
    silent: { when: { op: 'silent' }, priority: 3, category: 'device', text: { zh: '手环失联', en: 'Wristband silent' } },
  },
  disclosures: { needsHelp: { label: { zh: '需要帮助', en: 'Needs help' }, category: 'health', priority: 1 } },
  card: ['name', 'sos', 'heartRate', 'systolic', 'diastolic', 'steps', 'activity', 'battery', 'phone'],
})
