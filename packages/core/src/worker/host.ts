// The worker's side of the border: **host** wires ports to the pure rooms and has no law of its own. Calls come in by
// WorkerCalls, messages go out by `post`; no DOM, no clock, no socket but those it is given, so it runs in Node too.
import { beginPending, failPending, keepPending, nextPendingMs } from '../actions/pending.ts'
import type { LayerSource, TwinDocument } from '../document/document.ts'
import { joinKinds } from '../document/join-kinds.ts'
import { unknownKindsIn } from '../document/unknown-names.ts'
import { errorToData, TwinError } from '../error/twin-error.ts'
import type { FeedSink, FeedState } from '../feeds/feed.ts'
import type { SocketPorts } from '../feeds/websocket.ts'
import type { Timers } from '../feeds/within-silence.ts'
import type { AnyKind } from '../kind/kind.ts'
import { chooseLabels } from '../labels/choose-labels.ts'
import { type Clock, liveClock, twinTimeMs } from '../live/clock.ts'
import { kindOfInventory } from '../live/inventory.ts'
import { countLayer, patchLayer, pickInLayer, recycleLayer, refreshAges, seekLayer, settleLayer, takeBase } from '../live/layer.ts'
import { type Handle, PRIORITY_MASK, WORDS } from '../live/layout.ts'
import { createOffsetSamples, OFFSET_MOVED_MS, offsetMs } from '../live/offset.ts'
import { type GroundHeight, NO_GROUND, type Settle, settleOn } from '../live/settle.ts'
import { idOf } from '../live/slots.ts'
import { createToEnu, type ToEnu } from '../live/to-enu.ts'
import type { NetPorts } from '../net/net.ts'
import { describe, findEntity, handleOf, showAlarms } from './describe.ts'
import { createGround, type OpenHeights } from './ground.ts'
import { nearestInView } from './in-view.ts'
import { labelCandidates } from './label-candidates.ts'
import { addLayer, createLiveTwin, type LiveLayer, type Ports, takeEnvelope, wipeTwin } from './live-twin.ts'
import { loadInventory } from './load-inventory.ts'
import type { Health, PickCandidate, ViewState, WorkerCalls, WorkerMessage, WorkerReturn } from './messages.ts'
import { type Session, startSession } from './session.ts'
import { createTokens } from './tokens.ts'

export interface HostPorts {
  /** To the page; `transfer` leaves this side. */
  readonly post: (message: WorkerMessage, transfer?: ArrayBuffer[]) => void
  readonly nowMs: () => number
  readonly timers: Timers
  readonly net: NetPorts
  readonly sockets: SocketPorts
  readonly random: () => number
  /** Kinds that this worker was built with; the document's add to them. */
  readonly kinds: readonly AnyKind[]
  /** Opens the height pyramid of a tileset. Absent: things without a height stand at the origin's. */
  readonly openHeights?: OpenHeights
}

export interface Host {
  readonly calls: WorkerCalls
  recycle(back: WorkerReturn): void
}

/** Changes gather so long before they are sent: one drawn frame. */
export const FLUSH_MS = 16
/** Labels, health and the names in the alarm list follow at this pace. */
export const SLOW_MS = 250
/** A timer is never set further ahead: browsers take more than 2^31 ms as none. */
const LONGEST_TIMER_MS = 3_600_000

/** A live clock says how far this machine's is behind; any other has nothing to do with it. */
const offsetOf = ({ mode, twinMs, wallMs }: Clock): number => (mode === 'live' ? twinMs - wallMs : 0)

const SIGNED_OUT = () => new TwinError('signed-out', 'nobody is signed in; sign in again')

export function createHost(ports: HostPorts): Host {
  const { post, nowMs, timers } = ports
  const twin = createLiveTwin()
  const tokens = createTokens((feed, expired) => post({ type: 'needToken', feed, expired }))
  const offsets = createOffsetSamples()
  const feeds = new Map<string, { state: FeedState; error: TwinError | null; heardMs: number | null }>()
  let opened: { readonly doc: TwinDocument; readonly base: string; readonly allow: readonly string[] } | null = null
  let session: Session | null = null
  let locale: 'zh' | 'en' = 'zh'
  let clock: Clock = liveClock(0, 0)
  let offset = 0
  let view: ViewState | null = null
  let watched: Handle | null = null
  /** What was last sent, so that nothing is sent twice; emptied at sign-out. */
  const sent = { alarms: '[]', labels: '[]', described: 'null', health: '' }
  let toEnu: ToEnu = () => undefined
  let askHeights: () => Promise<void> = async () => undefined
  let settleOnGround: Settle = settleOn(NO_GROUND, 0)
  const settle: Settle = (longitude, latitude) => {
    void askHeights()
    return settleOnGround(longitude, latitude)
  }
  let [flushTimer, slowTimer, wakeTimer]: [unknown, unknown, unknown] = [null, null, null]

  const twinMs = () => twinTimeMs(clock, nowMs())
  const given = (): Ports => ({ twinMs: twinMs(), toEnu, settle })
  const tell = (error: unknown) => post({ type: 'error', error: errorToData(error) })
  /** Runs what a timer or a socket starts; a fault is told, not lost. */
  const guarded = (run: () => void) => () => {
    try {
      run()
    } catch (error) {
      tell(error)
    }
  }
  const signedIn = (): Session => {
    if (session === null) throw SIGNED_OUT()
    return session
  }
  const changed = () => {
    flushTimer ??= timers.set(guarded(flush), FLUSH_MS)
    slowTimer ??= timers.set(guarded(slow), SLOW_MS)
  }

  function flush(): void {
    flushTimer = null
    const now = given()
    for (const { layer } of twin.layers.values()) {
      refreshAges(layer, { ...now, standing: twin.standing })
      send(layer, {})
    }
    sendDescribed()
    wake()
  }

  function send(layer: LiveLayer['layer'], { atOnce = false }: { readonly atOnce?: boolean }): void {
    const patch = patchLayer(layer, twinMs(), { atOnce })
    if (patch === null) return
    const { buffer, ...message } = patch
    post({ type: 'patch', patch: message }, [buffer])
  }

  /** One timer until something changes by itself: an age, or an acknowledgement that nobody answered. */
  function wake(): void {
    timers.clear(wakeTimer)
    let waitMs = nextPendingMs(twin.pending) - nowMs()
    if (clock.rate > 0) for (const { layer } of twin.layers.values()) waitMs = Math.min(waitMs, (layer.nextAgeMs - twinMs()) / clock.rate)
    wakeTimer = waitMs === Number.POSITIVE_INFINITY ? null : timers.set(guarded(changed), Math.min(Math.max(waitMs, 0), LONGEST_TIMER_MS))
  }

  function slow(): void {
    slowTimer = null
    keepPending(twin.pending, twin.standing.alarms, nowMs())
    sendAlarms()
    sendLabels()
    sendHealth()
  }

  function sendAlarms(): void {
    const alarms = showAlarms(twin, settle)
    if (isNew('alarms', alarms)) post({ type: 'alarm', alarms })
  }

  function sendLabels(): void {
    if (view === null) return
    const labels = chooseLabels(labelCandidates(twin, locale, twinMs()), { view, covered: view.covered ?? [], cardOf: watched })
    if (isNew('labels', labels)) post({ type: 'labels', labels })
  }

  function sendDescribed(): void {
    if (watched === null) return
    const found = entityAt(watched)
    const described = found === null ? null : describe(twin, found.layer, found.slot, settle)
    if (found === null) watched = null
    if (isNew('described', described)) post({ type: 'described', described })
  }

  function sendHealth(): void {
    const health: Health = {
      feeds: [...feeds].map(([id, { state, error, heardMs }]) => ({
        id,
        state,
        error: error === null ? null : errorToData(error),
        heardMs,
      })),
      layers: [...twin.layers.values()].map(({ layer }) => ({ id: layer.id, ...countLayer(layer) })),
      clockOffsetMs: offset,
    }
    if (isNew('health', health)) post({ type: 'health', health })
  }

  function isNew(what: keyof typeof sent, value: unknown): boolean {
    const text = JSON.stringify(value)
    if (sent[what] === text) return false
    sent[what] = text
    return true
  }

  function entityAt({ layer: id, slot, generation }: Handle): { readonly layer: LiveLayer['layer']; readonly slot: number } | null {
    const layer = twin.layers.get(id)?.layer
    return layer === undefined || idOf(layer.slots, slot, generation) === null ? null : { layer, slot }
  }

  function sinkOf(feed: string): FeedSink {
    const set = (state: FeedState, error: TwinError | null) => {
      const before = feeds.get(feed)
      if (before?.state === state && before.error === error) return
      feeds.set(feed, { state, error, heardMs: before?.heardMs ?? null })
      sendHealth()
    }
    return {
      state: set,
      problem: tell,
      heard(serverTimeMs, receivedMs) {
        const known = feeds.get(feed)
        if (known !== undefined) known.heardMs = serverTimeMs
        const measured = offsetMs(offsets, receivedMs, serverTimeMs)
        if (clock.mode !== 'live' || Math.abs(measured - offset) <= OFFSET_MOVED_MS) return
        offset = measured
        setClock(liveClock(nowMs(), offset))
        post({ type: 'clock', clock })
      },
      envelope(envelope) {
        if (takeEnvelope(twin, feed, envelope, given())) sendAlarms()
        changed()
      },
    }
  }

  function setClock(next: Clock): void {
    clock = next
    for (const { layer } of twin.layers.values()) seekLayer(layer, { ...given(), standing: twin.standing })
    changed()
  }

  function start(): void {
    const { doc, base, allow } = opened!
    const kindsOf = (feed: string) => [
      ...new Set([...twin.layers.values()].filter((each) => each.feed === feed).map(({ layer }) => layer.kind.kind)),
    ]
    session = startSession({ doc, base, allow, kindsOf, sinkOf }, { ...ports, tokens })
    askHeights = createGround(doc, session, { open: ports.openHeights, came: standOn, tell })
  }

  /** What came without a height, before the heights were here, is set on them. */
  function standOn(ground: GroundHeight): void {
    settleOnGround = settleOn(ground, opened!.doc.origin.heightEllipsoidalMeters)
    for (const { layer } of twin.layers.values()) settleLayer(layer, { ...given(), standing: twin.standing })
    changed()
  }

  /** A new session over the layers that are open. */
  function begin(): void {
    start()
    const from = signedIn()
    for (const source of opened!.doc.layers) if (twin.layers.has(source.id)) void stand(source, from)
  }

  /** Loads what stands still. A layer whose inventory fails says so and stays empty; the map goes on. */
  async function stand(source: LayerSource, from: Session): Promise<void> {
    if (source.inventory === undefined) return
    try {
      // The heights are waited for, so that nothing that stands still is seen to jump onto them.
      const [rows] = await Promise.all([loadInventory(source.inventory, from, tell), askHeights()])
      from.signal.throwIfAborted()
      if (!twin.layers.has(source.id)) add(source, kindOfInventory(source.id, source.name ?? { zh: source.id, en: source.id }, rows))
      const { layer } = twin.layers.get(source.id)!
      takeBase(layer, rows, { ...given(), standing: twin.standing })
      changed()
    } catch (error) {
      if (!from.signal.aborted) tell(error)
    }
  }

  function add({ id, feed, style, visible }: LayerSource, kind: AnyKind): void {
    const { layer } = addLayer(twin, { id, kind, feed: feed ?? null, label: style?.label ?? null, twinMs: twinMs() })
    layer.visible = visible ?? true
    layer.dotBeyondMeters = style?.dotBeyondMeters ?? Number.POSITIVE_INFINITY
  }

  function signOut(): void {
    if (session === null) return
    session.end(SIGNED_OUT())
    session = null
    wipeTwin(twin)
    watched = null
    Object.assign(sent, { alarms: '[]', labels: '[]', described: 'null', health: '' })
    for (const timer of [flushTimer, slowTimer, wakeTimer]) timers.clear(timer)
    flushTimer = slowTimer = wakeTimer = null
    // At once, though patches may be on their way: nothing of anybody stays on the screen of a hidden tab.
    for (const { layer } of twin.layers.values()) send(layer, { atOnce: true })
    post({ type: 'alarm', alarms: [] })
    post({ type: 'labels', labels: [] })
    post({ type: 'described', described: null })
    for (const id of feeds.keys()) feeds.set(id, { state: 'signed-out', error: null, heardMs: null })
    sendHealth()
  }

  const calls: WorkerCalls = {
    async open({ doc, base, allow = [], locale: words, clock: at }) {
      opened = { doc, base, allow }
      locale = words
      clock = at
      offset = offsetOf(at)
      toEnu = createToEnu(doc.origin)
      settleOnGround = settleOn(NO_GROUND, doc.origin.heightEllipsoidalMeters)
      const kinds = joinKinds(ports.kinds, doc.kinds, tell)
      for (const source of doc.layers) {
        const kind = source.kind === undefined ? undefined : kinds.get(source.kind)
        if (kind !== undefined) add(source, kind)
      }
      for (const warning of unknownKindsIn(doc, kinds.keys())) tell(warning)
      start()
      const from = signedIn()
      // A drawing learns its kind from its file, so it is waited for; all else comes when it comes.
      const drawings = doc.layers.filter(({ kind }) => kind === undefined).map((source) => stand(source, from))
      for (const source of doc.layers) if (source.kind !== undefined && twin.layers.has(source.id)) void stand(source, from)
      await Promise.all(drawings)
      from.signal.throwIfAborted()
      changed()
      const inOrder = doc.layers.flatMap(({ id }) => twin.layers.get(id) ?? [])
      return {
        layers: inOrder.map(({ layer: { id, kind, visible, dotBeyondMeters } }) => ({ id, kind, visible, dotBeyondMeters })),
        kinds: [...kinds.values()],
      }
    },
    async setClock(next) {
      offset = offsetOf(next)
      setClock(next)
    },
    async setLocale({ locale: next }) {
      locale = next
      changed()
    },
    async setView(next) {
      view = next
      slowTimer ??= timers.set(guarded(slow), SLOW_MS)
    },
    async setFilter({ layer, visible }) {
      const live = twin.layers.get(layer)
      if (live === undefined) return
      live.layer.visible = visible
      changed()
    },
    async describe(subject) {
      signedIn()
      const found = 'handle' in subject ? entityAt(subject.handle) : findEntity(twin, subject.kind, subject.id)
      if (found === null) throw new TwinError('entity-gone', 'what was asked for is no longer here; choose again')
      return describe(twin, found.layer, found.slot, settle)
    },
    async watch({ handle }) {
      watched = session === null ? null : handle
      sent.described = ''
      changed()
    },
    async pick({ x, y, view: from, tMs }) {
      const met: (PickCandidate & { readonly depthMeters: number })[] = []
      for (const { layer } of twin.layers.values()) {
        for (const { slot, ...rest } of pickInLayer(layer, { x, y, view: from, twinMs: tMs })) {
          const alarm = (layer.motion.u32[slot * WORDS + 7]! & PRIORITY_MASK) !== 0
          met.push({ ...rest, alarm, handle: handleOf(layer, slot) })
        }
      }
      met.sort((a, b) => a.distancePx - b.distancePx || a.depthMeters - b.depthMeters)
      return met.map(({ depthMeters: _, ...candidate }) => candidate)
    },
    async inView({ view: from, tMs, most }) {
      signedIn()
      return nearestInView(twin, { view: from, twinMs: tMs, most })
    },
    async act(asked) {
      const { feed, ...action } = asked
      const from = signedIn()
      beginPending(twin.pending, asked, nowMs())
      sendAlarms()
      try {
        const answer = await from.act(feed, action)
        if ('error' in answer || answer.state === 'done') failPending(twin.pending, asked)
        return answer
      } catch (error) {
        failPending(twin.pending, asked)
        throw error
      } finally {
        if (session === from) sendAlarms()
        wake()
      }
    },
    async token({ feed, token }) {
      if (feed === null) return signOut()
      if (session === null && opened !== null) begin()
      tokens.answer(feed, token)
    },
    async reconnect() {
      if (session === null) return // signed out: tiles are asked for again, and nothing of anybody
      session.end(new TwinError('feed-lost', 'the feeds are connected anew; try again'))
      begin()
    },
    ping: async () => undefined,
    async repatch({ layer }) {
      const live = twin.layers.get(layer)
      if (live === undefined) return
      live.layer.whole = true
      changed()
    },
    async close() {
      signOut()
      for (const timer of [flushTimer, slowTimer, wakeTimer]) timers.clear(timer)
      opened = null
    },
  }
  return {
    calls,
    recycle({ layer, buffer }) {
      const live = twin.layers.get(layer)
      if (live === undefined) return
      recycleLayer(live.layer, buffer)
      if (session !== null) changed()
    },
  }
}
