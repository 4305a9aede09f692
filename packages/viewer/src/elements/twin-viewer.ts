import type { GetToken, Handle, Twin } from '@twinmap/core'
import type { Target, View } from '@twinmap/core/internal/engine/contract'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { Subject } from '@twinmap/core/internal/worker/messages'
import { html, LitElement, nothing, type PropertyValues } from 'lit'
import { property, query, state } from 'lit/decorators.js'
import { classMap } from 'lit/directives/class-map.js'
import { type Locale, resolveLocale, WORDS } from '../locale/words.ts'
import { AlarmNews } from '../panels/alarm-news.ts'
import type { AlarmRef } from '../panels/alarm-rows.ts'
import { holdFonts } from '../theme/fonts.ts'
import { markStyles } from '../theme/mark-styles.ts'
import { shippedFonts } from '../theme/shipped-fonts.ts'
import { shared, tokens } from '../theme/tokens.ts'
import { UNIT_PX, UnitSheet, unitOf } from '../tools/big-screen.ts'
import { watchClicks } from '../tools/clicks.ts'
import { CoveredParts } from '../tools/covered-parts.ts'
import { toggleFullscreen } from '../tools/fullscreen.ts'
import { watchGestures } from '../tools/gestures.ts'
import { untilAgain } from '../tools/network.ts'
import { dragSheet, nextStop, type SheetStop, stopOfKey } from '../tools/sheet-stops.ts'
import { prefersStill, themeOf, unitPx, watchSurroundings } from '../tools/surroundings.ts'
import { watchLang } from '../tools/watch-lang.ts'
import { CardFocus } from './card-focus.ts'
import { customElement } from './custom-element.ts'
import { documentPanelStyles } from './document-panels.styles.ts'
import { emit, own, type Tool } from './events.ts'
import { openTwin } from './open-twin.ts'
import { TwinSession } from './session.ts'
import { OutsideAlarms, outsideAlarms } from './viewer-outside.ts'
import './twin-alarm-list.ts'
import './twin-card.ts'
import './twin-layer-list.ts'
import './twin-thing-list.ts'
import './twin-tools.ts'
import type { OpenTwin } from './open-options.ts'
import { viewerStyles } from './twin-viewer.styles.ts'
import { cardKey, chosenOf, EMPTY_MODEL, isStopped, liveness, namedView, nowOf, type ViewerModel } from './viewer-model.ts'
import { overlay } from './viewer-overlay.ts'
import { caption, type Drawn, type Layout, layoutOf, middle, nameMap, type OpenPanel, type Tab } from './viewer-panels.ts'
import { phoneStyles } from './viewer-phone.styles.ts'
import { checkProperty, type PropertyName, viewerProperties } from './viewer-properties.ts'
import { warn } from './warn.ts'

/** A press of + comes so much nearer, in so long. */
const ZOOM = 0.5
const ZOOM_MS = 250
const HOME_MS = 800
/** A worker that does not start is started anew so often; then its file is missing, and somebody must look. */
const REOPENS = 3
const PROPERTIES = Object.entries(viewerProperties(openTwin)) as [PropertyName, ReturnType<typeof viewerProperties>[PropertyName]][]
/** What lies on the map. */
const BOXES = '.over > * > *, .sheet, .bottom .caption > *'

/**
 * One live 3D map of a village or community: streams its mesh, shows what moves on it, its alarms and their cards.
 *
 * Put it anywhere in a page; it is 400 px high unless you say otherwise. Until it has focus, wheel and one finger scroll
 * the page; Ctrl + wheel and two fingers move the map.
 *
 * @example
 * <script type="module" src="twin-viewer.js"></script>
 * <twin-viewer src="village.twin.json"></twin-viewer>
 *
 * @fires {CustomEvent<{twin: Twin}>} twin-ready - The document is read and the picture has begun.
 * @fires {CustomEvent<{chosen: Chosen | null}>} twin-select - Something was chosen; null: nothing any more.
 * @fires {CustomEvent<{point: GroundPoint}>} twin-ground - The mesh was clicked; where, in metres, degrees and the document's grid.
 * @fires {CustomEvent<{error: TwinError, fatal: boolean}>} twin-error - Something failed; `error.code` is stable.
 * @fires {CustomEvent<{warning: TwinError}>} twin-warning - Something that the document says has no effect; cancelable: else the console tells it.
 * @fires {CustomEvent<{feed: string, id: string, count: number}>} twin-acknowledge - The operator acknowledges an alarm; cancelable.
 * @fires {CustomEvent<{feed: string, id: string, type: 'take' | 'done' | 'withdraw'}>} twin-disclosure - The operator does something about a disclosure; cancelable.
 * @fires {CustomEvent<{}>} twin-signed-out - Nobody is signed in any more: `signOut()` is done, or the token ended.
 * @csspart map - The picture, which takes focus and keys.
 * @csspart status - Name, live or old, layers button; `liveness`: live or old, and since when.
 * @csspart tools - The column of tools; `tool`: one of them.
 * @csspart alarms - The alarm list; `alarm-heading`: its title; `alarm-row`: one alarm.
 * @csspart layers - The layer list; `layer-heading`: its title; `layer-row`: one layer.
 * @csspart captures - Below it, of each mesh when it was captured, and by whom.
 * @csspart views - Below the layers, the views of the document; `view`: one of them, a button.
 * @csspart things - The list of what the picture shows; `thing-heading`: its title; `thing-row`: one thing.
 * @csspart outside - At the edge of the map, a red alarm that the picture does not show: a button that flies there.
 * @csspart statistics - The document's statistics of one side; `statistic`: one of them.
 * @csspart card - The card; `card-title`: mark and name; `card-fields`: the values; `card-alarm`: an alarm; `acknowledge`: its button; `take`, `done`, `withdraw`: those of a disclosure.
 * @csspart caption - Below the map; `refinement`: how far the picture is; `home`: the way back, where the view meets nothing; `ground`: the place that was clicked; `placed`: that a mesh named no place; `scale`: the bar.
 * @csspart alarm-bar - On a phone, the worst open alarm.
 * @csspart sheet - On a phone, the bottom sheet.
 * @csspart offline - The strip that tells how old the data is.
 * @csspart problem - The strip that tells what failed.
 * @csspart message - What stands in the middle when there is no picture.
 * @cssprop [--tw-unit=16px] - Every size is a multiple of it, in px. Where the element fills a window of 1920 × 1080 or more: 1/67.5 of its height.
 * @cssprop [--tw-font] - Font stack; the last Chinese one of it is shipped.
 * @cssprop [--tw-accent=#0a7566] - Live, ticked, primary; #5ccfba in dark.
 * @cssprop [--tw-on-accent=#fff] - Text on it.
 * @cssprop [--tw-panel=#fff] - Panels; `--tw-panel-a`: those on the map, a little transparent.
 * @cssprop [--tw-text=#12191c] - Text; `--tw-text-2`, `--tw-text-3`: quieter.
 * @cssprop [--tw-line=rgb(18 25 28 / .12)] - Lines between rows and around panels.
 * @cssprop [--tw-void=#e9eeec] - Behind everything.
 * @cssprop [--tw-r=6px] - Corners of panels.
 * @cssprop [--tw-fill-red=#d3302a] - Fill of priority 1; `--tw-fill-orange`, `--tw-fill-yellow`, `--tw-fill-blue`: of 2 to 4.
 */
@customElement('twin-viewer')
export class TwinViewer extends LitElement {
  static {
    // A twin is opened once there is a place to draw it in, so the first update makes another.
    TwinViewer.disableWarning?.('change-in-update')
  }
  static override styles = [tokens, shared, markStyles, viewerStyles, documentPanelStyles, phoneStyles]

  /** URL of the twin document, `*.twin.json`; relative to the page. */
  @property() src = ''
  /** `auto` follows the reader's system. */
  @property({ reflect: true }) theme: 'light' | 'dark' | 'auto' = 'auto'
  /** `auto`: the nearest `lang` around the element, else the browser's. It may change at any time; nothing opens anew. */
  @property() locale: Locale | 'auto' = 'auto'
  /** Id of the view of the document that it begins with; default its first. */
  @property() view: string | null = null
  /** Asked for a token (JWT) at every connect; absent: the viewer is public. Another function is asked from then on; nothing opens anew. */
  @property({ attribute: false }) getToken: GetToken | null = null
  /** How a twin is opened: another engine or other kinds go in here. */
  @property({ attribute: false }) openTwin: OpenTwin = openTwin

  @state() private drawn: ViewerModel = EMPTY_MODEL
  @state() private layout: Layout = 'wide'
  @state() private open: OpenPanel | null = null
  @state() private stop: SheetStop = 'low'
  @state() private tab: Tab = 'layers'
  @state() private hint: 'wheel' | 'touch' | null = null
  @state() private fullscreen = false
  @state() private announced = ''

  @query('.map') private map!: HTMLElement
  @query('.sheet') private sheetElement!: HTMLElement | null

  #session: TwinSession | null = null
  #release: (() => void)[] = []
  /** What the session was opened with. */
  #asked: readonly unknown[] = []
  /** The last sound value of each property. */
  readonly #sound = new Map<PropertyName, unknown>()
  #reopens = 0
  readonly #news = new AlarmNews((words) => (this.announced = words))
  #covered: CoveredParts | null = null
  readonly #outside = new OutsideAlarms()
  readonly #cardFocus = new CardFocus({
    root: () => this.renderRoot as ShadowRoot,
    fallback: (opened) => void this.#focusBeside(opened),
  })
  #unit: UnitSheet | null = null
  /** The view at the last look for what is in the picture. */
  #lookedAt = ''

  /** The parts of the twin, from `twin-ready` on. */
  get twin(): Twin | null {
    return this.#session?.twin ?? null
  }

  /** Flies to a place, a camera position, or a view of the document by its id. False when a gesture cut it short. */
  async flyTo(to: View | Target | string, options?: { readonly durationMs?: number }): Promise<boolean> {
    const twin = this.#need('flyTo')
    if (typeof to !== 'string') return twin.view.flyTo(to, options)
    return twin.view.flyTo(namedView(twin.doc, to), options)
  }

  /** Selects a thing by kind and id, or by the handle that a pick gave, and moves the map where it is not seen; null: nothing. */
  async select(subject: Subject | null): Promise<void> {
    this.#need('select')
    await this.#session?.select(subject)
  }

  /** Opens the twin anew, when what the document says has changed. */
  reload(): void {
    this.#open(true)
  }

  /** Ends feeds and drops everything personal: lists, cards, state, history. The picture stays; `signIn()` goes on with it. */
  async signOut(): Promise<void> {
    await this.#session?.signOut()
    this.#signedOut()
  }

  /** Asks `getToken` anew after a sign-out, and connects again. */
  async signIn(): Promise<void> {
    if (!(await this.#session?.signIn())) this.#open(true)
  }

  #signedOut(): void {
    this.announced = ''
    this.open = null
    emit(this, 'twin-signed-out', {})
  }

  #need(method: string): Twin {
    const { twin } = this
    if (twin === null) throw new TwinError('signed-out', `${method}: no twin is open; wait for twin-ready, or sign in again`, { method })
    return twin
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // Moved within one task: the teardown below sees that it is connected again and does nothing.
    if (this.#release.length === 0 && this.hasUpdated) this.#begin()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    setTimeout(() => {
      if (!this.isConnected) this.#end()
    })
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#cardFocus.before()
    for (const [name, property] of PROPERTIES) {
      if (!changed.has(name)) continue
      const checked = checkProperty(name, property, this[name])
      const value = 'error' in checked ? (this.#sound.get(name) ?? property.absent) : checked.value
      this.#sound.set(name, value)
      if (this[name] !== value) Object.assign(this, { [name]: value })
      if ('error' in checked) void this.#refuse(checked.error)
    }
  }

  /** After this update: whoever listens may set another value. */
  async #refuse(error: TwinError): Promise<void> {
    await this.updateComplete
    if (this.#session !== null) this.#session.refuse(error)
    else emit(this, 'twin-error', { error, fatal: false })
  }

  protected override firstUpdated(): void {
    this.#begin()
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.isConnected) return
    nameMap(this.map, this.drawn, this.#locale())
    if (changed.has('src') || changed.has('openTwin') || changed.has('getToken')) this.#open()
    this.#applyLocale()
    if (changed.has('theme')) this.#applyTheme()
    this.#covered?.look(this.twin?.view ?? null)
    void this.#cardFocus.after(cardKey(this.drawn))
  }

  /** What the picture shows is looked for again each second, but no list changes under keys that go through it while the view stands. */
  #look(): void {
    const list = this.renderRoot.querySelector('twin-thing-list')
    const { twin } = this
    if (list === null || twin === null) return
    const view = JSON.stringify(twin.view.current)
    if (list.rows !== null && view === this.#lookedAt && list.shadowRoot?.activeElement != null) return
    this.#lookedAt = view
    void this.#session?.look()
  }

  async #focusBeside(opened: AlarmRef | null): Promise<void> {
    const list = this.renderRoot.querySelector('twin-alarm-list')
    await list?.updateComplete
    if (opened === null || list?.focusAlarm(opened) !== true) this.#focusMap()
  }

  /** What lasts as long as the element stands in a page. */
  #begin(): void {
    const covered = new CoveredParts(this.map, () => this.renderRoot.querySelectorAll(BOXES))
    this.#covered = covered
    this.#release = [
      () => covered.end(),
      watchSurroundings(this, {
        resized: (width, height) => this.#fit(width, height),
        dark: () => this.#applyTheme(),
        still: (on) => this.twin?.engine.apply({ type: 'reduced-motion', on }),
        fullscreen: (fullscreen) => (this.fullscreen = fullscreen),
        online: () => this.#session?.online(),
        tick: () => {
          this.requestUpdate()
          this.#look()
        },
      }),
      watchGestures(this, this.map, {
        owner: (owner) => this.twin?.view.setGestures({ wheelAndOneFinger: owner }),
        hint: (hint) => (this.hint = hint),
      }),
      watchClicks(this.map, (at) => {
        this.#focusMap()
        if (at !== null) void this.#pick(at)
      }),
      watchLang(this, () => this.requestUpdate()),
      holdFonts(this.ownerDocument, shippedFonts),
    ]
    this.#open()
  }

  #fit(width: number, height: number): void {
    this.layout = layoutOf(width, height)
    const view = this.ownerDocument.defaultView
    if (view === null) return
    this.#unit ??= new UnitSheet(this.renderRoot as ShadowRoot)
    this.#unit.set(unitOf({ width, height }, { width: view.innerWidth, height: view.innerHeight }))
    this.#scaleMarks()
  }

  /** What the engine draws on the map grows with what lies on it. */
  #scaleMarks(): void {
    this.twin?.engine.apply({ type: 'mark-scale', factor: unitPx(this) / UNIT_PX })
  }

  #end(): void {
    this.#covered = null
    this.#news.end()
    this.#session?.dispose()
    this.#session = null
    this.drawn = EMPTY_MODEL
    for (const release of this.#release) release()
    this.#release = []
  }

  /** Opens what the attributes say now, unless that is open already. */
  #open(force = false): void {
    if (this.#release.length === 0) return
    const { src, openTwin: open } = this
    const locale = this.#locale()
    const getToken: GetToken | null = this.getToken ? (asked) => this.getToken?.(asked) ?? null : null
    // A page that draws itself anew gives another function each time: that is no other twin, only another who is asked.
    const asked = [src, open, getToken === null]
    if (!force && this.#session !== null && asked.every((value, i) => value === this.#asked[i])) return
    this.#session?.dispose()
    this.#session = null
    this.#asked = asked
    this.#news.end()
    this.announced = ''
    if (src === '') {
      this.drawn = EMPTY_MODEL
      return
    }
    const session: TwinSession = new TwinSession(
      {
        open,
        changed: () => this.#session === session && this.#changed(session.model),
        ready: (twin) => this.#ready(twin),
        shown: () => this.#shown(),
        failed: (error, fatal) => emit(this, 'twin-error', { error, fatal }),
        warned: (warning) => void (emit(this, 'twin-warning', { warning }) && warn(warning)),
        ground: (point) => emit(this, 'twin-ground', { point }),
        signedOut: () => this.#signedOut(),
        again: untilAgain,
        reopen: () => this.#session === session && this.#reopens++ < REOPENS && this.#open(true),
        selected: () => emit(this, 'twin-select', { chosen: chosenOf(session.model) }),
      },
      {
        src: new URL(src, this.ownerDocument.baseURI).href,
        container: this.map,
        locale,
        theme: themeOf(this.theme),
        view: this.view,
        getToken,
      },
    )
    this.#session = session
    this.drawn = session.model
  }

  #ready(twin: Twin): void {
    twin.engine.apply({ type: 'reduced-motion', on: prefersStill() })
    this.#scaleMarks()
    twin.view.setGestures({ wheelAndOneFinger: this.matches(':focus-within') || this.fullscreen ? 'map' : 'page' })
    this.#applyLocale()
    void twin.ready.then(
      () => (this.#reopens = 0),
      () => undefined, // the session tells
    )
    emit(this, 'twin-ready', { twin })
  }

  /** The card stands as the model says, and the engine knows what it covers. */
  async #shown(): Promise<void> {
    await this.updateComplete
    await this.renderRoot.querySelector('twin-card')?.updateComplete
    this.#covered?.measure()
  }

  #changed(model: ViewerModel): void {
    this.drawn = model
    this.#news.hear(model.alarms, model.kinds, this.#locale())
  }

  async #pick({ x, y }: { readonly x: number; readonly y: number }): Promise<void> {
    this.#cardFocus.asked(null)
    await this.#session?.pick(x, y)
    if (cardKey(this.drawn) === null) this.#cardFocus.missed()
  }

  #openAlarm(alarm: AlarmRef): void {
    this.#cardFocus.asked(alarm)
    void this.#session?.openAlarm(alarm)
  }

  async #openThing(handle: Handle): Promise<void> {
    this.#cardFocus.asked(null)
    await this.#session?.select({ handle })
    if (cardKey(this.drawn) === null) this.#cardFocus.missed()
  }

  #focusMap(): void {
    this.map.querySelector('canvas')?.focus({ preventScroll: true })
  }

  #locale(): Locale {
    return resolveLocale(this.locale, this, this.ownerDocument.defaultView?.navigator.languages ?? [])
  }

  #applyLocale(): void {
    const { twin } = this
    const locale = this.#locale()
    if (twin !== null && twin.locale.current !== locale) twin.locale.set(locale)
  }

  #applyTheme(): void {
    this.twin?.engine.apply({ type: 'theme', theme: themeOf(this.theme) })
  }

  #retry = (): void => {
    if (!this.drawn.webgl || !this.#session?.retry()) this.#open(true)
  }

  #closeCard(): void {
    this.#cardFocus.closed()
    if (this.drawn.selected !== null) void this.#session?.select(null)
    else this.#session?.closeAlarm()
  }

  #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    if (this.drawn.selected !== null || this.drawn.alarmOpen !== null) this.#closeCard()
    else if (this.open !== null) this.#close(this.open)
    else return
    event.stopPropagation()
  }

  /** Keys that were in a panel go to the button that opened it. */
  #close(panel: OpenPanel): void {
    const hadFocus = this.shadowRoot?.activeElement?.closest('.panel') != null
    this.open = null
    const buttons = this.renderRoot.querySelectorAll<HTMLElement>('.status button')
    if (hadFocus) buttons[panel === 'layers' ? 0 : 1]?.focus()
  }

  #tool(tool: Tool): void {
    const view = this.twin?.view
    if (tool === 'fullscreen') void toggleFullscreen(this)
    else if (tool === 'north') void view?.faceNorth()
    else void view?.zoomBy(tool === 'zoom-in' ? ZOOM : 1 / ZOOM, { durationMs: ZOOM_MS })
  }

  #show(panel: OpenPanel | null): void {
    this.open = panel
    void this.updateComplete.then(() => this.#look())
  }

  #onAlarmOpen = own<'twin-alarm-open'>((alarm) => this.#openAlarm(alarm))
  #onThingOpen = own<'twin-thing-open'>(({ handle }) => void this.#openThing(handle))
  #onLayerVisible = own<'twin-layer-visible'>(({ layer, visible }) => this.#session?.setLayerVisible(layer, visible))
  #onTool = own<'twin-tool'>(({ tool }) => this.#tool(tool))
  #onClose = own<'twin-close'>(() => this.#closeCard())
  #onAcknowledge = own<'twin-acknowledge'>((alarm) => {
    if (emit(this, 'twin-acknowledge', alarm)) void this.#session?.acknowledge(alarm)
  })

  #onDisclosure = own<'twin-disclosure'>((asked) => {
    if (emit(this, 'twin-disclosure', asked)) void this.#session?.disclosure(asked)
  })

  #drawn(): Drawn {
    const locale = this.#locale()
    return {
      model: this.drawn,
      look: {
        layout: this.layout,
        locale,
        wallMs: Date.now(),
        open: this.open,
        sheet: this.stop,
        tab: this.tab,
        fullscreen: this.fullscreen,
        canFullscreen: this.ownerDocument.fullscreenEnabled === true,
      },
      acts: {
        openPanel: (panel) => this.#show(this.open === panel ? null : panel),
        openAlarm: (alarm) => this.#openAlarm(alarm),
        retry: this.#retry,
        signIn: () => void this.signIn(),
        putErrorAway: () => this.#session?.putErrorAway(),
        flyToView: (id) => void this.flyTo(id),
        goHome: () => void this.twin?.view.goHome({ durationMs: HOME_MS }),
        setTab: (tab) => {
          this.tab = tab
          if (this.stop === 'low') this.stop = 'half'
          void this.updateComplete.then(() => this.#look())
        },
        grab: (event) => this.sheetElement && dragSheet(event, this.sheetElement, this.map, unitPx(this), (stop) => (this.stop = stop)),
        pressGrab: () => (this.stop = nextStop(this.stop, 1, true)),
        keyGrab: (event) => {
          const to = stopOfKey(event.key, this.stop)
          if (to === null) return
          event.preventDefault()
          this.stop = to
        },
      },
    }
  }

  protected override render() {
    const drawn = this.#drawn()
    const { locale } = drawn.look
    const offline = isStopped(liveness(this.drawn, nowOf(this.drawn, drawn.look.wallMs)))
    const w = WORDS[locale]
    return html`<div
      class="frame ${classMap({ [this.layout]: true, offline })}"
      lang=${locale === 'zh' ? 'zh-CN' : 'en'}
      @keydown=${this.#escape}
      @twin-alarm-open=${this.#onAlarmOpen}
      @twin-thing-open=${this.#onThingOpen}
      @twin-layer-visible=${this.#onLayerVisible}
      @twin-tool=${this.#onTool}
      @twin-close=${this.#onClose}
      @twin-acknowledge=${this.#onAcknowledge}
      @twin-disclosure=${this.#onDisclosure}
    >
      <div class="stage">
        <div part="map" class="map" aria-busy=${this.drawn.phase === 'loading'}></div>
        ${this.hint === null ? nothing : html`<div class="hint" role="status">${this.hint === 'wheel' ? w.hintWheel : w.hintTouch}</div>`}
        ${middle(drawn)} ${outsideAlarms(
          this.#outside.find(this.drawn, this.twin?.view ?? null, () => this.map.clientWidth),
          drawn,
        )} ${overlay(drawn)}
        <div class="heard" role="status" aria-live="assertive">${this.announced}</div>
      </div>
      ${this.layout === 'phone' ? nothing : caption(drawn)}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'twin-viewer': TwinViewer
  }
}
