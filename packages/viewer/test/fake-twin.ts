// A twin made by hand for the viewer's tests: says what it was asked, and sends what a test tells it to.

import type { Twin, TwinEvents } from '@twinmap/core'
import type { TwinDocument } from '@twinmap/core/internal/document/document'
import type { Engine, EngineView, Pick } from '@twinmap/core/internal/engine/contract'
import { liveClock } from '@twinmap/core/internal/live/clock'
import type { ActionAnswer } from '@twinmap/core/internal/record/action'
import type { AlarmShown, Described, OpenedLayer, ThingInView } from '@twinmap/core/internal/worker/messages'
import type { AnyKind } from '@twinmap/core/kind'
import { wristband } from '@twinmap/layers'
import type { OpenOptions, OpenTwin } from '../src/elements/open-options.ts'

export const NOW_MS = Date.UTC(2026, 9, 18, 6, 20, 0)

export const doc: TwinDocument = {
  twin: 1,
  name: { zh: '龙湾社区', en: 'Longwan community' },
  timeZone: 'Asia/Shanghai',
  origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' },
  tilesets: [
    { id: 'mesh', url: 'http://localhost/tileset.json', captured: '2026-10-18', source: { zh: '模拟航拍', en: 'simulated drone capture' } },
  ],
  feeds: [{ id: 'town', type: 'websocket', url: 'ws://localhost/live' }],
  kinds: [],
  layers: [{ id: 'wristbands', kind: 'Wristband', feed: 'town' }],
  views: [
    {
      id: 'home',
      name: { zh: '全景', en: 'Overview' },
      longitude: 117.83,
      latitude: 37.25,
      heightEllipsoidalMeters: 200,
      headingDeg: 0,
      pitchDeg: -30,
    },
  ],
  panels: [],
}

export const alarm = (id: string, rest: Partial<AlarmShown> = {}): AlarmShown => ({
  feed: 'town',
  id,
  kind: 'Wristband',
  entity: 'w-1',
  rule: 'sos',
  as: null,
  category: 'sos',
  place: [117.83, 37.25, 6],
  priority: 1,
  state: 'unacknowledged',
  raisedMs: NOW_MS - 64_000,
  lastMs: NOW_MS - 64_000,
  enteredMs: NOW_MS - 64_000,
  heardMs: NOW_MS - 64_000,
  clearedMs: null,
  count: 1,
  acknowledged: null,
  done: null,
  escalated: false,
  name: '张**',
  handle: { layer: 'wristbands', slot: 0, generation: 1 },
  at: [117.83, 37.25, 6],
  pending: false,
  asked: null,
  ...rest,
})

/** The wristband, whose rule `bloodPressureCritical` discloses `needsHelp` to grid officers. */
export const helping: ReadonlyMap<string, AnyKind> = new Map<string, AnyKind>([
  [
    'Wristband',
    {
      ...wristband,
      alarms: {
        ...wristband.alarms,
        bloodPressureCritical: { ...wristband.alarms.bloodPressureCritical!, discloses: [{ roles: ['grid'], as: 'needsHelp' }] },
      },
      disclosures: { needsHelp: { label: { zh: '需要帮助', en: 'Needs help' }, category: 'health', priority: 1 } },
    },
  ],
])

/** What a role is told that may not read what is behind it. */
export const help = (id: string, rest: Partial<AlarmShown> = {}): AlarmShown =>
  alarm(id, { rule: null, as: 'needsHelp', category: 'health', ...rest })

export const person = (rest: Partial<Described> = {}): Described => ({
  handle: { layer: 'wristbands', slot: 0, generation: 1 },
  kind: 'Wristband',
  id: 'w-1',
  name: '张**',
  fields: [
    { field: 'sos', value: 'pressed', tMs: NOW_MS - 64_000 },
    { field: 'heartRate', value: 96, tMs: NOW_MS - 24_000 },
    { field: 'systolic', value: 148, tMs: NOW_MS - 5 * 3_600_000 },
    { field: 'battery', value: 78, tMs: NOW_MS - 24_000 },
  ],
  location: [117.83, 37.25, 6],
  settled: null,
  heardMs: NOW_MS - 24_000,
  clockOffMs: null,
  freshness: 'fresh',
  alarms: [],
  ...rest,
})

/** What was asked of it, in order, as `verb` and arguments. */
export interface FakeTwin extends Twin {
  readonly asked: [string, ...unknown[]][]
  readonly options: OpenOptions
  send<K extends keyof TwinEvents>(type: K, event: TwinEvents[K]): void
  readonly listeners: () => number
  disposed: boolean
  /** Answers of `selection.at` and of `actions`; a test replaces them. */
  answers: { at: () => Promise<Pick>; acknowledge: () => Promise<ActionAnswer>; inView: () => Promise<readonly ThingInView[]> }
}

export interface FakeParts {
  readonly doc?: TwinDocument
  readonly layers?: readonly OpenedLayer[]
  readonly kinds?: readonly AnyKind[]
  readonly webgl?: boolean
}

/** Opens fakes and keeps them, newest last. */
export function fakeTwins(parts: FakeParts = {}): { readonly open: OpenTwin; readonly opened: FakeTwin[] } {
  const opened: FakeTwin[] = []
  return {
    opened,
    open: async (options) => {
      const twin = fakeTwin(options, parts)
      opened.push(twin)
      return twin
    },
  }
}

type Asked = FakeTwin['asked']
const saying =
  (asked: Asked, verb: string) =>
  (...args: unknown[]) =>
    void asked.push([verb, ...args])

const arriving =
  (asked: Asked, verb: string) =>
  async (...args: unknown[]) => {
    asked.push([verb, ...args])
    return true
  }

function fakeView(asked: Asked): EngineView {
  return {
    current: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 200, headingDeg: 30, pitchDeg: -30 },
    state: { viewProjection: [], eye: [0, 0, 0], width: 0, height: 0 },
    flyTo: arriving(asked, 'flyTo'),
    follow: (to) => {
      asked.push(['follow', to])
      const leash = { holds: true }
      return {
        arrived: Promise.resolve(true),
        get holds() {
          return leash.holds
        },
        moved: saying(asked, 'moved'),
        end: () => {
          leash.holds = false
          asked.push(['end'])
        },
      }
    },
    reveal: arriving(asked, 'reveal'),
    zoomBy: arriving(asked, 'zoomBy'),
    faceNorth: arriving(asked, 'faceNorth'),
    goHome: arriving(asked, 'goHome'),
    setCovered: saying(asked, 'setCovered'),
    panBy: saying(asked, 'panBy'),
    orbitBy: saying(asked, 'orbitBy'),
    setGestures: saying(asked, 'setGestures'),
    project: () => null,
    metersPerPx: 0.7,
  }
}

function fakeTwin(options: OpenOptions, parts: FakeParts): FakeTwin {
  const asked: Asked = []
  const heard = new Map<string, Set<(event: never) => void>>()
  const canvas = document.createElement('canvas')
  canvas.tabIndex = 0
  options.container.append(canvas)
  const view = fakeView(asked)
  let { locale } = options
  const webgl = parts.webgl ?? true
  const twin: FakeTwin = {
    asked,
    options,
    disposed: false,
    answers: {
      at: async () => ({ handle: null, mesh: null }),
      acknowledge: async () => ({ key: 'k', state: 'pending' }),
      inView: async () => [],
    },
    doc: parts.doc ?? doc,
    engine: { capabilities: { primitives: [], effects: [], webgl }, view, apply: saying(asked, 'apply') } as unknown as Engine,
    view,
    clock: { current: liveClock(Date.now(), 0), set: saying(asked, 'clock') },
    locale: {
      get current() {
        return locale
      },
      set(next) {
        locale = next
        asked.push(['locale', next])
      },
    },
    layers: { all: parts.layers ?? [{ id: 'wristbands', kind: wristband, visible: true }], setVisible: saying(asked, 'setVisible') },
    kinds: parts.kinds ?? [wristband],
    alarms: { standing: [] },
    actions: {
      acknowledge: (alarm) => {
        asked.push(['acknowledge', alarm])
        return twin.answers.acknowledge()
      },
      disclosure: (alarm, type) => {
        asked.push(['disclosure', alarm, type])
        return twin.answers.acknowledge()
      },
    },
    health: { current: null },
    selection: {
      current: null,
      at: (x, y) => {
        asked.push(['at', x, y])
        return twin.answers.at()
      },
      set: async (subject) => {
        asked.push(['select', subject])
        if (subject === null) twin.send('selection', null)
      },
    },
    things: {
      inView: (most) => {
        asked.push(['inView', most])
        return twin.answers.inView()
      },
    },
    ready: Promise.resolve(),
    retry: saying(asked, 'retry'),
    signOut: async () => void asked.push(['signOut']),
    signIn: async () => void asked.push(['signIn']),
    on: (type, listener) => {
      const of = heard.get(type) ?? new Set()
      heard.set(type, of.add(listener as (event: never) => void))
      return () => of.delete(listener as (event: never) => void)
    },
    send: (type, event) => {
      for (const listener of heard.get(type) ?? []) listener(event as never)
    },
    listeners: () => [...heard.values()].reduce((n, of) => n + of.size, 0),
    dispose: () => {
      twin.disposed = true
      canvas.remove()
    },
  }
  return twin
}
