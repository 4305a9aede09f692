// The requests that change or tell data. docs/formats/wire.md fixes each.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { mayOnDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import { toWire } from '@twinmap/core/internal/alarms/life-cycle'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { Area } from '@twinmap/core/internal/geo/area'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { isRole, type Role } from '@twinmap/core/internal/kind/privacy'
import type { Action } from '@twinmap/core/internal/record/action'
import { createBatchCheck, isObject } from '@twinmap/core/internal/record/check'
import { readAction } from '@twinmap/core/internal/record/client-codec'
import type { Authority } from '../authority.ts'
import type { createAudiences } from '../live/compose.ts'
import type { Timers } from '../live/timers.ts'
import type { Source } from '../sources.ts'
import type { Store } from '../store/store.ts'
import { expired, signDemoToken, type Verify, type Viewer } from '../tokens.ts'
import type { createAddressOf } from './address.ts'
import { answerError, answerJson, bearerOf, readJson } from './answer.ts'
import { createHistoryBudget, sendHistory } from './history.ts'
import { createHistoryPace } from './history-pace.ts'
import { createInventories, type Inventory } from './inventory.ts'

export interface RoutesPorts {
  readonly authority: Authority
  readonly store: Store
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** Where the things of this twin are; a place outside is told. */
  readonly area?: Area | undefined
  readonly audienceOf: ReturnType<typeof createAudiences>
  readonly verify: Verify
  readonly sourceOf: (key: string | undefined) => Source
  readonly addressOf: ReturnType<typeof createAddressOf>
  /** By the layer of the document that shows them. */
  readonly inventories: ReadonlyMap<string, Inventory>
  readonly timers: Pick<Timers, 'turn' | 'nowMs' | 'after'>
  readonly nowMs: () => number
  /** Signs for whoever asks; `onlyPublic` where the server listens to a network. */
  readonly demo?: { readonly privateKey: Parameters<typeof signDemoToken>[0]['privateKey']; readonly onlyPublic: boolean } | undefined
}

export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

const MOST_POST_BYTES = 1_000_000
const MOST_ACTION_BYTES = 10_000
/** Records of a post that are checked before others get a turn. */
const CHECKED_AT_ONCE = 500
/** Who may say of an alarm that somebody looks after it. */
const MAY_ACKNOWLEDGE: Readonly<Record<Role, boolean>> = { public: false, grid: true, care: true, command: true }

/** By method and path. */
export function createRoutes(ports: RoutesPorts): Readonly<Record<string, Route>> {
  const { authority, store, kinds, area, audienceOf, verify, sourceOf, addressOf, inventories, timers, nowMs } = ports
  const budget = createHistoryBudget()
  const pace = createHistoryPace(timers)
  const sendInventory = createInventories({ inventories, audit: store.audit, nowMs, timers })

  /** 401 where a token is missing, false or expired; 403 is for a role that may not. */
  async function viewerOf(request: IncomingMessage, response: ServerResponse): Promise<Viewer | null> {
    try {
      return await verify(bearerOf(request))
    } catch (error) {
      answerError(response, error, 401)
      return null
    }
  }

  /** @throws TwinError `not-allowed`, or `alarm-unknown`: an alarm that the role may not see is not told apart from one that never was. */
  async function mustBeAllowed({ type, alarm: id }: Action, { role }: Viewer): Promise<void> {
    const { redaction } = audienceOf(role, undefined)
    const unknown = () => new TwinError('alarm-unknown', `there is no alarm ${id}; load the list of alarms again`, { alarm: id })
    if (type === 'acknowledge') {
      if (!MAY_ACKNOWLEDGE[role]) throw new TwinError('not-allowed', `role ${role} may not acknowledge; ask someone who looks after alarms`)
      const alarm = authority.state.standing.get(id) ?? (await store.alarm(id))
      if (alarm === null || redaction.alarm(toWire(alarm)) === null) throw unknown()
      return
    }
    const disclosure = authority.state.disclosures.get(id) ?? (await store.disclosure(id))
    // Also one that was withdrawn and ended since: that what is behind it ended is nobody's to know.
    if (disclosure === null || redaction.disclosure(disclosure.kind, disclosure.as) === null) throw unknown()
    if (!mayOnDisclosure(redaction, disclosure, type))
      throw new TwinError(
        'not-allowed',
        `role ${role} may not ${type} this; ${type === 'withdraw' ? 'a role that sees the field may' : 'those whom it is told may'}`,
      )
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
    const { records: raw, sentAt } = body
    const sentAtMs = typeof sentAt === 'number' && Number.isFinite(sentAt) ? sentAt : null
    const batch = createBatchCheck(kinds, { sentAtMs, ...(area && { area }) })
    for (let i = 0; i < raw.length; i++) {
      batch.next(raw[i], i)
      if (i % CHECKED_AT_ONCE === CHECKED_AT_ONCE - 1) await setImmediate()
    }
    const allowed = batch.records.filter(({ record }) => source.kinds.has(record.kind))
    if (allowed.length === 0 && batch.records.length > 0)
      throw new TwinError(
        'not-allowed',
        `source ${source.name} has no right to any of these kinds; add them to its kinds in the configuration`,
      )
    for (const { record, index } of batch.records)
      if (!source.kinds.has(record.kind))
        batch.telling.tell({
          index,
          code: 'not-allowed',
          message: `source ${source.name} has no right to kind ${record.kind}; the record was left out`,
        })
    const { accepted, repeated, told } = await authority.ingest(source.name, allowed)
    for (const one of told) batch.telling.tell(one)
    const { toldMore } = batch.telling
    answerJson(response, 200, {
      accepted,
      repeated,
      told: [...batch.telling.told].sort((a, b) => a.index - b.index),
      ...(toldMore > 0 && { toldMore }),
    })
  }

  const actions: Route = async (request, response) => {
    const viewer = await viewerOf(request, response)
    if (viewer === null) return
    const action = readAction(await readJson(request, MOST_ACTION_BYTES))
    // A body may take minutes to come.
    if (viewer.expiresMs <= nowMs()) return answerError(response, expired(viewer.expiresMs), 401)
    await mustBeAllowed(action, viewer)
    const answer = await authority.act({ ...action, by: viewer.name })
    if ('error' in answer) answerError(response, new TwinError(answer.error.code, answer.error.message, { ...answer.error.details }))
    else answerJson(response, answer.state === 'pending' ? 202 : 200, answer)
  }

  const history: Route = async (request, response, url) => {
    const viewer = await viewerOf(request, response)
    if (viewer === null) return
    const end = budget.begin(viewer.isAnonymous ? `address ${addressOf(request)}` : `sub ${viewer.name}`)
    try {
      const audience = audienceOf(viewer.role, undefined)
      await sendHistory(response, { viewer, audience, search: url.searchParams }, { store, authority, kinds, nowMs, pace })
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

  const inventory =
    (layer: string): Route =>
    async (request, response) => {
      const viewer = await viewerOf(request, response)
      if (viewer !== null) await sendInventory(response, layer, viewer, audienceOf(viewer.role, undefined))
    }

  return {
    'POST /records': records,
    'POST /actions': actions,
    'GET /history': history,
    'GET /demo-token': demoToken,
    ...Object.fromEntries([...inventories.keys()].map((layer) => [`GET /inventory/${layer}`, inventory(layer)])),
  }
}

/** A page of another name that resolves to this machine (DNS rebinding) is not this machine. */
export function isLocalName(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '')
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]'
}
