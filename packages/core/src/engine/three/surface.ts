// The canvas in its container: size in CSS px, device pixels, and the day the GPU is gone. Flow: **surface** -> engine.

/** More device pixels than this per CSS px cost four times the work and cannot be seen. */
const MOST_PIXEL_RATIO = 2

export interface SurfaceListener {
  readonly resized: () => void
  readonly lost: () => void
  /** `begin` before anyone else hears that the context is back, `end` after three made its own things again. */
  readonly restored: (moment: 'begin' | 'end') => void
}

export class Surface {
  readonly canvas: HTMLCanvasElement
  /** Fills the container, and is positioned whatever the container is; the canvas fills it. */
  readonly stage: HTMLElement
  readonly #container: HTMLElement
  readonly #observer: ResizeObserver
  readonly #abort = new AbortController()
  #listener: SurfaceListener | null = null
  #ratioQuery: MediaQueryList | null = null

  constructor(container: HTMLElement) {
    this.#container = container
    this.stage = document.createElement('div')
    this.stage.style.position = 'relative'
    this.stage.style.width = this.stage.style.height = '100%'
    this.canvas = document.createElement('canvas')
    const { style } = this.canvas
    style.display = 'block'
    style.width = style.height = '100%'
    // The focus ring is the viewer's, around the whole map.
    style.outline = 'none'
    this.canvas.tabIndex = 0
    this.stage.append(this.canvas)
    container.append(this.stage)
    this.canvas.addEventListener('webglcontextrestored', () => this.#listener?.restored('begin'), {
      signal: this.#abort.signal,
      capture: true,
    })
    this.#observer = new ResizeObserver(() => this.#listener?.resized())
  }

  /** To be called after three has put its own listeners on the canvas, so that it hears of a loss first. */
  listen(listener: SurfaceListener): void {
    const { signal } = this.#abort
    this.#listener = listener
    this.canvas.addEventListener('webglcontextlost', () => listener.lost(), { signal })
    this.canvas.addEventListener('webglcontextrestored', () => listener.restored('end'), { signal })
    this.#observer.observe(this.#container)
    this.#watchRatio()
  }

  /** CSS px; zero while the container is not shown. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#container.clientWidth, height: this.#container.clientHeight }
  }

  get pixelRatio(): number {
    return Math.min(MOST_PIXEL_RATIO, window.devicePixelRatio || 1)
  }

  dispose(): void {
    this.#abort.abort()
    this.#observer.disconnect()
    this.#ratioQuery?.removeEventListener('change', this.#ratioChanged)
    this.#listener = null
    this.stage.remove()
  }

  /** A window that goes to another screen, or a page zoom: each query knows only its own ratio. */
  #watchRatio(): void {
    this.#ratioQuery?.removeEventListener('change', this.#ratioChanged)
    this.#ratioQuery = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    this.#ratioQuery.addEventListener('change', this.#ratioChanged)
  }

  readonly #ratioChanged = (): void => {
    this.#watchRatio()
    this.#listener?.resized()
  }
}
