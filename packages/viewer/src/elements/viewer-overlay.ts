// Where the boxes of the viewer stand in each of its three layouts.
import { html, nothing, type TemplateResult } from 'lit'
import { hasMap } from './viewer-model.ts'
import { alarmBar, alarmList, caption, captures, card, type Drawn, layerList, sheet, status, strips, tools } from './viewer-panels.ts'

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
  const { layout, layersOpen } = drawn.look
  const small = layout === 'small'
  const shownCard = card(drawn)
  const both = html`<div class="box panel both">${alarmList(drawn, false)} ${layerList(drawn, false)} ${captures(drawn)}</div>`
  const apart = html`${layersOpen ? html`<div class="box panel layers">${layerList(drawn, false)} ${captures(drawn)}</div>` : nothing}
    <div class="box panel alarms">${alarmList(drawn, false)}</div>`
  const panels = !small ? apart : layersOpen ? both : nothing
  return html`<div class="over">
    <div class="left">${status(drawn)} ${strips(drawn)} ${ready ? panels : nothing}</div>
    <div class="right">
      ${hasMap(drawn.model) && !(small && shownCard !== nothing) ? tools(drawn) : nothing}
      ${shownCard === nothing ? nothing : html`<div class="box card">${shownCard}</div>`}
    </div>
  </div>`
}
