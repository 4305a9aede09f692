// One opened twin as the viewer holds it: events of the parts become the model; ends everything that it began.
// Flow: twin parts -> **session** -> model -> panels.

import type { Twin } from '@twinmap/core'
import type { Asked } from '@twinmap/core/internal/actions/pending'
import type { EngineView, Leash, Target } from '@twinmap/core/internal/engine/contract'
import { errorFromData, TwinError } from '@twinmap/core/internal/error/twin-error'
import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { ActionAnswer } from '@twinmap/core/internal/record/action'
import type { Location } from '@twinmap/core/internal/record/record'
import type { Described, Health, Subject } from '@twinmap/core/internal/worker/messages'
import type { AlarmRef } from '../panels/alarm-rows.ts'
import { MOST_THINGS } from '../panels/thing-rows.ts'
import { type GroundPoint, groundPoint } from '../tools/ground-point.ts'
import type { TwinEvents } from './events.ts'
import type { OpenOptions, OpenTwin } from './open-options.ts'
import { EMPTY_MODEL, signedOut, stillAsked, type ViewerModel } from './viewer-model.ts'

export interface SessionPorts {
  readonly open: OpenTwin
  /** The model is another one now. */
  readonly changed: () => void
  readonly ready: (twin: Twin) => void
  /** Resolves when panels stand as the model says: a flight then ends beside them. */
  readonly shown: () => Promise<void>
  readonly failed: (error: TwinError, fatal: boolean) => void
  readonly warned: (warning: TwinError) => void
  /** The selection is another thing now, not only newer. */
  readonly selected: () => void
  readonly ground: (point: GroundPoint) => void
  /** Nobody is signed in any more, though nobody asked for it. */
  readonly signedOut: () => void
  /** Resolves when what the network did not carry is to be tried again. */
  readonly again: (signal: AbortSignal) => Promise<void>
  /** The worker did not start, as where the network was away: only another session can go on. */
  readonly reopen: () => void
}

/** What a network that comes back heals by itself. */
const isPassing = ({ code }: TwinError): boolean => code === 'fetch-failed'

const asTwinError = (error: unknown): TwinError =>
  error instanceof TwinError ? error : new TwinError('internal', error instanceof Error ? error.message : String(error))

export class TwinSession {
  model: ViewerModel = { ...EMPTY_MODEL, phase: 'loading' }
  twin: Twin | null = null
  readonly #ports: SessionPorts
  readonly #ending = new AbortController()
  #stops: (() => void)[] = []
  /** The camera goes with the thing of an alarm that was opened. */
  #leash: Leash | null = null
  /** A look for what is in the picture is on its way. */
  #looks = false
  /** The worker did not come as far as its layers, or has died since: only another can go on. */
  #workerFailed = false

  constructor(ports: SessionPorts, options: Omit<OpenOptions, 'signal'>) {
    this.#ports = ports
    void this.#open(options)
  }

  async #open(options: Omit<OpenOptions, 'signal'>): Promise<void> {
    const { signal } = this.#ending
    // Not before the constructor has answered: the ports know this session by then.
    await undefined
    let told = ''
    // A page that stands unattended, and starts while the network is away, goes on by itself once it is back.
    while (!(await this.#opened(options, told))) {
      told = this.model.error?.message ?? ''
      await this.#ports.again(signal)
      if (signal.aborted) return
    }
  }

  /** One try. False: it failed by what may pass. */
  async #opened(options: Omit<OpenOptions, 'signal'>, told: string): Promise<boolean> {
    const { signal } = this.#ending
    try {
      const twin = await this.#ports.open({ ...options, signal })
      if (signal.aborted) {
        twin.dispose()
        return true
      }
      this.twin = twin
      this.#begin(twin)
      this.#ports.ready(twin)
      return true
    } catch (thrown) {
      if (signal.aborted) return true
      const error = asTwinError(thrown)
      this.#set({ phase: 'failed', error })
      // What is tried again is told once.
      if (error.message !== told) this.#ports.failed(error, true)
      return !isPassing(error)
    }
  }

  #begin(twin: Twin): void {
    this.#stops = [
      twin.on('alarms', (alarms) => this.#set({ alarms, asked: stillAsked(this.model.asked, alarms) })),
      twin.on('health', (health) => this.#healthIs(health)),
      twin.on('clock', (clock) => this.#set({ clock })),
      twin.on('refinement', (refinement) => {
        // The picture is back: the strip that told of its loss goes.
        const isBack = this.model.error?.code === 'context-lost' && refinement.state !== 'loading'
        this.#set({ refinement, metersPerPx: twin.view.metersPerPx, ...(isBack && { error: null }) })
      }),
      twin.on('view', (view) => this.#set({ headingDeg: view.headingDeg, metersPerPx: twin.view.metersPerPx })),
      twin.on('placed', ({ tileset, at, movedMeters }) => {
        if (movedMeters > 0) this.#set({ movedMeters })
        // A document that says `origin` itself meant it.
        if (at === 'origin' && twin.doc.tilesets.find(({ id }) => id === tileset)?.at === 'auto') this.#set({ placedLocal: true })
      }),
      twin.on('error', (error) => this.#problem(error)),
      twin.on('warning', (warning) => this.#ports.warned(warning)),
      twin.on('selection', (selected) => {
        const other = selected?.id !== this.model.selected?.id || selected?.kind !== this.model.selected?.kind
        if (other) this.#letGo()
        else this.#goWith(selected, twin)
        this.#set({ selected, alarmOpen: selected === null ? this.model.alarmOpen : null })
        if (other) this.#ports.selected()
      }),
    ]
    this.#set({
      phase: 'ready',
      error: null,
      doc: twin.doc,
      webgl: twin.engine.capabilities.webgl,
      alarms: twin.alarms.standing,
      health: twin.health.current,
      clock: twin.clock.current,
      headingDeg: twin.view.current.headingDeg,
      metersPerPx: twin.view.metersPerPx,
    })
    // Layers follow the coarse picture; where they cannot be opened, the twin itself tells the error.
    twin.ready.then(
      () => this.#stops.length > 0 && this.#layersOpen(twin),
      (error: unknown) => {
        this.#workerFailed = true
        if (error instanceof TwinError && error.code === 'worker-lost') void this.#reopenLater()
      },
    )
  }

  async #reopenLater(): Promise<void> {
    const { signal } = this.#ending
    await this.#ports.again(signal)
    if (!signal.aborted && this.#workerFailed) this.#ports.reopen()
  }

  /** The browser says that the network is back: what waits for its turn, or gave up, is tried now. */
  online(): void {
    const { error, health } = this.model
    const isCut = health?.feeds.some(({ state }) => state === 'lost' || state === 'connecting') === true
    const hasFailed = error !== null && (isPassing(error) || error.code === 'tileset-missing' || error.code === 'worker-lost')
    if (this.twin !== null && (isCut || hasFailed) && !this.retry()) this.#ports.reopen()
  }

  /** The page gave something that cannot be taken. */
  refuse(error: TwinError): void {
    this.#problem(error)
  }

  /** A token that ended, and that nobody could renew, has signed out by itself. */
  #healthIs(health: Health): void {
    const { feeds } = health
    if (this.model.phase !== 'ready' || feeds.length === 0 || !feeds.every(({ state }) => state === 'signed-out')) this.#set({ health })
    else {
      this.#set(signedOut(this.model, true))
      this.#ports.signedOut()
    }
  }

  #layersOpen(twin: Twin): void {
    const layers = twin.layers.all
    const kinds = [...twin.kinds, ...layers.map((layer) => layer.kind)]
    this.#set({ layers, kinds: new Map(kinds.map((kind) => [kind.kind, kind])) })
  }

  /**
   * What is selected, or null; a place that is not seen, or that its card covers, is flown to. A subject that is gone is
   * told as an error, and nothing is selected.
   */
  async select(subject: Subject | null): Promise<void> {
    this.#letGo()
    if (this.model.alarmOpen !== null) this.#set({ alarmOpen: null })
    const { twin } = this
    if (!(await this.#attempt(() => twin?.selection.set(subject), isWrongCall))) return
    const place = this.model.selected?.location ?? null
    if (subject !== null) await this.#besideCard(place, (view, at) => view.reveal(at))
  }

  /** Opens an alarm: the card of its entity where that is known, else of the alarm alone; the camera goes there. */
  async openAlarm({ feed, id }: AlarmRef): Promise<void> {
    const { twin } = this
    const alarm = this.model.alarms.find((a) => a.feed === feed && a.id === id)
    if (twin === null || alarm === undefined) return
    const subject: Subject | null =
      alarm.handle !== null
        ? { handle: alarm.handle }
        : this.model.layers.some(({ kind }) => kind.kind === alarm.kind)
          ? { kind: alarm.kind, id: alarm.entity }
          : null
    if (subject === null || !(await this.#attempt(() => twin.selection.set(subject)))) {
      await this.#attempt(() => twin.selection.set(null))
      this.#set({ alarmOpen: { feed, id } })
      this.#ports.selected()
    }
    // She may have walked on since she pressed.
    await this.#besideCard(this.model.selected?.location ?? alarm.at ?? alarm.place, (view, at) => {
      this.#leash = view.follow({ ...at, rangeMeters: ALARM_RANGE_M })
    })
  }

  #letGo(): void {
    this.#leash?.end()
    this.#leash = null
  }

  #goWith(selected: Described | null, twin: Twin): void {
    const [was, is] = [this.model.selected?.location, selected?.location]
    if (this.#leash === null || !is || is.every((part, i) => part === was?.[i])) return
    if (this.#leash.holds) this.#leash.moved(this.#target(is, selected, twin))
    else this.#leash = null
  }

  /** Asks what is in the picture now. One at a time; what fails is asked again with the next look. */
  async look(): Promise<void> {
    const { twin } = this
    if (twin === null || this.#looks || this.model.phase !== 'ready') return
    this.#looks = true
    try {
      const things = await twin.things.inView(MOST_THINGS)
      if (this.twin === twin && this.model.phase === 'ready') this.#set({ things })
    } catch (thrown) {
      const error = asTwinError(thrown)
      // Who signs out meanwhile has nothing to see, and a worker that is gone is told by itself.
      if (!this.#ending.signal.aborted && error.code !== 'signed-out' && error.code !== 'worker-lost') this.#problem(error)
    } finally {
      this.#looks = false
    }
  }

  /** Begins a flight once the card has its place; how it ends is nobody's concern. */
  async #besideCard(place: Location | null, fly: (view: EngineView, at: Target) => unknown): Promise<void> {
    const { twin } = this
    if (twin === null || place === null) return
    await this.#ports.shown()
    if (this.twin === twin) void fly(twin.view, this.#target(place, this.model.selected, twin))
  }

  /** A place without a height is where the selected thing stands, which the worker set on the mesh. */
  #target([longitude, latitude, height]: Location, selected: Described | null, twin: Twin): Target {
    const heightEllipsoidalMeters = height ?? selected?.settled?.heightEllipsoidalMeters ?? twin.doc.origin.heightEllipsoidalMeters
    return { longitude, latitude, heightEllipsoidalMeters }
  }

  closeAlarm(): void {
    this.#letGo()
    this.#set({ alarmOpen: null })
    this.#ports.selected()
  }

  /** Selects the marker under a point, or nothing; tells the point on the mesh where no marker is. */
  async pick(x: number, y: number): Promise<void> {
    const { twin } = this
    if (twin === null) return
    await this.#attempt(async () => {
      const { handle, mesh } = await twin.selection.at(x, y)
      const ground = handle !== null || mesh === null ? null : await groundPoint(mesh, twin.doc)
      if (this.twin !== twin) return
      this.#set({ ground })
      if (ground !== null) this.#ports.ground(ground)
      await this.select(handle === null ? null : { handle })
    })
  }

  acknowledge(alarm: AlarmRef & { readonly count: number }): Promise<void> {
    return this.#ask(alarm, { type: 'acknowledge', count: alarm.count }, (twin) => twin.actions.acknowledge(alarm))
  }

  disclosure({ type, ...alarm }: TwinEvents['twin-disclosure']): Promise<void> {
    return this.#ask(alarm, { type, count: 0 }, (twin) => twin.actions.disclosure(alarm, type))
  }

  /** Shown as pending from the click on, until the feed shows it or the answer is a refusal. */
  async #ask(alarm: AlarmRef, what: Asked, ask: (twin: Twin) => Promise<ActionAnswer>): Promise<void> {
    const key = alarmKey(alarm)
    this.#set({ asked: new Map(this.model.asked).set(key, what) })
    const accepted = await this.#attempt(async () => {
      const answer = this.twin === null ? undefined : await ask(this.twin)
      if (answer !== undefined && 'error' in answer) throw errorFromData(answer.error)
    })
    // What was pressed since, of an alarm that grew meanwhile, waits on.
    if (accepted || this.model.asked.get(key) !== what) return
    const asked = new Map(this.model.asked)
    asked.delete(key)
    this.#set({ asked })
  }

  setLayerVisible(layer: string, visible: boolean): void {
    this.twin?.layers.setVisible(layer, visible)
    this.#set({ visible: new Map(this.model.visible).set(layer, visible) })
  }

  putErrorAway(): void {
    this.#set({ error: null })
  }

  /** Asks for what failed again, and for a token where one ended. False: there is nothing to ask with, so the twin must be opened anew. */
  retry(): boolean {
    if (this.twin === null || this.#workerFailed) return false
    this.#set({ error: null })
    const { expired, health } = this.model
    // A feed without its token cannot be connected, only signed in.
    if (expired || health?.feeds.some(({ state }) => state === 'signed-out')) void this.signIn()
    else this.twin.retry()
    return true
  }

  /** Nothing personal is left in the model, and the parts drop theirs; the picture stays. */
  async signOut(): Promise<void> {
    const { twin } = this
    this.#set(signedOut(this.model, false))
    // One that is still opening is dropped when it arrives.
    if (twin === null) this.#ending.abort()
    else await twin.signOut()
  }

  /** Asks for a token, and goes on with the same picture. False: there is none to go on with, so the twin must be opened anew. */
  async signIn(): Promise<boolean> {
    const { twin } = this
    if (twin === null || this.#workerFailed) return false
    if (await this.#attempt(() => twin.signIn())) this.#set({ phase: 'ready', expired: false, error: null, health: twin.health.current })
    return true
  }

  dispose(): void {
    this.#ending.abort()
    this.#stop()
    this.twin?.dispose()
    this.twin = null
  }

  #stop(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
  }

  /** @param rethrown - what whoever asked hears himself. */
  async #attempt(what: () => Promise<void> | undefined, rethrown = (_: unknown): boolean => false): Promise<boolean> {
    try {
      await what()
      return true
    } catch (thrown) {
      if (rethrown(thrown)) throw thrown
      if (!this.#ending.signal.aborted) this.#problem(asTwinError(thrown))
      return false
    }
  }

  #problem(error: TwinError): void {
    // What stands in the middle of the map needs no strip.
    if (error.code !== 'webgl-missing') this.#set({ error })
    // One that decodes tiles (it has a role) is replaced where it was; the feeds are not its concern.
    if (error.code === 'worker-lost' && error.details['role'] === undefined) {
      this.#workerFailed = true
      // Nobody is left who could say that the feeds are lost.
      const { health } = this.model
      if (health !== null) this.#set({ health: { ...health, feeds: health.feeds.map((feed) => ({ ...feed, state: 'lost' })) } })
    }
    this.#ports.failed(error, false)
  }

  #set(change: Partial<ViewerModel>): void {
    this.model = { ...this.model, ...change }
    this.#ports.changed()
  }
}

const isWrongCall = (thrown: unknown): boolean => thrown instanceof TwinError && thrown.code === 'call-invalid'

/** From how far an alarm is looked at, m: near enough to see who stands there and at which door. */
const ALARM_RANGE_M = 40
