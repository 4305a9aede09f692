// The measured server as the bench sees it: a child process behind its public doors.
import { Agent, request } from 'node:http'
import type { AnyKind } from '@twinmap/core/kind'
import { type Child, startChild, type Usage } from './child.ts'
import type { SentRecord } from './records.ts'

const KEY = 'a-key-of-the-bench-000001'
/** A socket that waits longer is not used again: the server closes it after 5 s, maybe while a post is on its way. */
const IDLE_MS = 2_000

export interface ServerUnderTest {
  readonly pid: number
  readonly url: string
  readonly liveUrl: string
  /** From the call of `startServer` until it resolved, ms. */
  readonly startMs: number
  /** Posts a batch; resolves with the milliseconds until its answer. Throws unless every record was accepted as it was sent. */
  readonly post: (body: Body) => Promise<number>
  readonly token: (role: string, name?: string) => Promise<string>
  /** Moves the server's clock forward; answers what it shows then. */
  readonly pass: (ms: number) => Promise<number>
  readonly usage: () => Promise<Usage>
  /** A polite stop. */
  readonly stop: () => Promise<void>
}

/** A batch as bytes, made before anything is measured. */
export interface Body {
  readonly bytes: Buffer
  readonly count: number
}

export const bodyOf = (records: readonly SentRecord[]): Body => ({ bytes: Buffer.from(JSON.stringify({ records })), count: records.length })

export interface ServerOptions {
  /** File of the database. */
  readonly database: string
  /** Kinds of records that are posted. */
  readonly sends: readonly string[]
  /** Kinds that the server is built with. Default: the shipped ones. */
  readonly kinds?: readonly AnyKind[]
  /** What its clock shows at first. Default: the machine's time. */
  readonly clockMs?: number
}

export async function openServer({ database, sends, kinds, clockMs }: ServerOptions): Promise<ServerUnderTest> {
  const child = startChild('server-child.mjs')
  await child.usage() // its modules are loaded: what follows is the server alone
  const config = { database, sources: [{ name: 'bench', key: KEY, kinds: sends }] }
  const { url, startMs } = await child.ask<{ url: string; startMs: number }>('start', { config, kinds, clockMs })
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS })
  return {
    pid: child.pid,
    url,
    liveUrl: `${url.replace('http', 'ws')}live`,
    startMs,
    post: (body) => post(`${url}records`, agent, body),
    token: (role, name = role) => child.ask<string>('token', { role, name }),
    pass: (ms) => child.ask<number>('pass', { ms }),
    usage: child.usage,
    stop: () => stop(child, agent),
  }
}

async function stop(child: Child, agent: Agent): Promise<void> {
  agent.destroy()
  await child.ask('stop')
  await child.end()
}

function post(url: string, agent: Agent, { bytes, count }: Body): Promise<number> {
  const fromMs = performance.now()
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: 'POST',
      agent,
      headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', 'Content-Length': bytes.length },
    })
    // The server closed an idle socket at this very moment: the post never began, and goes again.
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (asked.reusedSocket && error.code === 'ECONNRESET') post(url, agent, { bytes, count }).then(resolve, reject)
      else reject(error)
    })
    asked.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const tookMs = performance.now() - fromMs
        const isWhole = response.statusCode === 200 && isAcceptedWhole(text, count)
        if (isWhole) resolve(tookMs)
        else reject(new Error(`a post of ${count} records was answered with ${response.statusCode}: ${text.slice(0, 500)}`))
      })
    })
    asked.end(bytes)
  })
}

/** A bench that measures refusals measures nothing. */
function isAcceptedWhole(text: string, count: number): boolean {
  const { accepted, told } = JSON.parse(text) as { accepted?: number; told?: readonly unknown[] }
  return accepted === count && (told ?? []).length === 0
}
