// When the map takes the wheel and one finger, and when the page around it keeps them: until the viewer has focus, the
// page scrolls; a reader who tries gets a word on how to move the map.

export interface GesturePorts {
  /** Focus came in or left. */
  readonly owner: (owner: 'page' | 'map') => void
  /** A gesture was left to the page; null: the word has stood long enough. */
  readonly hint: (hint: 'wheel' | 'touch' | null) => void
}

const HINT_MS = 1_800

/** Watches `host` for focus and `map` for gestures; the answer ends it. */
export function watchGestures(host: HTMLElement, map: HTMLElement, { owner, hint }: GesturePorts): () => void {
  const ending = new AbortController()
  const options = { signal: ending.signal, passive: true }
  let mine = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const show = (what: 'wheel' | 'touch') => {
    clearTimeout(timer)
    hint(what)
    timer = setTimeout(() => hint(null), HINT_MS)
  }
  const take = (now: boolean) => {
    if (now === mine) return
    mine = now
    if (now) {
      clearTimeout(timer)
      hint(null)
    }
    owner(now ? 'map' : 'page')
  }
  host.addEventListener('focusin', () => take(true), options)
  host.addEventListener(
    'focusout',
    (event) => {
      const to = event.relatedTarget
      if (!(to instanceof Node && (to === host || host.contains(to) || host.shadowRoot?.contains(to)))) take(false)
    },
    options,
  )
  host.ownerDocument.addEventListener('fullscreenchange', () => host.ownerDocument.fullscreenElement === host && take(true), options)
  map.addEventListener('wheel', (event) => !mine && !event.ctrlKey && !event.metaKey && show('wheel'), options)
  map.addEventListener('touchmove', (event) => !mine && event.touches.length === 1 && show('touch'), options)
  return () => {
    clearTimeout(timer)
    ending.abort()
  }
}
