// The bottom sheet of a phone: three heights, reached by dragging its handle, by pressing it, or by arrow keys.
import { pageBox } from '@twinmap/core/internal/engine/page-box'

export type SheetStop = 'low' | 'half' | 'full'
export const SHEET_STOPS: readonly SheetStop[] = ['low', 'half', 'full']

/** Height of a stop, px, in a viewer of `heightPx` where one unit is `unitPx`. */
export function stopHeight(stop: SheetStop, heightPx: number, unitPx: number): number {
  if (stop === 'low') return 6 * unitPx
  return heightPx * (stop === 'half' ? 0.5 : 0.92)
}

/** The stop that a drag ends at: the next one in its direction after a flick, else the nearest. */
export function stopAfterDrag(sheetPx: number, upwardPxPerMs: number, heightPx: number, unitPx: number): SheetStop {
  const heights = SHEET_STOPS.map((stop) => stopHeight(stop, heightPx, unitPx))
  if (upwardPxPerMs > FLICK_PX_PER_MS) return SHEET_STOPS[heights.findIndex((h) => h > sheetPx)] ?? 'full'
  if (upwardPxPerMs < -FLICK_PX_PER_MS) return SHEET_STOPS[heights.findLastIndex((h) => h < sheetPx)] ?? 'low'
  const nearest = heights.reduce((best, h, i) => (Math.abs(h - sheetPx) < Math.abs(heights[best]! - sheetPx) ? i : best), 0)
  return SHEET_STOPS[nearest]!
}

/** One higher or lower; at the end it stays, or (`round`) begins anew. */
export function nextStop(stop: SheetStop, by: 1 | -1, round = false): SheetStop {
  const to = SHEET_STOPS.indexOf(stop) + by
  if (round) return SHEET_STOPS[(to + SHEET_STOPS.length) % SHEET_STOPS.length]!
  return SHEET_STOPS[Math.min(SHEET_STOPS.length - 1, Math.max(0, to))]!
}

/** Where an arrow key leads; null: the key is the page's. */
export const stopOfKey = (key: string, stop: SheetStop): SheetStop | null =>
  key === 'ArrowUp' ? nextStop(stop, 1) : key === 'ArrowDown' ? nextStop(stop, -1) : null

const FLICK_PX_PER_MS = 0.5

/**
 * Drags `sheet` by its handle until the pointer lets go, then tells the stop. The height is set by a property, which the
 * page's policy allows where a style attribute is refused. A press without a drag is left to the click.
 *
 * @param map - the box in whose px the sheet is as high as it is, whatever the page's CSS does to it.
 */
export function dragSheet(
  event: PointerEvent,
  sheet: HTMLElement,
  map: HTMLElement,
  unitPx: number,
  ended: (stop: SheetStop) => void,
): void {
  const handle = event.currentTarget as HTMLElement
  const yOf = ({ clientX, clientY }: PointerEvent) => pageBox(map).point(clientX, clientY).y
  const began = yOf(event)
  const heightPx = sheet.parentElement?.clientHeight ?? 0
  const startPx = sheet.clientHeight
  let last = { y: began, t: event.timeStamp, upward: 0 }
  let moved = false
  const ending = new AbortController()
  const { signal } = ending
  handle.setPointerCapture(event.pointerId)
  handle.addEventListener(
    'pointermove',
    (move) => {
      const y = yOf(move)
      if (Math.abs(y - began) > 4) moved = true
      if (!moved) return
      const upward = (last.y - y) / Math.max(1, move.timeStamp - last.t)
      last = { y, t: move.timeStamp, upward }
      sheet.classList.add('dragged')
      sheet.style.setProperty('--_sheet', `${Math.round(startPx + began - y)}px`)
    },
    { signal },
  )
  const end = () => {
    ending.abort()
    const px = sheet.clientHeight
    sheet.classList.remove('dragged')
    sheet.style.removeProperty('--_sheet')
    if (!moved) return
    // The click that follows a drag is not a press.
    handle.addEventListener('click', (click) => click.stopImmediatePropagation(), { capture: true, once: true })
    ended(stopAfterDrag(px, last.upward, heightPx, unitPx))
  }
  handle.addEventListener('pointerup', end, { signal })
  handle.addEventListener('pointercancel', end, { signal })
}
