// The four requests that change or tell data. docs/formats/wire.md fixes each.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toWire } from '@twinmap/core/internal/alarms/life-cycle'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { isRole, type Role } from '@twinmap/core/internal/kind/privacy'
import { checkBatch, isObject } from '@twinmap/core/internal/record/check'
import { readAction } from '@twinmap/core/internal/record/client-codec'
import type { Told } from '@twinmap/core/internal/record/record'
import type { Authority } from '../authority.ts'
import type { createAudiences } from '../live/compose.ts'
import type { Source } from '../sources.ts'
import type { Store } from '../store/store.ts'
import { expired, signDemoToken, type Verify, type Viewer } from '../tokens.ts'
import { answerError, answerJson, bearerOf, readJson } from './answer.ts'
import { createHistoryBudget, sendHistory } from './history.ts'

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
/** Who may say of an alarm that somebody looks after it. */
const MAY_ACKNOWLEDGE: Readonly<Record<Role, boolean>> = { public: false, grid: true, care: true, command: true }

/** By method and path. */
export function createRoutes(ports: RoutesPorts): Readonly<Record<string, Route>> {
  const { authority, store, kinds, audienceOf, verify, sourceOf, nowMs } = ports
  const budget = createHistoryBudget()

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
    const { sentAt } = body
    const options = { sentAtMs: typeof sentAt === 'number' && Number.isFinite(sentAt) ? sentAt : null }
    const checked = checkBatch(body['records'], kinds, options)
    const told: Told[] = [...checked.told]
    const allowed = checked.records.filter(({ record }) => source.kinds.has(record.kind))
    if (allowed.length === 0 && checked.records.length > 0)
      throw new TwinError(
        'not-allowed',
        `source ${source.name} has no right to any of these kinds; add them to its kinds in the configuration`,
      )
    if (allowed.length < checked.records.length) tellForbidden(body['records'], source, kinds, told)
    const outcome = await authority.ingest(source.name, allowed)
    told.push(...outcome.told)
    answerJson(response, 200, { accepted: outcome.accepted, repeated: outcome.repeated, told: told.sort((a, b) => a.index - b.index) })
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
    const end = budget.begin(viewer.isAnonymous ? `address ${request.socket.remoteAddress}` : `sub ${viewer.name}`)
    try {
      const audience = audienceOf(viewer.role, undefined)
      await sendHistory(response, { viewer, audience, search: url.searchParams }, { store, authority, kinds, nowMs })
    } finally {
      end()
    }
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

/** A page of another name that resolves to this machine (DNS rebinding) is not this machine. */
export function isLocalName(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '')
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]'
}

