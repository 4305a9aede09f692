// How large a unit is. An embed keeps 16 px, whatever page it stands in. A big screen is read from across a room, so its unit is the
// design's: 1 / 67.5 of its height, 16 px at 1080 and 32 px at 2160.

/** The design's unit at its own height, px, and the least anywhere. */
export const UNIT_PX = 16
const UNITS_HIGH = 67.5
/** The smallest screen that is a big one, CSS px. */
const LEAST = { width: 1920, height: 1080 } as const
/** Borders and a scroll bar, px: what fills the window but for them fills it. Whatever else a page has beside the element is larger. */
const SLACK_PX = 24

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The unit of an element of a size, px. It is told from an embed by what it is, not by what it is called: it fills the window, which is
 * at least 1920 × 1080. A page that wants it otherwise sets `--tw-unit`.
 */
export function unitOf(element: Size, window: Size): number {
  const isBig = window.width >= LEAST.width && window.height >= LEAST.height
  const fills = element.width >= window.width - SLACK_PX && element.height >= window.height - SLACK_PX
  return isBig && fills ? Math.max(UNIT_PX, window.height / UNITS_HIGH) : UNIT_PX
}

/** Sets the unit of a shadow root below whatever the page says of its host: by a sheet, since a style on the host would be above it. */
export class UnitSheet {
  readonly #sheet = new CSSStyleSheet()
  #px = UNIT_PX

  constructor(root: ShadowRoot) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#sheet]
  }

  set(px: number): void {
    if (px === this.#px) return
    this.#px = px
    this.#sheet.replaceSync(px === UNIT_PX ? '' : `:host { --tw-unit: ${px}px; }`)
  }
}
