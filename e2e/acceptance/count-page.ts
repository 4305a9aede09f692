// Counts what a page opens and closes, by wrapping what opens it before the page begins. Runs in the page: it is handed over
// as source, so it must not use anything from outside of itself.

/** Made less unmade: 0 where nothing is left. */
export interface PageCounts {
  readonly left: {
    readonly workers: number
    /** `document visibilitychange`: listeners on what outlives every element. */
    readonly listeners: readonly string[]
    readonly bitmaps: number
    readonly intervals: number
    readonly observers: number
    /** Graphics contexts that still work. */
    readonly contexts: number
    readonly fonts: number
  }
  /** All that there ever were, so that a zero is no empty claim. */
  readonly made: {
    readonly workers: number
    readonly listeners: number
    readonly bitmaps: number
    readonly intervals: number
    readonly observers: number
    readonly contexts: number
    readonly fonts: number
  }
}

/** Set by {@link countPage} on `globalThis`. */
export interface CountsPage {
  pageCounts: () => PageCounts
}

export function countPage(): void {
  const made = { workers: 0, listeners: 0, bitmaps: 0, intervals: 0, observers: 0, contexts: 0, fonts: 0 }
  const [workers, bitmaps, intervals, observers] = [new Set<unknown>(), new Set<unknown>(), new Set<unknown>(), new Set<unknown>()]

  const BareWorker = globalThis.Worker
  globalThis.Worker = class extends BareWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      made.workers++
      workers.add(this)
    }
    override terminate(): void {
      workers.delete(this)
      super.terminate()
    }
  }

  // Pictures: made here, or handed over by a worker.
  const keep = (bitmap: unknown) => {
    if (bitmaps.has(bitmap)) return
    made.bitmaps++
    bitmaps.add(bitmap)
  }
  const search = (value: unknown, depth = 0): void => {
    if (value instanceof ImageBitmap) keep(value)
    else if (typeof value === 'object' && value !== null && depth < 8 && !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer))
      for (const inner of Object.values(value)) search(inner, depth + 1)
  }
  const create = globalThis.createImageBitmap as (...args: unknown[]) => Promise<ImageBitmap>
  Object.assign(globalThis, {
    createImageBitmap: async (...args: unknown[]) => {
      const bitmap = await create.apply(globalThis, args)
      keep(bitmap)
      return bitmap
    },
  })
  const handOver = OffscreenCanvas.prototype.transferToImageBitmap
  OffscreenCanvas.prototype.transferToImageBitmap = function () {
    const bitmap = handOver.call(this)
    keep(bitmap)
    return bitmap
  }
  const close = ImageBitmap.prototype.close
  ImageBitmap.prototype.close = function () {
    bitmaps.delete(this)
    close.call(this)
  }
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')!
  Object.defineProperty(MessageEvent.prototype, 'data', {
    ...data,
    get(this: MessageEvent) {
      const value: unknown = data.get!.call(this)
      search(value)
      return value
    },
  })

  // Listeners on what outlives every element.
  interface Heard {
    readonly target: EventTarget
    readonly type: string
    readonly listener: unknown
    readonly capture: boolean
  }
  const heard = new Set<Heard>()
  const isLasting = (target: EventTarget) =>
    target === globalThis ||
    target === document ||
    target === document.documentElement ||
    target === document.body ||
    target === document.fonts ||
    target === globalThis.visualViewport ||
    target === screen.orientation ||
    target instanceof MediaQueryList
  const captures = (options: unknown) =>
    typeof options === 'object' && options !== null ? Boolean((options as { capture?: boolean }).capture) : Boolean(options)
  const findHeard = (target: EventTarget, type: string, listener: unknown, capture: boolean) =>
    [...heard].find((each) => each.target === target && each.type === type && each.listener === listener && each.capture === capture)
  const { addEventListener, removeEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    // Called bare it is the window's.
    const target = (this ?? globalThis) as EventTarget
    const { signal, once } = (typeof options === 'object' && options !== null ? options : {}) as AddEventListenerOptions
    if (isLasting(target) && listener !== null && signal?.aborted !== true && !findHeard(target, type, listener, captures(options))) {
      const entry: Heard = { target, type, listener, capture: captures(options) }
      heard.add(entry)
      made.listeners++
      const forget = () => heard.delete(entry)
      if (signal) addEventListener.call(signal, 'abort', forget, { once: true })
      if (once === true) addEventListener.call(target, type, forget, { once: true })
    }
    addEventListener.call(target, type, listener, options)
  }
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = (this ?? globalThis) as EventTarget
    const entry = findHeard(target, type, listener, captures(options))
    if (entry !== undefined) heard.delete(entry)
    removeEventListener.call(target, type, listener, options)
  }

  const [bareSetInterval, bareClearInterval] = [globalThis.setInterval, globalThis.clearInterval]
  Object.assign(globalThis, {
    setInterval: (...args: Parameters<typeof setInterval>) => {
      const timer = bareSetInterval(...args)
      made.intervals++
      intervals.add(timer)
      return timer
    },
    clearInterval: (timer: number) => {
      intervals.delete(timer)
      bareClearInterval(timer)
    },
  })

  for (const observer of [ResizeObserver, IntersectionObserver, MutationObserver]) {
    const prototype = observer.prototype as unknown as Record<'observe' | 'disconnect', (this: object, ...args: unknown[]) => void>
    const { observe, disconnect } = prototype
    prototype.observe = function (...args) {
      if (!observers.has(this)) made.observers++
      observers.add(this)
      observe.apply(this, args)
    }
    prototype.disconnect = function () {
      observers.delete(this)
      disconnect.call(this)
    }
  }

  const contexts: WeakRef<WebGL2RenderingContext>[] = []
  const { getContext } = HTMLCanvasElement.prototype
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
    const context = getContext.apply(this, args as Parameters<typeof getContext>)
    if (context instanceof WebGL2RenderingContext && !contexts.some((each) => each.deref() === context)) {
      made.contexts++
      contexts.push(new WeakRef(context))
    }
    return context
  } as typeof getContext

  const addFont = FontFaceSet.prototype.add
  const fonts = document.fonts.size
  FontFaceSet.prototype.add = function (face) {
    made.fonts++
    return addFont.call(this, face)
  }

  const nameOf = (target: EventTarget) => (target === globalThis ? 'window' : Object.prototype.toString.call(target).slice(8, -1))
  ;(globalThis as unknown as CountsPage).pageCounts = () => ({
    left: {
      workers: workers.size,
      listeners: [...heard].map(({ target, type }) => `${nameOf(target)} ${type}`),
      bitmaps: bitmaps.size,
      intervals: intervals.size,
      observers: observers.size,
      contexts: contexts.filter((each) => each.deref()?.isContextLost() === false).length,
      fonts: document.fonts.size - fonts,
    },
    made: { ...made },
  })
}
