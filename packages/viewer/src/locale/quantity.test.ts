import type { Field } from '@twinmap/core/kind'
import { expect, test } from 'vitest'
import { unitSign, valueWords, withUnit } from './quantity.ts'

const level: Field = { type: 'quantity', label: { zh: '水位', en: 'Level' }, unit: 'm', range: [0, 6], digits: 2 }
const cover: Field = { type: 'choice', label: { zh: '井盖', en: 'Cover' }, values: { open: { zh: '移开', en: 'moved' } } }

test('writes UCUM units as people do', () => {
  expect(unitSign('mm[Hg]', 'zh')).toBe('mmHg')
  expect(unitSign('/min', 'zh')).toBe('次/分')
  expect(unitSign('Cel', 'en')).toBe('°C')
  expect(unitSign('kPa', 'en')).toBe('kPa')
})
test('gives each number its unit, a degree close to it', () => {
  expect(withUnit(34, 'deg', 0, 'zh')).toBe('34°')
  expect(withUnit(78, '%', 0, 'zh')).toBe('78 %')
  expect(withUnit(12_345, '1', 0, 'zh')).toBe('12,345')
})
test('shows the digits of its kind', () => expect(valueWords(level, 0.4, 'zh')).toBe('0.40 m'))
test('shows a dash where there is no value, never zero', () => expect(valueWords(level, undefined, 'zh')).toBe('—'))
test('shows a choice by its label, and an unknown one as it came', () => {
  expect(valueWords(cover, 'open', 'en')).toBe('moved')
  expect(valueWords(cover, 'ajar', 'en')).toBe('ajar')
})
