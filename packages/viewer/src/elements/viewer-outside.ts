// Red alarms that the picture does not show, as buttons at its edge. Flow: model + camera -> tools/edge-arrows -> **buttons**.
import type { AlarmShown } from '@twinmap/core'
import { freePart } from '@twinmap/core/internal/engine/camera/free-part'
import type { EngineView } from '@twinmap/core/internal/engine/contract'
import { enuFrame, geodeticToEnu } from '@twinmap/core/internal/geo/enu'
import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { CoveredBox } from '@twinmap/core/internal/worker/messages'
import { html, nothing, type TemplateResult } from 'lit'
import { Directive, directive, type ElementPart } from 'lit/directive.js'
import { repeat } from 'lit/directives/repeat.js'
import { WORDS } from '../locale/words.ts'
import { alarmRow, bySeverity } from '../panels/alarm-rows.ts'
import { SIGN_DIGITS, SIGNS } from '../theme/marks.ts'
import { ARROW_PX, type Arrow, edgeArrows } from '../tools/edge-arrows.ts'
import type { ViewerModel } from './viewer-model.ts'
import { type Drawn, nowFor, zoneOf } from './viewer-panels.ts'

/** Which red alarms stand outside of the picture, and where the way there leaves it, CSS px of the map. */
export class OutsideAlarms {
  #free: { readonly of: readonly CoveredBox[]; readonly size: string; readonly part: CoveredBox } | null = null

  find({ doc, alarms, phase, webgl }: ViewerModel, view: EngineView | null, mapWidthPx: () => number): readonly Arrow<AlarmShown>[] {
    const red = phase === 'ready' && webgl ? bySeverity(alarms).filter(({ priority }) => priority === 1) : []
    if (doc === null || view === null || red.length === 0) return []
    const { state } = view
    const frame = enuFrame(doc.origin)
    const placed = red.flatMap((of) => {
      const at = of.at ?? of.place
      if (at === null) return []
      const [longitude, latitude, height] = at
      const heightEllipsoidalMeters = height ?? doc.origin.heightEllipsoidalMeters
      return [{ of, enu: geodeticToEnu(frame, { longitude, latitude, heightEllipsoidalMeters }) }]
    })
    const { covered = [] } = state
    const free = this.#freeOf(state.width, state.height, covered)
    const scale = state.width > 0 ? mapWidthPx() / state.width : 1
    return edgeArrows(placed, state, { free, covered, sizePx: ARROW_PX }).map((arrow) => ({
      ...arrow,
      x: arrow.x * scale,
      y: arrow.y * scale,
    }))
  }

  /** Asked in every frame of a flight, and the same until a panel opens. */
  #freeOf(width: number, height: number, covered: readonly CoveredBox[]): CoveredBox {
    const size = `${width} ${height}`
    if (this.#free?.of !== covered || this.#free.size !== size) this.#free = { of: covered, size, part: freePart(width, height, covered) }
    return this.#free.part
  }
}

/** Sets where an element stands by its properties: a style attribute is refused by the page's policy. */
class Placed extends Directive {
  override render(_x: number, _y: number): unknown {
    return nothing
  }
  override update({ element }: ElementPart, [x, y]: [number, number]): unknown {
    const { style } = element as HTMLElement
    style.left = `${Math.round(x)}px`
    style.top = `${Math.round(y)}px`
    return nothing
  }
}
const placed = directive(Placed)

export function outsideAlarms(arrows: readonly Arrow<AlarmShown>[], drawn: Drawn): TemplateResult | typeof nothing {
  if (arrows.length === 0) return nothing
  const { model, look, acts } = drawn
  const w = WORDS[look.locale]
  const button = ({ of, x, y, turnDeg }: Arrow<AlarmShown>) => {
    const { feed, id, what, whose } = alarmRow(of, model.kinds, look.locale, nowFor(drawn), zoneOf(model))
    const words = w.flyToAlarm(`${what} ${whose}`)
    return html`<button part="outside" aria-label=${words} title=${words} ${placed(x, y)} @click=${() => acts.openAlarm({ feed, id })}>
      <svg viewBox="-22 -22 44 44" aria-hidden="true">
        <g transform="rotate(${Math.round(turnDeg)})"><path class="way" d="M21,0l-11,-9a14,14 0 1 0 0,18z"></path></g>
        <g transform="scale(.9)"><path class="edge" d=${SIGNS[1]}></path><path class="digit" d=${SIGN_DIGITS[1]}></path></g>
      </svg>
    </button>`
  }
  return html`<nav class="outside" aria-label=${w.outside}>${repeat(arrows, ({ of }) => alarmKey(of), button)}</nav>`
}
