// The store over two threads: one writes, one reads beside it, so that a long history neither waits for a commit nor
// delays one.
import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { errorFromData, TwinError, type TwinErrorData } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { rowsOfCommit } from './commit-rows.ts'
import type { MigrationProgress } from './migrate.ts'
import type { Store } from './store.ts'

export interface ThreadData {
  readonly file: string
  readonly streamId: string
  /** Declarations by which histories are cut. */
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly role: 'writer' | 'reader'
  /** Tests only: word 0 holds the writer inside each transaction while it is 1; word 1 becomes 1 once it is inside. */
  readonly hold?: SharedArrayBuffer
}
export interface ThreadCall {
  readonly id: number
  readonly call: keyof Store
  readonly args: readonly unknown[]
}
export type ThreadAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: TwinErrorData }
  /** Told while it opens. */
  | { readonly migrating: MigrationProgress }
export type Called = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

/**
 * @param file - of the database; it is made if absent.
 * @param kinds - declarations by which histories are cut.
 * @param migrating - told each two seconds while a database of an older version is migrated.
 * @throws TwinError `store-failed`
 */
export async function openThreadStore(
  file: string,
  kinds: ReadonlyMap<string, AnyKind>,
  hold?: SharedArrayBuffer,
  migrating?: (progress: MigrationProgress) => void,
): Promise<Store> {
  const streamId = randomUUID().slice(0, 8)
  const write = await openThread({ file, streamId, kinds, role: 'writer', ...(hold && { hold }) }, migrating)
  const read = await openThread({ file, streamId, kinds, role: 'reader' }).catch(async (error) => {
    await write('close')
    throw error
  })
  return storeOver(write, read)
}

/** Asks one of the threads. */
export type Call = (call: keyof Store, ...args: readonly unknown[]) => Promise<unknown>

/**
 * Which thread answers what. All that a turn of the authority waits for goes to the writer, which is idle between two turns;
 * to the reader goes only what a person waits for: behind a history of a month no press may stand.
 */
export function storeOver(write: Call, read: Call): Store {
  return {
    load: () => write('load') as ReturnType<Store['load']>,
    known: (asked) => write('known', asked) as ReturnType<Store['known']>,
    cold: (asked) => write('cold', asked) as ReturnType<Store['cold']>,
    alarm: (id) => write('alarm', id) as ReturnType<Store['alarm']>,
    disclosure: (id) => write('disclosure', id) as ReturnType<Store['disclosure']>,
    action: (key) => write('action', key) as ReturnType<Store['action']>,
    acknowledgedBy: (alarm) => write('acknowledgedBy', alarm) as ReturnType<Store['acknowledgedBy']>,
    append: (commit) => write('append', rowsOfCommit(commit)) as Promise<void>,
    promise: (noted) => write('promise', noted) as Promise<void>,
    audit: (entry) => write('audit', entry) as Promise<void>,
    clear: (keepFromMs) => write('clear', keepFromMs) as Promise<boolean>,
    history: (query, after) => read('history', query, after) as ReturnType<Store['history']>,
    audited: () => read('audited') as ReturnType<Store['audited']>,
    close: async () => {
      await read('close')
      await write('close')
    },
  }
}

async function openThread(data: ThreadData, migrating?: (progress: MigrationProgress) => void): Promise<Call> {
  const worker = new Worker(new URL('./store-thread.js', import.meta.url), { workerData: data })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  let lost: TwinError | null = null
  let next = 0
  const lose = (why: string): void => {
    lost ??= new TwinError('store-failed', `the thread of the database ended: ${why}; start the server anew`, { role: data.role })
    for (const { reject } of waiting.values()) reject(lost)
    waiting.clear()
  }
  worker.on('error', (error) => lose(error.message))
  worker.on('exit', (code) => lose(`exit ${code}`))
  worker.on('message', (answer: ThreadAnswer) => {
    if ('migrating' in answer) {
      migrating?.(answer.migrating)
      return
    }
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) call?.reject(errorFromData(answer.error))
    else call?.resolve(answer.value)
  })
  const expect = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (lost === null) waiting.set(id, { resolve, reject })
      else reject(lost)
    })
  await expect(next)
  return (call, ...args) => {
    const id = ++next
    const answered = expect(id)
    if (lost === null) worker.postMessage({ id, call, args } satisfies ThreadCall)
    return answered
  }
}
