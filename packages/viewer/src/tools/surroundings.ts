// What the page and the reader's system tell an element: its size, their wishes, whether anybody looks.
import { isFullscreen } from './fullscreen.ts'

const prefersDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches
/** `auto` follows the reader's system. */
export const themeOf = (asked: 'light' | 'dark' | 'auto'): 'light' | 'dark' => (asked !== 'auto' ? asked : prefersDark() ? 'dark' : 'light')
export const prefersStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** What `--tw-unit` is here, px. */
export const unitPx = (host: Element): number => Number.parseFloat(getComputedStyle(host).getPropertyValue('--tw-unit')) || 16

export interface SurroundingsPorts {
  readonly resized: (widthPx: number, heightPx: number) => void
  readonly dark: (dark: boolean) => void
  readonly still: (still: boolean) => void
  readonly fullscreen: (fullscreen: boolean) => void
  /** Once a second while the page is seen; ages in words change by themselves. */
  readonly tick: () => void
  /** The network is back, as far as the browser knows. */
  readonly online: () => void
}

const TICK_MS = 1000

/** Watches until the answer is called. */
export function watchSurroundings(host: HTMLElement, ports: SurroundingsPorts): () => void {
  const document = host.ownerDocument
  const ending = new AbortController()
  const { signal } = ending
  const size = new ResizeObserver(([entry]) => entry !== undefined && ports.resized(entry.contentRect.width, entry.contentRect.height))
  size.observe(host)
  let ticking: ReturnType<typeof setInterval> | undefined
  const look = () => {
    clearInterval(ticking)
    if (!document.hidden) ticking = setInterval(ports.tick, TICK_MS)
  }
  look()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => ports.dark(event.matches), { signal })
  matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', (event) => ports.still(event.matches), { signal })
  document.defaultView?.addEventListener('online', ports.online, { signal })
  // A window that grows around an element that does not.
  document.defaultView?.addEventListener('resize', () => ports.resized(host.clientWidth, host.clientHeight), { signal })
  document.addEventListener('visibilitychange', look, { signal })
  document.addEventListener('fullscreenchange', () => ports.fullscreen(isFullscreen(host)), { signal })
  return () => {
    size.disconnect()
    clearInterval(ticking)
    ending.abort()
  }
}
