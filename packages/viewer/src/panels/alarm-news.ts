// What a screen reader is told: each open alarm once, and once more when it happens again.
import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { AlarmShown } from '@twinmap/core/internal/worker/messages'
import { type Locale, WORDS } from '../locale/words.ts'
import { alarmWords, bySeverity, isOpen, type Kinds } from './alarm-rows.ts'

export class AlarmNews {
  #told = new Set<string>()

  /**
   * The words for the worst alarm that was not told yet; null: no news, so the last words stand; empty: no alarm is open,
   * so none stand, and no name in them outlasts a sign-out. What ended may be news again.
   */
  of(alarms: readonly AlarmShown[], kinds: Kinds, locale: Locale): string | null {
    const open = bySeverity(alarms).filter(isOpen)
    const worst = open.find((alarm) => !this.#told.has(keyOf(alarm)))
    this.#told = new Set(open.map(keyOf))
    if (open.length === 0) return ''
    if (worst === undefined) return null
    return WORDS[locale].alarmRaised([alarmWords(worst, kinds, locale), worst.name ?? ''].join(' ').trim())
  }
}

const keyOf = (alarm: AlarmShown): string => `${alarmKey(alarm)} ${alarm.count}`
