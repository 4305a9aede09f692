// Where the boxes of the viewer stand in each of its three layouts.
import { html, nothing, type TemplateResult } from 'lit'
import { type Place, placeOf, statistics, views } from './document-panels.ts'
import { hasMap } from './viewer-model.ts'
import {
  alarmBar,
  alarmList,
  caption,
  captures,
  card,
  type Drawn,
  layerList,
  sheet,
  status,
  strips,
  thingList,
  tools,
} from './viewer-panels.ts'

/** Everything on the map but what stands in its middle. */
export function overlay(drawn: Drawn): TemplateResult {
  const ready = drawn.model.phase === 'ready'
  return drawn.look.layout === 'phone' ? phone(drawn, ready) : corners(drawn, ready)
}

function phone(drawn: Drawn, ready: boolean): TemplateResult {
  const bar = alarmBar(drawn)
  const map = hasMap(drawn.model)
  return html`<div class="over">
      <div class="left">${bar === nothing ? status(drawn) : bar} ${strips(drawn)}</div>
      <div class="right">${map ? tools(drawn) : nothing}</div>
    </div>
    ${map ? html`<div class="bottom">${caption(drawn)} ${ready ? sheet(drawn) : nothing}</div>` : nothing}`
}

function corners(drawn: Drawn, ready: boolean): TemplateResult {
  const { layout, open } = drawn.look
  const small = layout === 'small'
  const shownCard = card(drawn)
  const { model, acts } = drawn
  const { doc } = model
  const { locale } = drawn.look
  const layers = html`${layerList(drawn, false)} ${views(model, locale, acts.flyToView)} ${captures(drawn)}`
  const both = html`<div class="box panel both">${statistics(model, locale, 'both')} ${alarmList(drawn, false)} ${layers}</div>`
  const apart = (place: Place) => html`${statistics(model, locale, place)}
    ${open === 'layers' && placeOf(doc, 'layers') === place ? html`<div class="box panel layers">${layers}</div>` : nothing}
    ${open === 'things' && place === 'left' ? html`<div class="box panel layers">${thingList(drawn, false)}</div>` : nothing}
    ${placeOf(doc, 'alarms') === place ? html`<div class="box panel alarms">${alarmList(drawn, false)}</div>` : nothing}`
  const one = open === 'layers' ? both : open === 'things' ? html`<div class="box panel both">${thingList(drawn, false)}</div>` : nothing
  const panels = (place: Place) => (!ready ? nothing : !small ? apart(place) : place === 'left' ? one : nothing)
  return html`<div class="over">
    <div class="left">${status(drawn)} ${strips(drawn)} ${panels('left')}</div>
    <div class="right">
      ${hasMap(drawn.model) && !(small && shownCard !== nothing) ? tools(drawn) : nothing}
      ${panels('right')}
      ${shownCard === nothing ? nothing : html`<div class="box card">${shownCard}</div>`}
    </div>
  </div>`
}
