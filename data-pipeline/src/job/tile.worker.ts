// A worker thread's entry.
import { parentPort } from 'node:worker_threads'
import { errorToData } from '@twinmap/core/internal/error/twin-error'
import sharp from 'sharp'
import type { FromWorker, ToWorker } from './pool.ts'
import type { TileContext } from './tile-job.ts'
import { answer, buffersOf } from './work.ts'

// One thread per worker: the pool already has one worker per core.
sharp.concurrency(1)
sharp.cache(false)

let context: TileContext | undefined
parentPort!.on('message', async (message: ToWorker) => {
  if ('context' in message) {
    context = message.context
    return
  }
  try {
    const result = await answer(message.task, context)
    parentPort!.postMessage({ result } satisfies FromWorker, buffersOf(result))
  } catch (error) {
    parentPort!.postMessage({ error: errorToData(error) } satisfies FromWorker)
  }
})
