// Layers of the document and their health -> rows of the layer list. Pure.

import type { TwinDocument } from '@twinmap/core/internal/document/document'
import type { Health, OpenedLayer } from '@twinmap/core/internal/worker/messages'
import type { AnyKind } from '@twinmap/core/kind'
import { ageWords, NOW_MS } from '../locale/ages.ts'
import { type Locale, said, WORDS } from '../locale/words.ts'

export interface LayerRow {
  readonly id: string
  readonly name: string
  readonly symbol: Pick<AnyKind['symbol'], 'shape' | 'glyph'>
  readonly visible: boolean
  /** `612 · 24 秒`; "—" until it is known. */
  readonly facts: string
}

/** `visible` holds what the reader ticked; else the document decides. */
export function layerRows(
  layers: readonly OpenedLayer[],
  doc: TwinDocument,
  health: Health | null,
  visible: ReadonlyMap<string, boolean>,
  locale: Locale,
  nowMs: number,
): readonly LayerRow[] {
  return layers.map((layer) => {
    const name = doc.layers.find((l) => l.id === layer.id)?.name ?? layer.kind.label
    const known = health?.layers.find((l) => l.id === layer.id)
    const count = known === undefined ? WORDS[locale].noValue : known.count.toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-GB')
    const age =
      known === undefined || known.heardMs === null
        ? ''
        : ` · ${nowMs - known.heardMs < NOW_MS ? WORDS[locale].now : ageWords(nowMs - known.heardMs, locale)}`
    return {
      id: layer.id,
      name: said(name, locale),
      symbol: layer.kind.symbol,
      visible: visible.get(layer.id) ?? layer.visible,
      facts: count + age,
    }
  })
}
