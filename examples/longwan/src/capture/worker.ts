// One thread of the capture: takes jobs from its port until it is ended.
import { parentPort, workerData } from 'node:worker_threads'
import { errorToData } from '@twinmap/core/internal/error/twin-error'
import sharp from 'sharp'
import { type Job, type JobContext, runJob } from './jobs.ts'
import type { Answer } from './pool.ts'

const { context, lane } = workerData as { context: JobContext; lane: number }
sharp.concurrency(1) // the threads share the cores already

parentPort!.on('message', async (job: Job) => {
  let answer: Answer
  try {
    answer = { ok: true, report: await runJob(job, context, lane) }
  } catch (error) {
    answer = { ok: false, error: errorToData(error) }
  }
  parentPort!.postMessage(answer)
})
