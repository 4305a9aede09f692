// How old a thing is, in words, and what time it was, in the twin's own zone.
import { type Locale, WORDS } from './words.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Younger is "just now": a number that changes with every heartbeat is motion that says nothing. */
export const NOW_MS = 5 * SECOND

/** `short`: one unit (`3 分`); `exact`: minutes with seconds up to an hour (`3 分 20 秒`). */
export type AgeStyle = 'short' | 'exact'

/** A length of time in words. Negative (a clock that runs ahead) counts as zero. */
export function ageWords(ageMs: number, locale: Locale, style: AgeStyle = 'short'): string {
  const w = WORDS[locale]
  const age = Math.max(0, Math.floor(ageMs / SECOND) * SECOND)
  if (age < MINUTE) return w.seconds(age / SECOND)
  if (age < HOUR) {
    const minutes = Math.floor(age / MINUTE)
    return style === 'short' ? w.minutes(minutes) : w.minutesSeconds(minutes, String((age % MINUTE) / SECOND).padStart(2, '0'))
  }
  return age < 2 * DAY ? w.hours(Math.floor(age / HOUR)) : w.days(Math.floor(age / DAY))
}

/** The same with "ago": `8 秒前`, `22 分钟前`. */
export function agoWords(ageMs: number, locale: Locale, style: AgeStyle = 'short'): string {
  const w = WORDS[locale]
  if (ageMs < NOW_MS) return w.now
  if (style === 'short' && ageMs >= MINUTE && ageMs < HOUR) return w.agoOf(w.minutesLong(Math.floor(ageMs / MINUTE)))
  return w.agoOf(ageWords(ageMs, locale, style))
}

/** By how much a device's clock is off: `设备时钟慢 1 小时`. Rounded to minutes, to days from two days on, to years from two years on. */
export function clockOffWords(offMs: number, locale: Locale): string {
  const w = WORDS[locale]
  const minutes = Math.round(Math.abs(offMs) / MINUTE)
  const days = Math.round(Math.abs(offMs) / DAY)
  const words = () => {
    if (minutes < 60) return w.minutesLong(minutes)
    if (minutes < 48 * 60) return minutes % 60 === 0 ? w.hours(minutes / 60) : w.hoursMinutes(Math.floor(minutes / 60), minutes % 60)
    return days < 2 * DAYS_OF_YEAR ? w.days(days) : w.years(Math.round(days / DAYS_OF_YEAR))
  }
  return offMs < 0 ? w.clockSlow(words()) : w.clockFast(words())
}
const DAYS_OF_YEAR = 365.25

const formats = new Map<string, Intl.DateTimeFormat>()
function format(locale: Locale, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${Object.keys(options).join()}`
  let found = formats.get(key)
  if (found === undefined) {
    // hourCycle h23, since `hour12: false` writes midnight as 24:00 in some browsers.
    found = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', { timeZone, hourCycle: 'h23', ...options })
    formats.set(key, found)
  }
  return found
}

/** No date is further from 1970, ms: what a foreign server says beyond it is no time. */
const FARTHEST_MS = 8.64e15

/** `14:20`; with the day before it where that is another one than now's: `10-18 14:20`. */
export function clockWords(atMs: number, nowMs: number, locale: Locale, timeZone: string): string {
  if (!(Math.abs(atMs) <= FARTHEST_MS)) return WORDS[locale].noValue
  const time = format(locale, timeZone, { hour: '2-digit', minute: '2-digit' }).format(atMs)
  const day = dayOf(atMs, timeZone)
  return day === dayOf(nowMs, timeZone) ? time : `${day.slice(5)} ${time}`
}

/** The twin's calendar day, `2026-10-18`. */
export function dayOf(atMs: number, timeZone: string): string {
  const parts = format('en', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(atMs)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}
