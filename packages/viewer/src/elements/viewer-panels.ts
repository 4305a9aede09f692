// The boxes on the map, drawn from the model: what stands where in each of the three layouts. Pure templates; the
// element gives the handlers.
import type { AlarmShown, TwinError } from '@twinmap/core'
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import { agoWords, clockWords } from '../locale/ages.ts'
import { type Locale, problemWords, said, WORDS, type Words } from '../locale/words.ts'
import { type AlarmRef, alarmRow, alarmRows, bySeverity, isOpen } from '../panels/alarm-rows.ts'
import { alarmCard, type CardModel, entityCard } from '../panels/card-model.ts'
import { layerRows } from '../panels/layer-rows.ts'
import { thingRows } from '../panels/thing-rows.ts'
import { alertIcon, closeIcon, layersIcon, listIcon, offlineIcon } from '../theme/icons.ts'
import { hueOf, severitySign } from '../theme/marks.ts'
import { groundWords } from '../tools/ground-point.ts'
import { scaleBar } from '../tools/scale-bar.ts'
import type { SheetStop } from '../tools/sheet-stops.ts'
import { statistics, views } from './document-panels.ts'
import { hasMap, isStopped, type Liveness, liveness, nowOf, type ViewerModel, withAsked } from './viewer-model.ts'

/** `wide`: boxes in the corners; `phone`: under 640 px wide, a bottom sheet; `small`: under 480 px high, a chip and tools. */
export type Layout = 'wide' | 'phone' | 'small'

export const layoutOf = (widthPx: number, heightPx: number): Layout => (heightPx < 480 ? 'small' : widthPx < 640 ? 'phone' : 'wide')

/** What the element itself knows: not of the twin, only of this picture of it. */
export interface ViewerLook {
  readonly layout: Layout
  readonly locale: Locale
  readonly wallMs: number
  /** Which of the two panels behind buttons is open; there is room for one. */
  readonly open: OpenPanel | null
  readonly sheet: SheetStop
  readonly tab: Tab
  readonly fullscreen: boolean
  readonly canFullscreen: boolean
}

export type OpenPanel = 'layers' | 'things'
export type Tab = OpenPanel | 'alarms'

export interface ViewerActs {
  readonly openPanel: (panel: OpenPanel) => void
  readonly openAlarm: (alarm: AlarmRef) => void
  readonly retry: () => void
  readonly signIn: () => void
  readonly putErrorAway: () => void
  readonly setTab: (tab: Tab) => void
  readonly flyToView: (id: string) => void
  readonly goHome: () => void
  readonly grab: (event: PointerEvent) => void
  readonly pressGrab: () => void
  readonly keyGrab: (event: KeyboardEvent) => void
}

export interface Drawn {
  readonly model: ViewerModel
  readonly look: ViewerLook
  readonly acts: ViewerActs
}

/** Alarms come with a document. */
export const zoneOf = ({ doc }: ViewerModel): string => doc?.timeZone ?? 'UTC'

export const nowFor = ({ model, look }: Drawn): number => nowOf(model, look.wallMs)

function nameOf(model: ViewerModel, locale: Locale): string {
  return model.doc === null ? '' : said(model.doc.name, locale)
}

/** The engine's canvas takes the keys; it is named in the reader's language. */
export function nameMap(map: Element, model: ViewerModel, locale: Locale): void {
  const canvas = map.querySelector('canvas')
  canvas?.setAttribute('role', 'application')
  canvas?.setAttribute('aria-label', WORDS[locale].mapOf(nameOf(model, locale)))
}

/** The card's content: the selected thing, or an alarm whose entity is not known here. */
export function cardOf(drawn: Drawn): CardModel | null {
  const { model, look } = drawn
  if (model.doc === null) return null
  const context = { kinds: model.kinds, locale: look.locale, nowMs: nowFor(drawn), timeZone: model.doc.timeZone }
  const asking = (alarm: AlarmShown) => withAsked(alarm, model.asked)
  if (model.selected !== null) return entityCard({ ...model.selected, alarms: model.selected.alarms.map(asking) }, context)
  const alarm = model.alarms.find((a) => a.feed === model.alarmOpen?.feed && a.id === model.alarmOpen.id)
  return alarm === undefined ? null : alarmCard(asking(alarm), model.alarms, context)
}

export function card(drawn: Drawn): TemplateResult | typeof nothing {
  const content = cardOf(drawn)
  if (content === null) return nothing
  const offline = isStopped(liveness(drawn.model, nowFor(drawn)))
  return html`<twin-card
    part="card"
    exportparts="title: card-title, fields: card-fields, alarm: card-alarm, acknowledge, take, done, withdraw"
    role="dialog"
    aria-label=${content.title}
    .model=${content}
    .locale=${drawn.look.locale}
    ?stale=${content.stale || offline}
  ></twin-card>`
}

export function alarmList(drawn: Drawn, untitled: boolean): TemplateResult {
  const { model, look } = drawn
  const alarms = model.alarms.map((alarm) => withAsked(alarm, model.asked))
  return html`<twin-alarm-list
    part="alarms"
    exportparts="row: alarm-row, heading: alarm-heading"
    ?untitled=${untitled}
    .rows=${alarmRows(alarms, model.kinds, look.locale, nowFor(drawn), zoneOf(model))}
    .locale=${look.locale}
  ></twin-alarm-list>`
}

/** Of each mesh: when it was captured, and by whom. The caption has room for the first, and not always for all of it. */
export function captures({ model, look }: Drawn): TemplateResult | typeof nothing {
  const w = WORDS[look.locale]
  const told = (model.doc?.tilesets ?? []).flatMap(({ captured, source }) => {
    const words = [captured === undefined ? [] : w.captured(captured), source === undefined ? [] : said(source, look.locale)].flat()
    return words.length === 0 ? [] : [words.join(' · ')]
  })
  return told.length === 0
    ? nothing
    : html`<div part="captures" class="captures">${[...new Set(told)].map((words) => html`<p>${words}</p>`)}</div>`
}

export function layerList(drawn: Drawn, untitled: boolean): TemplateResult {
  const { model, look } = drawn
  const rows = model.doc === null ? [] : layerRows(model.layers, model.doc, model.health, model.visible, look.locale, nowFor(drawn))
  return html`<twin-layer-list
    part="layers"
    exportparts="row: layer-row, heading: layer-heading"
    ?untitled=${untitled}
    .rows=${rows}
    .locale=${look.locale}
  ></twin-layer-list>`
}

/** What the picture shows, for who cannot see it or point at it. */
export function thingList({ model, look }: Drawn, untitled: boolean): TemplateResult {
  return html`<twin-thing-list
    part="things"
    exportparts="row: thing-row, heading: thing-heading"
    ?untitled=${untitled}
    .rows=${model.things === null ? null : thingRows(model.things, model.kinds, look.locale)}
    .locale=${look.locale}
  ></twin-thing-list>`
}

/** Live or old, and since when: `实时 · 8 秒前`. */
function liveWords(live: Liveness, drawn: Drawn, w: Words): string {
  const { model, look } = drawn
  const nowMs = nowFor(drawn)
  if (model.phase === 'loading' || model.phase === 'signed-out') return w.noValue
  if (live.state === 'none') return w.still
  if (live.state === 'connecting') return w.connecting
  if (live.state === 'live') {
    const age = live.heardMs === null ? null : agoWords(nowMs - live.heardMs, look.locale)
    return age === null ? w.live : look.layout === 'small' ? age : `${w.live} · ${age}`
  }
  return w.offline(live.heardMs === null || model.doc === null ? null : clockWords(live.heardMs, nowMs, look.locale, model.doc.timeZone))
}

/** Name, live or old, and the layers button. */
export function status(drawn: Drawn): TemplateResult {
  const { model, look, acts } = drawn
  const w = WORDS[look.locale]
  const live = liveness(model, nowFor(drawn))
  const offline = isStopped(live)
  const open = bySeverity(model.alarms).filter(isOpen)
  const worst = open[0]
  return html`<div part="status" class="box status">
    ${look.layout === 'small' && worst !== undefined ? severitySign(worst.priority, w.alarmsOpen(open.length)) : nothing}
    <b>${nameOf(model, look.locale) || w.loading}</b>
    <span part="liveness" class="live"><i class="dot ${live.state === 'live' ? 'on' : ''}"></i>${offline ? w.noValue : liveWords(live, drawn, w)}</span>
    ${
      model.phase === 'ready' && look.layout !== 'phone'
        ? html`<button
              aria-label=${look.layout === 'small' ? w.sheet : w.layers}
              title=${look.layout === 'small' ? w.sheet : w.layers}
              aria-expanded=${look.open === 'layers'}
              @click=${() => acts.openPanel('layers')}
            >
              ${layersIcon}</button
            ><button aria-label=${w.things} title=${w.things} aria-expanded=${look.open === 'things'} @click=${() => acts.openPanel('things')}>
              ${listIcon}
            </button>`
        : nothing
    }
  </div>`
}

/** Signed out, offline, or a thing that failed while the rest goes on. */
export function strips(drawn: Drawn): TemplateResult {
  const { model, acts } = drawn
  const w = WORDS[drawn.look.locale]
  const stopped = stoppedWords(drawn, w)
  const isOut = model.phase === 'signed-out'
  const why = isOut ? undefined : model.health?.feeds.find(({ state, error }) => state !== 'live' && error !== null)?.error
  return html`${
    stopped === null
      ? nothing
      : html`<div part="offline" class="box strip">${offlineIcon}
          ${what(stopped, why ?? null)}
          <button @click=${isOut ? acts.signIn : acts.retry}>${isOut ? w.signIn : w.retry}</button>
        </div>`
  }
  ${hasMap(model) && model.error !== null ? problemStrip(model.error, w, acts) : nothing}`
}

/** Why nothing new comes; null while it does. */
function stoppedWords(drawn: Drawn, w: Words): string | null {
  const { model } = drawn
  if (model.phase === 'signed-out') return !hasMap(model) ? null : model.expired ? w.problems['token-expired'] : w.signedOutKept
  const live = liveness(model, nowFor(drawn))
  if (!isStopped(live)) return null
  return live.state === 'refused' ? w.refused : live.state === 'signed-out' ? w.problems['token-expired'] : liveWords(live, drawn, w)
}

/**
 * What happened, in the reader's language; below it the error's own sentence. Of its facts (file, value) one line stands until it is
 * opened; what to do about it, which comes last and after a semicolon, is whole at once.
 */
function what(words: string, error: Pick<TwinError, 'code' | 'message'> | null): TemplateResult {
  if (error === null) return html`<p>${words}</p>`
  const { code, message } = error
  const cut = message.lastIndexOf('; ')
  const facts = cut === -1 ? message : message.slice(0, cut + 1)
  return html`<details>
    <summary>
      ${words} <small title=${message}><code>${code}</code> ${facts}</small>
      ${cut === -1 ? nothing : html`<small class="remedy">${message.slice(cut + 2)}</small>`}
    </summary>
  </details>`
}

const problemStrip = (error: TwinError, w: Words, acts: ViewerActs) =>
  html`<div part="problem" class="box strip" role="alert">${alertIcon}
    ${what(problemWords(error.code, w, error.details), error)}
    ${LASTING.has(error.code) ? html`<button @click=${acts.retry}>${w.retry}</button>` : nothing}
    <button aria-label=${w.close} title=${w.close} @click=${acts.putErrorAway}>${closeIcon}</button>
  </div>`

/** What trying again may mend. */
const LASTING: ReadonlySet<string> = new Set([
  'tileset-missing',
  'tile-missing',
  'picture-missing',
  'fetch-failed',
  'feed-lost',
  'token-expired',
  'worker-lost',
  'internal',
])

/** On a phone: the worst alarm that waits for an operator. */
export function alarmBar(drawn: Drawn): TemplateResult | typeof nothing {
  const { model, look, acts } = drawn
  const worst = bySeverity(model.alarms).find(isOpen)
  if (worst === undefined) return nothing
  const w = WORDS[look.locale]
  const row = alarmRow(worst, model.kinds, look.locale, nowFor(drawn), zoneOf(model))
  return html`<div part="alarm-bar" class="bar ${hueOf(row.priority)}">
    ${severitySign(row.priority, w.alarmPriority[row.priority])}
    <b>${row.what} ${row.whose}${row.count > 1 ? html` <span class="times">×${row.count}</span>` : nothing} <small>${row.age}${row.escalated ? ` · ${w.escalated}` : ''}</small></b>
    <button @click=${() => acts.openAlarm({ feed: row.feed, id: row.id })}>${w.view}</button>
  </div>`
}

export function tools(drawn: Drawn): TemplateResult {
  const { model, look } = drawn
  return html`<twin-tools
    part="tools"
    exportparts="tool"
    class="box tools"
    .headingDeg=${model.headingDeg}
    .locale=${look.locale}
    ?can-fullscreen=${look.canFullscreen && look.layout !== 'phone'}
    ?is-fullscreen=${look.fullscreen}
  ></twin-tools>`
}

function refinementWords(model: ViewerModel, w: Words): string {
  if (model.doc === null || model.doc.tilesets.length === 0 || !model.webgl) return ''
  if (model.refinement.state === 'complete') return w.refined
  if (model.refinement.state === 'starved') return w.starved
  if (model.refinement.state === 'partial') return w.partial
  if (model.refinement.state === 'empty') return w.emptyView
  return w.refining(Math.floor(100 * Math.min(0.99, model.refinement.share)))
}

/** When it was captured and by whom, how far it is refined, and how long a piece of ground is. */
export function caption(drawn: Drawn): TemplateResult {
  const { model, look, acts } = drawn
  const w = WORDS[look.locale]
  const phone = look.layout === 'phone'
  const capture = model.doc?.tilesets.find((t) => t.captured !== undefined || t.source !== undefined)
  const refined = refinementWords(model, w)
  const bar = scaleBar(model.metersPerPx, look.layout === 'wide' ? 88 : 64)
  const wide = look.layout === 'wide'
  const isRefined = model.refinement.state === 'complete'
  const live = liveness(model, nowFor(drawn))
  // One line must do on a phone: what is still being refined takes the place of the capture's date or source, and once all is as it
  // should be only a screen reader tells it.
  const hasRoom = !phone || isRefined || refined === ''
  const facts = [
    // On a phone the bar of an alarm takes the place of the status; why nothing comes is told by a strip.
    phone && alarmBar(drawn) !== nothing && !isStopped(live) ? html`<span>${liveWords(live, drawn, w)}</span>` : nothing,
    capture?.captured === undefined || !hasRoom ? nothing : html`<span>${w.captured(capture.captured)}</span>`,
    capture?.source === undefined || !(wide || (capture.captured === undefined && hasRoom))
      ? nothing
      : html`<span>${said(capture.source, look.locale)}</span>`,
    refined === ''
      ? nothing
      : html`<span part="refinement" class=${classMap({ warn: ['starved', 'partial', 'empty'].includes(model.refinement.state), heard: phone && isRefined })}>${refined}</span>`,
    model.refinement.state !== 'empty' || refined === ''
      ? nothing
      : html`<button part="home" class="home" @click=${acts.goHome}>${w.home}</button>`,
    model.ground === null || !wide ? nothing : html`<span part="ground">${groundWords(model.ground)}</span>`,
    // It changes what a place on the map means, so it has room in every layout.
    model.placedLocal || model.movedMeters > 0
      ? html`<span part="placed">${model.movedMeters > 0 ? w.placedMoved(Math.round(model.movedMeters / 1000)) : w.placedLocal}</span>`
      : nothing,
  ]
  const told = facts.filter((fact) => fact !== nothing).length
  const unseen = phone && isRefined && told === (refined === '' ? 0 : 1)
  return html`<div part="caption" class="caption">
    <span class=${classMap({ facts: true, more: model.placedLocal || model.movedMeters > 0, heard: unseen })}>${facts.map((fact) => html`${fact} `)}</span>
    ${
      bar === null
        ? nothing
        : html`<span part="scale" class="scale">${bar.label}<svg
              width=${Math.round(bar.px) + 2}
              height="12"
              aria-hidden="true"
            >
              <path d="M1,1v10M1,6h${Math.round(bar.px)}M${Math.round(bar.px) + 1},1v10"></path></svg
          ></span>`
    }
  </div>`
}

/** What stands in the middle when there is no picture, and what to do about it. */
export function middle(drawn: Drawn): TemplateResult | typeof nothing {
  const { model, look, acts } = drawn
  const w = WORDS[look.locale]
  if (model.phase === 'idle') return message(w.noSource, w.noSourceNext)
  if (model.phase === 'signed-out' && !hasMap(model)) return message(w.signedOut, w.signedOutNext, { words: w.signIn, press: acts.signIn })
  if (model.phase === 'failed' && model.error !== null) {
    const { code, message: sentence, details } = model.error
    return message(problemWords(code, w) === w.problem ? w.failed : problemWords(code, w, details), sentence, {
      code: `${w.code} ${code}`,
      words: w.retry,
      press: acts.retry,
    })
  }
  if (model.phase !== 'ready') return nothing
  if (!model.webgl) return message(w.webglMissing, w.webglNext, { code: `${w.code} webgl-missing`, words: w.retry, press: acts.retry })
  if (model.doc?.tilesets.length === 0 && model.layers.length === 0) return message(w.emptyTitle, w.emptyNext)
  return nothing
}

interface MessageButton {
  readonly words: string
  readonly press: () => void
  /** Something failed, with this code. */
  readonly code?: string
}

const message = (title: string, next: string, button?: MessageButton) =>
  html`<div class="middle">
    <div part="message" class="box" role=${button?.code === undefined ? 'status' : 'alert'}>
      <h2>${title}</h2>
      <p>${next}</p>
      ${button?.code === undefined ? nothing : html`<p class="where">${button.code}</p>`}
      ${button === undefined ? nothing : html`<button @click=${button.press}>${button.words}</button>`}
    </div>
  </div>`

const TABS: readonly Tab[] = ['layers', 'alarms', 'things']

/** The bottom sheet of a phone: the card, or the tabs. */
export function sheet(drawn: Drawn): TemplateResult {
  const { model, look, acts } = drawn
  const w = WORDS[look.locale]
  const shownCard = card(drawn)
  if (shownCard !== nothing) return html`<div part="sheet" class="sheet" data-stop="fit">${shownCard}</div>`
  const open = model.alarms.filter(isOpen).length
  const tab = (name: Tab, words: string) =>
    html`<button
      role="tab"
      id="tab-${name}"
      aria-controls="panel"
      aria-selected=${look.tab === name}
      tabindex=${look.tab === name ? 0 : -1}
      @click=${() => acts.setTab(name)}
    >
      ${words}
    </button>`
  const switchTab = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    const to = TABS.indexOf(look.tab) + (event.key === 'ArrowLeft' ? -1 : 1)
    const other = TABS[(to + TABS.length) % TABS.length]!
    acts.setTab(other)
    ;(event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${other}`)?.focus()
  }
  return html`<div part="sheet" class="sheet" data-stop=${look.sheet}>
    <button
      class="grab"
      aria-label=${look.sheet === 'full' ? w.sheetLower : w.sheetTaller}
      aria-expanded=${look.sheet !== 'low'}
      @pointerdown=${acts.grab}
      @click=${acts.pressGrab}
      @keydown=${acts.keyGrab}
    ></button>
    <div class="tabs" role="tablist" aria-label=${w.sheet} @keydown=${switchTab}>
      ${tab('layers', w.layers)} ${tab('alarms', w.alarmsShort(open))} ${tab('things', w.things)}
    </div>
    <div role="tabpanel" id="panel" aria-labelledby="tab-${look.tab}">${look.tab === 'things' ? thingList(drawn, true) : look.tab === 'layers' ? html`${statistics(model, look.locale, 'both')} ${layerList(drawn, true)} ${views(model, look.locale, acts.flyToView)} ${captures(drawn)}` : alarmList(drawn, true)}</div>
  </div>`
}
