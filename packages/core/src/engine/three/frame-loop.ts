// Frames on demand: a view at rest asks for none, a hidden page gets none. Flow: invalidate -> **one animation frame** -> draw.

export interface FrameLoopPorts {
  readonly requestFrame: (callback: (nowMs: number) => void) => number
  readonly cancelFrame: (id: number) => void
  readonly setTimer: (callback: () => void, delayMs: number) => number
  readonly clearTimer: (id: number) => void
  readonly nowMs: () => number
  /** Whether the page is hidden, and how to hear that it changed. */
  readonly hidden: () => boolean
  readonly onVisibility: (listener: () => void) => () => void
}

export const browserPorts = (): FrameLoopPorts => ({
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (id) => cancelAnimationFrame(id),
  setTimer: (callback, delayMs) => window.setTimeout(callback, delayMs),
  clearTimer: (id) => clearTimeout(id),
  nowMs: () => performance.now(),
  hidden: () => document.hidden,
  onVisibility: (listener) => {
    document.addEventListener('visibilitychange', listener)
    return () => document.removeEventListener('visibilitychange', listener)
  },
})

export class FrameLoop {
  readonly #ports: FrameLoopPorts
  readonly #draw: (nowMs: number) => { readonly again: boolean; readonly wakeMs: number }
  readonly #unlisten: () => void
  #frame: number | null = null
  #timer: number | null = null
  #wanted = false
  #stopped = false

  /** @param draw - says whether the next frame is needed too, and else when (on `nowMs`'s clock; Infinity: not by itself). */
  constructor(ports: FrameLoopPorts, draw: (nowMs: number) => { readonly again: boolean; readonly wakeMs: number }) {
    this.#ports = ports
    this.#draw = draw
    this.#unlisten = ports.onVisibility(() => this.#visibilityChanged())
  }

  /** Asks for one frame; cheap, may be called many times. */
  request(): void {
    this.#wanted = true
    if (this.#frame !== null || this.#stopped || this.#ports.hidden()) return
    this.#frame = this.#ports.requestFrame((nowMs) => this.#run(nowMs))
  }

  dispose(): void {
    this.#stopped = true
    this.#unlisten()
    this.#clear()
  }

  #run(nowMs: number): void {
    this.#frame = null
    this.#wanted = false
    if (this.#timer !== null) this.#ports.clearTimer(this.#timer)
    this.#timer = null
    const { again, wakeMs } = this.#draw(nowMs)
    if (this.#stopped) return
    if (again) this.request()
    else if (Number.isFinite(wakeMs)) {
      this.#timer = this.#ports.setTimer(() => this.request(), Math.max(0, wakeMs - this.#ports.nowMs()))
    }
  }

  #visibilityChanged(): void {
    if (this.#ports.hidden()) {
      // What was wanted stays wanted; a timer may ring, and asks then.
      if (this.#frame !== null) this.#ports.cancelFrame(this.#frame)
      this.#wanted ||= this.#frame !== null
      this.#frame = null
    } else if (this.#wanted) this.request()
  }

  #clear(): void {
    if (this.#frame !== null) this.#ports.cancelFrame(this.#frame)
    if (this.#timer !== null) this.#ports.clearTimer(this.#timer)
    this.#frame = this.#timer = null
  }
}
