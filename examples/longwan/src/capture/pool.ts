// Runs jobs on threads, or on this one. A job goes to whichever thread is free; no result depends on which.
import { Worker } from 'node:worker_threads'
import { errorFromData, TwinError, type TwinErrorData } from '@twinmap/core/internal/error/twin-error'
import { type Job, type JobContext, runJob, type TileReport } from './jobs.ts'

export type Answer = { readonly ok: true; readonly report: TileReport | undefined } | { readonly ok: false; readonly error: TwinErrorData }

export interface Pool {
  /** Runs all jobs; `onDone` hears of each as it ends. Rejects with the first failure. */
  run(jobs: readonly Job[], onDone: (job: Job, report: TileReport | undefined) => void, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** `threads` 0 runs everything on the calling thread: slower, and what tests from source need (Node 20 cannot start a worker in TypeScript). */
export function makePool(context: JobContext, threads: number): Pool {
  if (threads === 0) {
    return {
      async run(jobs, onDone, signal) {
        for (const job of jobs) {
          signal?.throwIfAborted()
          onDone(job, await runJob(job, context, 0))
        }
      },
      close: async () => undefined,
    }
  }
  const workers = Array.from(
    { length: threads },
    (_, lane) => new Worker(new URL('./worker.js', import.meta.url), { workerData: { context, lane } }),
  )
  return {
    async run(jobs, onDone, signal) {
      let next = 0
      const stop = new AbortController()
      const drain = async (worker: Worker): Promise<void> => {
        while (next < jobs.length && !stop.signal.aborted) {
          signal?.throwIfAborted()
          const job = jobs[next++]!
          onDone(job, await ask(worker, job))
        }
      }
      try {
        await Promise.all(workers.map(drain))
      } finally {
        stop.abort()
      }
    },
    async close() {
      await Promise.all(workers.map((w) => w.terminate()))
    },
  }
}

function ask(worker: Worker, job: Job): Promise<TileReport | undefined> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
    }
    const onMessage = (answer: Answer): void => {
      done()
      if (answer.ok) resolve(answer.report)
      else reject(errorFromData(answer.error))
    }
    const onError = (error: Error): void => {
      done()
      reject(error)
    }
    const onExit = (code: number): void => {
      done()
      reject(
        new TwinError('internal', `a capture thread ended with ${code} during "${job.type}"; run it again, it goes on where it stopped`, {
          code,
        }),
      )
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage(job)
  })
}
