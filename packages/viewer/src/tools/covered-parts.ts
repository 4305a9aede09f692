// Which parts of the map the viewer's own boxes lie on. Flow: boxes -> **covered parts** -> engine (flights end beside them) ->
// worker (labels keep out from under them).
import type { EngineView } from '@twinmap/core/internal/engine/contract'
import { pageBox } from '@twinmap/core/internal/engine/page-box'
import type { CoveredBox } from '@twinmap/core/internal/worker/messages'

type Listener = Pick<EngineView, 'setCovered'>

export class CoveredParts {
  readonly #map: HTMLElement
  readonly #boxes: () => Iterable<Element>
  /** A box that grows, and a sheet that is pulled up, are told without a new drawing of the viewer. */
  readonly #sizes = new ResizeObserver(() => this.measure())
  #observed = new Set<Element>()
  #listener: Listener | null = null
  #told = '[]'

  /** @param boxes - what lies on the map now. */
  constructor(map: HTMLElement, boxes: () => Iterable<Element>) {
    this.#map = map
    this.#boxes = boxes
    this.#sizes.observe(map)
  }

  /** After each drawing: which boxes there are now, and whom it concerns. They are measured once they have their size. */
  look(listener: Listener | null): void {
    const now = new Set(this.#boxes())
    const gone = [...this.#observed].filter((box) => !now.has(box))
    const come = [...now].filter((box) => !this.#observed.has(box))
    this.#observed = now
    for (const box of gone) this.#sizes.unobserve(box)
    for (const box of come) this.#sizes.observe(box)
    const isOther = listener !== this.#listener
    this.#listener = listener
    if (isOther) this.#told = '[]'
    if (isOther || gone.length > 0) {
      // An observer speaks of what it is given anew.
      this.#sizes.unobserve(this.#map)
      this.#sizes.observe(this.#map)
    }
  }

  /** Tells what is covered, if it is other than what was told. */
  measure(): void {
    if (this.#listener === null) return
    const map = pageBox(this.#map)
    const covered: CoveredBox[] = []
    for (const box of this.#observed) {
      const { width, height } = box.getBoundingClientRect()
      if (width <= 0 || height <= 0) continue
      // Its middle and its own size: what the page turns keeps both, and not the upright box around it.
      const { x, y } = map.middle(box)
      const { offsetWidth: w = width, offsetHeight: h = height } = box as Partial<HTMLElement>
      covered.push({ x: Math.round(x - w / 2), y: Math.round(y - h / 2), width: w, height: h })
    }
    const told = JSON.stringify(covered)
    if (told === this.#told) return
    this.#told = told
    this.#listener.setCovered(covered)
  }

  end(): void {
    this.#sizes.disconnect()
    this.#observed.clear()
    this.#listener = null
  }
}
