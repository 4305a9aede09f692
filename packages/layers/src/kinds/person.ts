import { defineKind } from '@twinmap/core/kind'

/**
 * The profile of a person: age and limits that replace those of the rules. It has no place of its own; a wristband
 * names it by `wearer`. Only a source with the right to this kind writes it, and no viewer of role `public` sees it.
 */
export const person = defineKind({
  kind: 'Person',
  label: { zh: '人员', en: 'Person' },
  fields: {
    name: { type: 'words', label: { zh: '姓名', en: 'Name' }, privacy: 'personal' },
    ageYears: { type: 'quantity', label: { zh: '年龄', en: 'Age' }, unit: 'a', range: [0, 130], privacy: 'personal' },
    address: { type: 'words', label: { zh: '住址', en: 'Address' }, privacy: 'whereabouts' },
    contact: { type: 'words', label: { zh: '联系人', en: 'Contact' }, privacy: 'personal' },
    systolicCritical: {
      type: 'quantity',
      label: { zh: '收缩压危急上限', en: 'Systolic critical limit' },
      unit: 'mm[Hg]',
      range: [40, 300],
      privacy: 'health',
    },
    systolicHigh: {
      type: 'quantity',
      label: { zh: '收缩压上限', en: 'Systolic limit' },
      unit: 'mm[Hg]',
      range: [40, 300],
      privacy: 'health',
    },
    systolicNotice: {
      type: 'quantity',
      label: { zh: '收缩压提示限', en: 'Systolic notice limit' },
      unit: 'mm[Hg]',
      range: [40, 300],
      privacy: 'health',
    },
    systolicLow: {
      type: 'quantity',
      label: { zh: '收缩压下限', en: 'Systolic lower limit' },
      unit: 'mm[Hg]',
      range: [40, 300],
      privacy: 'health',
    },
    diastolicCritical: {
      type: 'quantity',
      label: { zh: '舒张压危急上限', en: 'Diastolic critical limit' },
      unit: 'mm[Hg]',
      range: [20, 200],
      privacy: 'health',
    },
    diastolicHigh: {
      type: 'quantity',
      label: { zh: '舒张压上限', en: 'Diastolic limit' },
      unit: 'mm[Hg]',
      range: [20, 200],
      privacy: 'health',
    },
    diastolicNotice: {
      type: 'quantity',
      label: { zh: '舒张压提示限', en: 'Diastolic notice limit' },
      unit: 'mm[Hg]',
      range: [20, 200],
      privacy: 'health',
    },
    heartRateCriticalLow: {
      type: 'quantity',
      label: { zh: '心率危急下限', en: 'Heart rate critical lower limit' },
      unit: '/min',
      range: [0, 300],
      privacy: 'health',
    },
    heartRateCriticalHigh: {
      type: 'quantity',
      label: { zh: '心率危急上限', en: 'Heart rate critical limit' },
      unit: '/min',
      range: [0, 300],
      privacy: 'health',
    },
    heartRateLow: {
      type: 'quantity',
      label: { zh: '心率下限', en: 'Heart rate lower limit' },
      unit: '/min',
      range: [0, 300],
      privacy: 'health',
    },
    heartRateHigh: {
      type: 'quantity',
      label: { zh: '心率上限', en: 'Heart rate limit' },
      unit: '/min',
      range: [0, 300],
      privacy: 'health',
    },
  },
  location: { privacy: 'whereabouts' },
  name: 'name',
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {},
  card: ['name', 'ageYears', 'address', 'contact'],
})
