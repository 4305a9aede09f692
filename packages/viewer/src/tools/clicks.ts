// A click on the map, and not the end of a drag that moved it.
import { pageBox } from '@twinmap/core/internal/engine/page-box'

/** A pointer that moved less, px, has clicked. */
const CLICK_PX = 6

/** What was drawn anew takes a press after so long, ms: until then it was meant for what lay there before. As long as a double click may last. */
export const SETTLED_MS = 500

/** Tells each click on `map`, CSS px from its left top, or null for the end of a drag; the answer ends it. */
export function watchClicks(map: HTMLElement, clicked: (at: { readonly x: number; readonly y: number } | null) => void): () => void {
  const ending = new AbortController()
  const { signal } = ending
  let pressed = { x: 0, y: 0 }
  map.addEventListener('pointerdown', ({ clientX, clientY }) => (pressed = { x: clientX, y: clientY }), { signal })
  map.addEventListener(
    'click',
    ({ clientX, clientY }) => {
      const isDrag = Math.hypot(clientX - pressed.x, clientY - pressed.y) > CLICK_PX
      clicked(isDrag ? null : pageBox(map).point(clientX, clientY))
    },
    { signal },
  )
  return () => ending.abort()
}
