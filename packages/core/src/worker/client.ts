// The page's side of the border: **client** turns WorkerCalls into comlink calls, and hands on what the worker posts.
import { type Remote, releaseProxy, wrap } from 'comlink'
import { watchSilence } from '../error/silent-worker.ts'
import { TwinError } from '../error/twin-error.ts'
import { unwrapAnswer, type WorkerDoor } from './answer.ts'
import type { WorkerCalls, WorkerMessage, WorkerReturn } from './messages.ts'

/** What is used of a Worker. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: string, listener: (event: Event) => void): void
  removeEventListener(type: string, listener: (event: Event) => void): void
  terminate(): void
}

export interface WorkerClient {
  /** Each rejects with the TwinError of the worker, or with `worker-lost`. */
  readonly calls: WorkerCalls
  /** Gives a patch's buffer back. */
  recycle(layer: string, buffer: ArrayBuffer): void
  /** Ends the worker; calls under way are rejected. */
  dispose(): void
}

const NAMES: Readonly<Record<keyof WorkerCalls, true>> = {
  open: true,
  setClock: true,
  setLocale: true,
  setView: true,
  setFilter: true,
  describe: true,
  watch: true,
  pick: true,
  inView: true,
  act: true,
  token: true,
  repatch: true,
  reconnect: true,
  ping: true,
  close: true,
}

/**
 * @param hear - every message of the worker, in order.
 * @param lost - the worker could not start or died; told once, and then every call is rejected.
 */
export function createClient(worker: WorkerLike, hear: (message: WorkerMessage) => void, lost: (error: TwinError) => void): WorkerClient {
  const door: Remote<WorkerDoor> = wrap<WorkerDoor>(worker as unknown as Parameters<typeof wrap>[0])
  const waiting = new Set<(error: TwinError) => void>()
  let gone: TwinError | null = null

  const end = (error: TwinError) => {
    if (gone !== null) return
    gone = error
    silence.end()
    worker.removeEventListener('message', onMessage)
    worker.removeEventListener('error', onError)
    worker.removeEventListener('messageerror', onError)
    worker.terminate()
    for (const reject of [...waiting]) reject(error)
    waiting.clear()
  }
  const die = (why: string) => {
    const error = new TwinError('worker-lost', `the worker of live data ended: ${why}; try again`, {})
    end(error)
    lost(error)
  }
  const silence = watchSilence({
    ask: () => calls.ping().catch(() => undefined), // who is lost is told once, below
    dead: () => die('it answers no more'),
  })
  const onMessage = (event: Event) => {
    silence.heard()
    const { data } = event as MessageEvent<unknown>
    // An answer of comlink has an id and no type of ours.
    if (typeof (data as WorkerMessage | null)?.type === 'string' && !('id' in (data as object))) hear(data as WorkerMessage)
  }
  const onError = (event: Event) => {
    event.preventDefault?.()
    die((event as ErrorEvent).message || 'it did not start; its file is missing, or the page may not run it')
  }
  worker.addEventListener('message', onMessage)
  worker.addEventListener('error', onError)
  worker.addEventListener('messageerror', onError)

  const call = (name: string, parameter: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone !== null) return reject(gone)
      waiting.add(reject)
      door
        .ask(name, parameter)
        .then(unwrapAnswer)
        .then(resolve, reject)
        .finally(() => waiting.delete(reject))
    })
  const calls = Object.fromEntries(
    Object.keys(NAMES).map((name) => [name, (parameter?: unknown) => call(name, parameter)]),
  ) as unknown as WorkerCalls

  return {
    calls,
    recycle(layer, buffer) {
      const back: WorkerReturn = { type: 'recycle', layer, buffer }
      if (gone === null) worker.postMessage(back, [buffer])
    },
    dispose() {
      if (gone === null) door[releaseProxy]()
      end(new TwinError('worker-lost', 'the twin was disposed of', {}))
    },
  }
}
