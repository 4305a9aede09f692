// What the twin document asks for around the map: on which side a panel stands, its statistics, its views by name.
import type { PanelSource, TwinDocument } from '@twinmap/core/internal/document/document'
import { html, nothing, type TemplateResult } from 'lit'
import { type Locale, said, WORDS } from '../locale/words.ts'
import { statisticRows } from '../panels/statistic-rows.ts'
import type { ViewerModel } from './viewer-model.ts'

export type Place = PanelSource['place']

/** Where a panel stands. One that the document does not name is there all the same, on the left: no document hides alarms. */
export const placeOf = (doc: Pick<TwinDocument, 'panels'> | null, type: 'alarms' | 'layers'): Place =>
  doc?.panels.find((panel) => panel.type === type)?.place ?? 'left'

/** The document's statistics of one side, or of both where there is one column only. */
export function statistics({ doc, health }: ViewerModel, locale: Locale, place: Place | 'both'): TemplateResult | typeof nothing {
  const rows = statisticRows(doc?.panels ?? [], place, health, locale)
  return rows.length === 0
    ? nothing
    : html`<dl part="statistics" class="box statistics">
        ${rows.map(({ title, value }) => html`<div part="statistic"><dt>${title}</dt><dd>${value}</dd></div>`)}
      </dl>`
}

/** The views of the document, each a button that flies there. */
export function views({ doc }: ViewerModel, locale: Locale, flyTo: (id: string) => void): TemplateResult | typeof nothing {
  const all = doc?.views ?? []
  return all.length === 0
    ? nothing
    : html`<nav part="views" class="views" aria-label=${WORDS[locale].views}>
        ${all.map(({ id, name }) => html`<button part="view" @click=${() => flyTo(id)}>${said(name, locale)}</button>`)}
      </nav>`
}
