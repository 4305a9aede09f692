// What a screen reader is told: each open alarm once, and once more when it happens again or nobody came. Flow: model ->
// **news** -> the live region of the viewer.
import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { AlarmShown } from '@twinmap/core/internal/worker/messages'
import { type Locale, WORDS } from '../locale/words.ts'
import { alarmWords, bySeverity, isEscalated, isOpen, type Kinds, whoseWords } from './alarm-rows.ts'

/**
 * A live region speaks of a change alone, and new words cut off those before: so it is emptied first, and words stand for
 * a while before the next. So many alarms are named at once; the others are told by their number, but for the most severe,
 * each of which is named in its turn.
 */
export const NEWS = { clearedMs: 150, standsMs: 4_000, named: 3 } as const

export class AlarmNews {
  readonly #say: (words: string) => void
  #told = new Set<string>()
  #latest: { readonly open: readonly AlarmShown[]; readonly kinds: Kinds; readonly locale: Locale } | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param say - what the region holds now. */
  constructor(say: (words: string) => void) {
    this.#say = say
  }

  /**
   * All that stands now. What was not told yet waits for the words before; where no alarm is open none stand, so that no name
   * in them outlasts a sign-out. What ended may be news again.
   */
  hear(alarms: readonly AlarmShown[], kinds: Kinds, locale: Locale): void {
    const open = bySeverity(alarms).filter(isOpen)
    const keys = new Set(open.map(keyOf))
    this.#told = new Set([...this.#told].filter((key) => keys.has(key)))
    this.#latest = { open, kinds, locale }
    if (open.length === 0) {
      this.end()
      this.#say('')
    } else if (this.#timer === undefined) this.#next()
  }

  /** Says nothing more; all is news again. */
  end(): void {
    this.#told.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#latest = null
  }

  #next(): void {
    this.#timer = undefined
    if (this.#latest === null) return
    const { open, kinds, locale } = this.#latest
    const news = open.filter((alarm) => !this.#told.has(keyOf(alarm)))
    if (news.length === 0) return
    const named = news.slice(0, NEWS.named)
    const others = news.slice(NEWS.named)
    const wait = others.some(({ priority }) => priority === 1)
    for (const alarm of wait ? named : news) this.#told.add(keyOf(alarm))
    const w = WORDS[locale]
    const each = named.map((alarm) => itemWords(alarm, kinds, locale))
    const words = news.length === 1 ? w.alarmRaised(each[0]!) : w.alarmsRaised(news.length, [...each, ...more(others.length, w)])
    this.#say('')
    this.#timer = setTimeout(() => {
      this.#say(words)
      this.#timer = setTimeout(() => this.#next(), NEWS.standsMs)
    }, NEWS.clearedMs)
  }
}

const more = (n: number, w: (typeof WORDS)[Locale]): readonly string[] => (n === 0 ? [] : [w.alarmsMore(n)])

function itemWords(alarm: AlarmShown, kinds: Kinds, locale: Locale): string {
  const w = WORDS[locale]
  const what = `${alarmWords(alarm, kinds, locale)} ${whoseWords(alarm, kinds, locale)}`
  return [what, ...(alarm.count > 1 ? [w.alarmTimes(alarm.count)] : []), ...(isEscalated(alarm) ? [w.escalated] : [])].join(w.comma)
}

const keyOf = (alarm: AlarmShown): string => `${alarmKey(alarm)} ${alarm.count} ${alarm.escalated}`
