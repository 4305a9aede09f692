// Every string that a page or a worker still holds, by V8's own heap snapshot.
import type { CDPSession, Page } from 'puppeteer-core'

/** V8 cuts strings in snapshots at 1,024 characters; a message of a feed is longer. */
export const WHOLE_STRINGS = '--js-flags=--heap-snapshot-string-limit=10000000'

/** All that is reachable after a collection, numbers as strings too. */
export async function heapStrings(client: CDPSession): Promise<readonly string[]> {
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
  return (JSON.parse(chunks.join('')) as { readonly strings: readonly string[] }).strings
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
