// The floor of durable posts: the same rows as one JSON text each, one transaction a batch, in a thread, and nothing else.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { answerCalls, usage } from './answer-calls.mjs'

let thread
let batches = []

answerCalls({
  async open({ file }) {
    thread = new Worker(new URL('./commits-thread.mjs', import.meta.url), { workerData: { file } })
    await once(thread, 'message')
  },
  /** Takes the texts of the next run, so that handing them over is not measured. */
  load(given) {
    batches = given
  },
  async run() {
    const [fromMs, before] = [performance.now(), usage()]
    for (const texts of batches) {
      thread.postMessage(texts)
      await once(thread, 'message')
    }
    return { wallMs: performance.now() - fromMs, cpuMs: usage().cpuMs - before.cpuMs }
  },
})
