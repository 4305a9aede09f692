// Every string that a page or a worker still holds, by V8's own heap snapshot.
import type { CDPSession, Page } from 'puppeteer-core'

/** V8 cuts strings in snapshots at 1,024 characters; a message of a feed is longer. */
export const WHOLE_STRINGS = '--js-flags=--heap-snapshot-string-limit=10000000'

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] } }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

/** All that is reachable after a collection. */
async function snapshotOf(client: CDPSession): Promise<Snapshot> {
  const chunks: string[] = []
  const keep = ({ chunk }: { readonly chunk: string }) => chunks.push(chunk)
  client.on('HeapProfiler.addHeapSnapshotChunk', keep)
  try {
    await client.send('HeapProfiler.enable')
    await client.send('HeapProfiler.collectGarbage')
    await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false, captureNumericValue: true })
    await client.send('HeapProfiler.disable')
  } finally {
    client.off('HeapProfiler.addHeapSnapshotChunk', keep)
  }
  return JSON.parse(chunks.join('')) as Snapshot
}

/** Strings that are still held; numbers are among them, as V8 writes them. */
export const heapStrings = async (client: CDPSession): Promise<readonly string[]> => (await snapshotOf(client)).strings

/** What a script makes. Compiled code, and what browser and DevTools note of their own, come and go as they like. */
const OF_SCRIPTS = new Set(['object', 'closure', 'array', 'string', 'concatenated string', 'sliced string', 'regexp', 'number', 'bigint'])

/** Bytes of objects, closures, arrays and strings that are still held. */
export async function heapBytes(client: CDPSession): Promise<number> {
  const { snapshot, nodes } = await snapshotOf(client)
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')]
  let bytes = 0
  for (let i = 0; i < nodes.length; i += fields.length) if (OF_SCRIPTS.has(types[0][nodes[i + type]!]!)) bytes += nodes[i + size]!
  return bytes
}

/** Which of the words stand in any of the strings. */
export const found = (strings: readonly string[], words: Readonly<Record<string, string>>): string[] =>
  Object.entries(words).flatMap(([name, word]) => (strings.some((text) => text.includes(word)) ? [name] : []))

export interface HeldStrings {
  readonly page: readonly string[]
  /** Of each worker of live data that lives. */
  readonly workers: readonly (readonly string[])[]
}

export const twinWorkers = (page: Page) => page.workers().filter((worker) => worker.url().includes('twin-worker'))

export async function heldBy(page: Page): Promise<HeldStrings> {
  const session = await page.createCDPSession()
  try {
    const workers = []
    for (const worker of twinWorkers(page)) workers.push(await heapStrings(worker.client))
    return { page: await heapStrings(session), workers }
  } finally {
    await session.detach()
  }
}
