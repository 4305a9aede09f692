// Who does the work: threads, or the caller's own (tests, and machines without threads to spare).
import { Worker } from 'node:worker_threads'
import { errorFromData, type TwinErrorData } from '@twinmap/core/internal/error/twin-error'
import type { TileContext } from './tile-job.ts'
import { answer, buffersOf, type ResultOf, type Task } from './work.ts'

export interface Pool {
  /** How many tasks run at once. */
  readonly size: number
  /** Gives the context to all; before the first tile. */
  open(context: TileContext): void
  /** Buffers of the task go over: they are empty here afterwards. More than `size` at once wait in order. */
  run<T extends Task>(task: T): Promise<ResultOf<T>>
  /** Ends all at once; what still runs rejects. */
  close(): Promise<void>
}

export function inPlacePool(): Pool {
  let context: TileContext | undefined
  let last: Promise<unknown> = Promise.resolve()
  return {
    size: 1,
    open: (given) => {
      context = given
    },
    run<T extends Task>(task: T): Promise<ResultOf<T>> {
      const next = last.then(() => answer(task, context)) as Promise<ResultOf<T>>
      last = next.catch(() => undefined)
      return next
    },
    close: async () => undefined,
  }
}

export type ToWorker = { readonly context: TileContext } | { readonly task: Task }
export type FromWorker = { readonly result: unknown } | { readonly error: TwinErrorData }

interface Waiting {
  readonly task: Task
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

/** @param makeWorker for tests; the entry is the built file beside this one */
export function threadPool(size: number, makeWorker = () => new Worker(new URL('./tile.worker.js', import.meta.url))): Pool {
  const waiting: Waiting[] = []
  const idle: Worker[] = []
  const running = new Map<Worker, Waiting>()
  const workers = Array.from({ length: size }, makeWorker)
  let closed = false
  const next = () => {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop()!
      const job = waiting.shift()!
      running.set(worker, job)
      worker.postMessage({ task: job.task } satisfies ToWorker, buffersOf(job.task))
    }
  }
  const fail = (worker: Worker, error: unknown) => {
    running.get(worker)?.reject(error)
    running.delete(worker)
  }
  for (const worker of workers) {
    idle.push(worker)
    worker.on('message', (message: FromWorker) => {
      const job = running.get(worker)
      if ('error' in message) fail(worker, errorFromData(message.error))
      else {
        running.delete(worker)
        job?.resolve(message.result as never)
      }
      idle.push(worker)
      next()
    })
    worker.on('error', (error) => fail(worker, error))
    worker.on('exit', () =>
      fail(worker, new Error(closed ? 'the run was ended' : 'a worker thread ended; memory may be short: run with fewer --workers')),
    )
  }
  return {
    size,
    open: (context) => {
      for (const worker of workers) worker.postMessage({ context } satisfies ToWorker)
    },
    run: <T extends Task>(task: T) =>
      new Promise<ResultOf<T>>((resolve, reject) => {
        waiting.push({ task, resolve: resolve as (result: never) => void, reject })
        next()
      }),
    close: async () => {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new Error('the run was ended'))
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
