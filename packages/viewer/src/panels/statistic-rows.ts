// Statistics of the document and the health of layers -> rows. Pure.
import type { PanelSource } from '@twinmap/core/internal/document/document'
import type { Health } from '@twinmap/core/internal/worker/messages'
import { type Locale, said, WORDS } from '../locale/words.ts'

export interface StatisticRow {
  readonly title: string
  /** `1,204`; "—" until it is known, never 0. */
  readonly value: string
}

/** @param place the side whose statistics are wanted, in the document's order. */
export function statisticRows(
  panels: readonly PanelSource[],
  place: PanelSource['place'] | 'both',
  health: Health | null,
  locale: Locale,
): readonly StatisticRow[] {
  return panels.flatMap((panel) => {
    if (panel.type !== 'statistic' || (place !== 'both' && panel.place !== place)) return []
    const { layer, count } = panel.value
    const known = health?.layers.find(({ id }) => id === layer)
    const n = known === undefined ? null : known[count === 'all' ? 'count' : count]
    return {
      title: said(panel.title, locale),
      value: n === null ? WORDS[locale].noValue : n.toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-GB'),
    }
  })
}
