// The four requests that change or tell data. docs/formats/wire.md fixes each.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type KeptAlarm, toWire } from '@twinmap/core/internal/alarms/life-cycle'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { isRole, type Role } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { checkBatch, isObject } from '@twinmap/core/internal/record/check'
import { readAction } from '@twinmap/core/internal/record/client-codec'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import type { Told } from '@twinmap/core/internal/record/record'
import type { Authority } from '../authority.ts'
import { type Audience, type createAudiences, cutAlarms, cutRecords } from '../live/compose.ts'
import type { Source } from '../sources.ts'
import type { HistoryQuery, Store, TrackCursor } from '../store/store.ts'
import { expired, signDemoToken, type Verify, type Viewer } from '../tokens.ts'
import { answerError, answerJson, bearerOf, NO_STORE, readJson } from './answer.ts'

export interface RoutesPorts {
  readonly authority: Authority
  readonly store: Store
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly audienceOf: ReturnType<typeof createAudiences>
  readonly verify: Verify
  readonly sourceOf: (key: string | undefined) => Source
  readonly nowMs: () => number
  /** Signs for whoever asks; `onlyPublic` where the server listens to a network. */
  readonly demo?: { readonly privateKey: Parameters<typeof signDemoToken>[0]['privateKey']; readonly onlyPublic: boolean } | undefined
}

export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

const MOST_POST_BYTES = 1_000_000
const MOST_ACTION_BYTES = 10_000
const MOST_HISTORY_MS = 31 * 24 * 3_600_000
/** Who may say of an alarm that somebody looks after it. */
const MAY_ACKNOWLEDGE: Readonly<Record<Role, boolean>> = { public: false, grid: true, care: true, command: true }

/** By method and path. */
export function createRoutes(ports: RoutesPorts): Readonly<Record<string, Route>> {
  const { authority, store, kinds, audienceOf, verify, sourceOf, nowMs } = ports

  /** 401 where a token is missing, false or expired; 403 is for a role that may not. */
  async function viewerOf(request: IncomingMessage, response: ServerResponse): Promise<Viewer | null> {
    try {
      return await verify(bearerOf(request))
    } catch (error) {
      answerError(response, error, 401)
      return null
    }
  }

  const records: Route = async (request, response) => {
    let source: Source
    try {
      source = sourceOf(bearerOf(request))
    } catch (error) {
      return answerError(response, error, 401)
    }
    const body = await readJson(request, MOST_POST_BYTES)
    if (!isObject(body) || !Array.isArray(body['records']))
      throw new TwinError('request-invalid', 'the body has no array records; send {"records":[…]}')
    const checked = checkBatch(body['records'], kinds, nowMs())
    const told: Told[] = [...checked.told]
    const allowed = checked.records.filter(({ record }) => source.kinds.has(record.kind))
    if (allowed.length === 0 && checked.records.length > 0)
      throw new TwinError(
        'not-allowed',
        `source ${source.name} has no right to any of these kinds; add them to its kinds in the configuration`,
      )
    if (allowed.length < checked.records.length) tellForbidden(body['records'], source, kinds, told)
    const { accepted, repeated } = await authority.post(allowed)
    answerJson(response, 200, { accepted, repeated, told: told.sort((a, b) => a.index - b.index) })
  }

  const actions: Route = async (request, response) => {
    const viewer = await viewerOf(request, response)
    if (viewer === null) return
    const action = readAction(await readJson(request, MOST_ACTION_BYTES))
    // A body may take minutes to come.
    if (viewer.expiresMs <= nowMs()) return answerError(response, expired(viewer.expiresMs), 401)
    if (!MAY_ACKNOWLEDGE[viewer.role])
      throw new TwinError('not-allowed', `role ${viewer.role} may not acknowledge; ask someone who looks after alarms`)
    const alarm = authority.state.standing.get(action.alarm) ?? (await store.alarm(action.alarm))
    // An alarm that the role may not see is not there for it, and is not told apart from one that never was.
    if (alarm === null || audienceOf(viewer.role, undefined).redaction.alarm(toWire(alarm)) === null)
      throw new TwinError('alarm-unknown', `there is no alarm ${action.alarm}; load the list of alarms again`, { alarm: action.alarm })
    const answer = await authority.act({ ...action, by: viewer.name })
    if ('error' in answer) answerError(response, new TwinError(answer.error.code, answer.error.message, { ...answer.error.details }))
    else answerJson(response, answer.state === 'pending' ? 202 : 200, answer)
  }

  const history: Route = async (request, response, url) => {
    const viewer = await viewerOf(request, response)
    if (viewer === null) return
    const query = readQuery(url.searchParams)
    const audience = audienceOf(viewer.role, query.kind === undefined ? undefined : [query.kind])
    // A history of one kind has the alarms of that kind alone.
    const personalKinds = audience.personalKinds.filter((kind) => query.kind === undefined || kind === query.kind)
    if (personalKinds.length > 0)
      await store.audit({
        atMs: nowMs(),
        who: viewer.name,
        role: viewer.role,
        what: 'history',
        kinds: personalKinds,
        subject: query.id ?? null,
      })
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', ...NO_STORE })
    for await (const envelope of envelopesOf(query, audience)) {
      if (response.destroyed) return
      if (!response.write(`${JSON.stringify(envelope)}\n`)) await drained(response)
    }
    response.end()
  }

  async function* envelopesOf(query: HistoryQuery, audience: Audience): AsyncGenerator<Envelope> {
    const stamp = { streamId: authority.streamId, n: authority.n(), serverTimeMs: nowMs() }
    // The question names a kind, maybe an entity: an alarm that may not tell them would tell them by being the answer.
    const cut = (alarms: readonly KeptAlarm[]): Alarm[] =>
      cutAlarms(alarms, audience).filter(({ kind }) => query.kind === undefined || kind !== null)
    const begin = await store.snapshot(query)
    yield { ...stamp, snapshot: true, records: cutRecords(begin.records, audience), alarms: cut(begin.alarms) }
    const { streamId, n, serverTimeMs } = stamp
    const alarms = cut(await store.alarmLog(query))
    if (alarms.length > 0) yield { streamId, from: n, n, serverTimeMs, alarms }
    let after: TrackCursor | null = null
    do {
      const page = await store.track(query, after)
      const records = cutRecords(page.records, audience)
      if (records.length > 0) yield { streamId, from: n, n, serverTimeMs, records }
      after = page.next
    } while (after !== null)
  }

  const demoToken: Route = async (request, response, url) => {
    if (ports.demo === undefined) throw new TwinError('not-found', 'this server signs no tokens; ask the portal')
    const asked = url.searchParams.get('role') ?? 'public'
    if (!isRole(asked)) throw new TwinError('request-invalid', `role ${asked.slice(0, 40)} is unknown`)
    const isOwnMachine = !ports.demo.onlyPublic && isLocalName(request.headers.host)
    const role: Role = isOwnMachine ? asked : 'public'
    const lifeMs = 3_600_000
    const token = await signDemoToken({ privateKey: ports.demo.privateKey, role, name: `demo-${role}`, lifeMs, nowMs: nowMs() })
    answerJson(response, 200, { token, role, expiresMs: nowMs() + lifeMs })
  }

  return { 'POST /records': records, 'POST /actions': actions, 'GET /history': history, 'GET /demo-token': demoToken }
}

function tellForbidden(raw: readonly unknown[], source: Source, kinds: ReadonlyMap<string, AnyKind>, told: Told[]): void {
  raw.forEach((record, index) => {
    const kind = isObject(record) ? record['kind'] : undefined
    if (typeof kind !== 'string' || !kinds.has(kind) || source.kinds.has(kind)) return
    told.push({ index, code: 'not-allowed', message: `source ${source.name} has no right to kind ${kind}; the record was left out` })
  })
}

function readQuery(search: URLSearchParams): HistoryQuery {
  const time = (name: string): number => {
    const text = search.get(name) ?? ''
    const value = Number(text)
    if (text === '' || !Number.isFinite(value))
      throw new TwinError('request-invalid', `${name} must be a time in UTC milliseconds`, { name })
    return value
  }
  const [fromMs, toMs] = [time('from'), time('to')]
  const [kind, id] = [search.get('kind'), search.get('id')]
  if (toMs < fromMs) throw new TwinError('request-invalid', 'to is before from; exchange them')
  if (toMs - fromMs > MOST_HISTORY_MS) throw new TwinError('request-invalid', 'more than 31 days were asked; ask in parts')
  if (id !== null && kind === null) throw new TwinError('request-invalid', 'id needs its kind, because ids are unique within a kind only')
  return { fromMs, toMs, ...(kind !== null && { kind }), ...(id !== null && { id }) }
}

/** A page of another name that resolves to this machine (DNS rebinding) is not this machine. */
export function isLocalName(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '')
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]'
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
