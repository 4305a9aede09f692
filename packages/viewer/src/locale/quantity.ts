// A value as people read it: the kind's digits, the language's number format, and the unit's sign instead of its UCUM code.
import type { Field, Text } from '@twinmap/core/kind'
import { type Locale, said, WORDS } from './words.ts'

type Sign = string | Text

/** UCUM codes (ucum.org, 2.2) whose sign is not the code itself. */
const SIGNS: Readonly<Record<string, Sign>> = {
  '1': '',
  '%': '%',
  a: { zh: '岁', en: 'years' },
  Cel: '°C',
  deg: '°',
  'mm[Hg]': 'mmHg',
  '/min': { zh: '次/分', en: '/min' },
  '/h': { zh: '次/时', en: '/h' },
  'kW.h': 'kWh',
  'm3/s': 'm³/s',
  'm3/h': 'm³/h',
  m2: 'm²',
  m3: 'm³',
  'm/s2': 'm/s²',
  'ug/m3': 'µg/m³',
  'mg/m3': 'mg/m³',
  'dB[SPL]': 'dB',
  '[ppm]': 'ppm',
  '[pH]': '',
  '[mu_i]': { zh: '亩', en: 'mu' },
  har: { zh: '公顷', en: 'ha' },
}

export function unitSign(ucum: string, locale: Locale): string {
  const sign = Object.hasOwn(SIGNS, ucum) ? SIGNS[ucum]! : ucum
  return typeof sign === 'string' ? sign : said(sign, locale)
}

/** A number with its unit: `0.42 m`, `78 %`, `34°`, `148 mmHg`. The degree sign alone stands close to its number. */
export function withUnit(value: number, ucum: string, digits: number, locale: Locale): string {
  const number = new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value)
  const sign = unitSign(ucum, locale)
  return sign === '' ? number : sign === '°' ? number + sign : `${number} ${sign}`
}

/** A field's value in words; "—" where there is none, never 0. A value outside a choice is shown as it came. */
export function valueWords(field: Field, value: number | string | undefined, locale: Locale): string {
  if (value === undefined || value === '') return WORDS[locale].noValue
  if (field.type === 'quantity') return typeof value === 'number' ? withUnit(value, field.unit, field.digits ?? 0, locale) : value
  if (field.type === 'choice' && Object.hasOwn(field.values, value)) return said(field.values[value]!, locale)
  return String(value)
}
