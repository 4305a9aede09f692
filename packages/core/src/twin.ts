// **createTwin** composes the rooms and hands them over: document -> engine, worker -> layers. It has no method that a
// part has, and no law of its own; whoever wants to know how a thing is done looks into the part.
import { checkCall } from './document/check-call.ts'
import { firstView } from './document/home-view.ts'
import { loadDocument } from './document/load.ts'
import { warningsOf } from './document/unknown-names.ts'
import { Emitter } from './engine/emitter.ts'
import { engineOrNone } from './engine/engine-or-none.ts'
import { createLayerMounts } from './engine/layer-mounts.ts'
import { errorFromData, TwinError } from './error/twin-error.ts'
import type { AnyKind } from './kind/kind.ts'
import { liveClock, twinTimeMs } from './live/clock.ts'
import { browserNet, createNet } from './net/net.ts'
import { mustBeLayer, TWIN_CALLS } from './twin-calls.ts'
import type { Twin, TwinEvents, TwinOptions, TwinPorts } from './twin-parts.ts'
import { createTwinTokens } from './twin-tokens.ts'
import { createClient } from './worker/client.ts'
import type { AlarmShown, Described, Health, OpenedLayer, WorkerMessage } from './worker/messages.ts'

/** The camera's view goes to the worker at this pace, for picks and labels. */
const VIEW_MS = 100

const browser: TwinPorts = {
  net: browserNet,
  nowMs: () => Date.now(),
  beforeFrame: (run) => (typeof requestAnimationFrame === 'function' ? requestAnimationFrame(run) : setTimeout(run, 16)),
}

/**
 * Opens a twin: the document, then the coarse picture, then live data.
 *
 * @throws TwinError `call-invalid`, `document-missing`, `document-invalid`, `document-newer`, `webgl-missing`, or what net/ throws.
 */
export async function createTwin(options: TwinOptions): Promise<Twin> {
  checkCall(TWIN_CALLS, 'createTwin', [options])
  const { src, allow = [], theme = 'light', getToken, signal } = options
  const { net: netPorts, nowMs, beforeFrame } = { ...browser, ...options.ports }
  const ending = new AbortController()
  const tokens = createTwinTokens(src, {
    getToken,
    send: (feed, token) => calls.token({ feed, token }),
    taken: () => {
      for (const tileset of tilesets) tileset.retry()
    },
    tell: (error) => tell(error),
    ended: ending.signal,
  })
  const net = createNet({ base: src, allow, tokenFor: tokens.tokenFor, renewed: tokens.renewed }, { ...browserNet, ...netPorts })
  const doc = options.doc ?? (await loadDocument(src, net.json, signal === undefined ? {} : { signal }))
  signal?.throwIfAborted()

  const events = new Emitter<TwinEvents>()
  let clock = liveClock(nowMs(), 0)
  let locale = options.locale ?? 'zh'
  let all: readonly OpenedLayer[] = []
  let kinds: readonly AnyKind[] = []
  let standing: readonly AlarmShown[] = []
  let health: Health | null = null
  let selected: Described | null = null
  /** Between the wish to sign out and the worker's answer what still arrives is of somebody. */
  let signingOut = false
  let viewTimer: ReturnType<typeof setTimeout> | null = null
  const tell = (error: unknown) => {
    if (!ending.signal.aborted)
      events.emit('error', error instanceof TwinError ? error : new TwinError('internal', String(error), {}, { cause: error }))
  }
  const client = createClient(options.worker(), hear, tell)
  const { calls } = client
  const engine = engineOrNone({ noPicture: (error) => setTimeout(tell, 0, error), fails: client.dispose }, options.createEngine, {
    container: options.container,
    origin: doc.origin,
    clock,
    view: firstView(doc, options.view),
    theme,
    pickMarkers: (x, y, view, tMs) => calls.pick({ x, y, view, tMs }),
    fetch: (url, init) => net.fetch(url, { signal: AbortSignal.any([ending.signal, ...(init?.signal ? [init.signal] : [])]) }),
  })
  const mounts = createLayerMounts(engine, { recycle: client.recycle, beforeFrame, tell })
  engine.on('error', tell)
  for (const type of ['refinement', 'placed'] as const) engine.on(type, (event) => events.emit(type, event as never))
  engine.on('view', (view) => {
    events.emit('view', view)
    viewTimer ??= setTimeout(sendView, VIEW_MS)
  })
  engine.on('view-replaced', (view) =>
    events.emit(
      'warning',
      new TwinError(
        'view-empty',
        `the view that the twin begins with meets nothing of its tilesets, so they are seen from ${view.longitude.toFixed(5)}, ${view.latitude.toFixed(5)}, ${Math.round(view.heightEllipsoidalMeters)} m instead; correct views in the document`,
        { longitude: view.longitude, latitude: view.latitude, heightEllipsoidalMeters: view.heightEllipsoidalMeters },
      ),
    ),
  )
  engine.on('restored', () => {
    for (const { id } of all) calls.repatch({ layer: id }).catch(tell)
  })
  // Tilesets first: the coarse picture does not wait for anybody's token, nor for the worker.
  const tilesets = doc.tilesets.map(({ id, url, at, memoryBytes, errorTargetPx }) => {
    const limits = { ...(memoryBytes !== undefined && { memoryBytes }), ...(errorTargetPx !== undefined && { errorTargetPx }) }
    return engine.mount({ type: 'tileset', id, url, at: at ?? 'ecef', ...limits })
  })
  const labels = engine.mount({ type: 'labels' })
  tokens.begin(doc)

  function sendView(): void {
    viewTimer = null
    if (!ending.signal.aborted) calls.setView(engine.view.state).catch(tell)
  }

  function show(next: Described | null): void {
    selected = next
    if (next === null) engine.apply({ type: 'select', handle: null })
    events.emit('selection', next)
  }

  function hear(message: WorkerMessage): void {
    if (ending.signal.aborted) return
    if (signingOut && (message.type === 'alarm' || message.type === 'labels' || message.type === 'described')) return
    if (message.type === 'patch') {
      const { patch } = message
      // The one that wipes a layer is whole, and draws nobody.
      if (signingOut && !patch.whole) client.recycle(patch.layer, patch.words.buffer)
      else mounts.patch(patch)
    } else if (message.type === 'alarm') events.emit('alarms', (standing = message.alarms))
    else if (message.type === 'labels') labels.set(message.labels)
    else if (message.type === 'described') show(message.described)
    else if (message.type === 'health') events.emit('health', (health = message.health))
    else if (message.type === 'clock') {
      engine.setClock((clock = message.clock))
      events.emit('clock', clock)
    } else if (message.type === 'error') tell(errorFromData(message.error))
    else if (!signingOut)
      tokens
        .answer(message)
        .then((given) => (given ? undefined : twin.signOut()))
        .catch(tell)
  }

  async function open(): Promise<void> {
    const opened = await calls.open({ doc, base: src, allow, locale, clock })
    ;({ layers: all, kinds } = opened)
    if (ending.signal.aborted) return
    mounts.mount(all)
    sendView()
  }

  let asked = 0
  const twin: Twin = {
    doc,
    engine,
    view: engine.view,
    clock: {
      get current() {
        return clock
      },
      set(next) {
        checkCall(TWIN_CALLS, 'clock.set', [next])
        clock = next
        engine.setClock(next)
        calls.setClock(next).catch(tell)
        events.emit('clock', next)
      },
    },
    locale: {
      get current() {
        return locale
      },
      set(next) {
        checkCall(TWIN_CALLS, 'locale.set', [next])
        locale = next
        calls.setLocale({ locale }).catch(tell)
      },
    },
    layers: {
      get all() {
        return all
      },
      setVisible(layer, visible) {
        checkCall(TWIN_CALLS, 'layers.setVisible', [layer, visible])
        mustBeLayer(doc, layer)
        mounts.setVisible(layer, visible)
        calls.setFilter({ layer, visible }).catch(tell)
      },
    },
    get kinds() {
      return kinds
    },
    alarms: {
      get standing() {
        return standing
      },
    },
    actions: {
      async acknowledge(alarm) {
        checkCall(TWIN_CALLS, 'actions.acknowledge', [alarm])
        const { feed, id, count } = alarm
        return calls.act({ feed, key: crypto.randomUUID(), type: 'acknowledge', alarm: id, count })
      },
      async disclosure(alarm, type) {
        checkCall(TWIN_CALLS, 'actions.disclosure', [alarm, type])
        const { feed, id } = alarm
        return calls.act({ feed, key: crypto.randomUUID(), type, alarm: id })
      },
    },
    health: {
      get current() {
        return health
      },
    },
    selection: {
      get current() {
        return selected
      },
      async at(x, y) {
        checkCall(TWIN_CALLS, 'selection.at', [x, y])
        return engine.pick(x, y)
      },
      async set(subject) {
        checkCall(TWIN_CALLS, 'selection.set', [subject])
        const mine = ++asked
        const next = subject === null ? null : await calls.describe(subject)
        if (mine !== asked || signingOut) return
        await calls.watch({ handle: next?.handle ?? null })
        if (mine !== asked || signingOut) return
        if (next !== null) engine.apply({ type: 'select', handle: next.handle })
        show(next)
      },
    },
    things: {
      async inView(most) {
        checkCall(TWIN_CALLS, 'things.inView', [most])
        return calls.inView({ most, view: engine.view.state, tMs: twinTimeMs(clock, nowMs()) })
      },
    },
    ready: open(),
    retry() {
      for (const tileset of tilesets) tileset.retry()
      calls.reconnect().catch(tell)
    },
    async signOut() {
      signingOut = true
      tokens.drop()
      asked++
      standing = []
      // Here and now: a worker that is dead or slow says nothing of it.
      mounts.empty()
      labels.set([])
      show(null)
      events.emit('alarms', standing)
      try {
        await calls.token({ feed: null, token: null })
      } catch (error) {
        // It is gone, and what it held with it.
        if (!(error instanceof TwinError) || error.code !== 'worker-lost') throw error
      } finally {
        signingOut = false
      }
    },
    async signIn() {
      await tokens.signIn()
      // What was refused meanwhile may be seen now.
      for (const tileset of tilesets) tileset.retry()
    },
    on(type, listener) {
      checkCall(TWIN_CALLS, 'on', [type, listener])
      return events.on(type, listener)
    },
    dispose() {
      if (ending.signal.aborted) return
      ending.abort(new TwinError('worker-lost', 'the twin was disposed of'))
      if (viewTimer !== null) clearTimeout(viewTimer)
      client.dispose()
      engine.dispose()
      events.clear()
    },
  }
  twin.ready.catch(tell)
  const warnings = warningsOf(doc)
  // Once whoever opened it listens.
  for (const warning of warnings) setTimeout(() => events.emit('warning', warning), 0)
  signal?.addEventListener('abort', () => twin.dispose(), { once: true })
  return twin
}
