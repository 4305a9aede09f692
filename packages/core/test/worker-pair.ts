// For tests: the two ends of a worker in one process. Messages cross by structured clone with transfer, later, in order.
import type { WorkerLike } from '../src/worker/client.ts'
import type { WorkerScope } from '../src/worker/serve.ts'

type Listener = (event: never) => void

class End {
  readonly #listeners = new Map<string, Set<Listener>>()
  other: End | null = null
  terminated = false

  postMessage = (message: unknown, transfer: Transferable[] = []): void => {
    const arrived: unknown = structuredClone(message, { transfer })
    setTimeout(() => {
      if (!this.terminated && this.other?.terminated === false) this.other.tell('message', { data: arrived })
    }, 0)
  }
  addEventListener = (type: string, listener: Listener): void => {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener))
  }
  removeEventListener = (type: string, listener: Listener): void => {
    this.#listeners.get(type)?.delete(listener)
  }
  tell(type: string, event: object): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(event as never)
  }
  listeners(type?: string): number {
    const counted = type === undefined ? [...this.#listeners.values()] : [this.#listeners.get(type) ?? new Set()]
    return counted.reduce((sum, { size }) => sum + size, 0)
  }
}

export interface FakeWorker extends WorkerLike {
  readonly terminated: boolean
  listeners(type?: string): number
  /** As a browser tells of an uncaught error, or of a file that does not load. */
  fail(message: string): void
  /** As a message that its worker posted before. */
  arrive(data: unknown): void
}

export function workerPair(): { readonly page: FakeWorker; readonly scope: WorkerScope } {
  const page = new End()
  const scope = new End()
  page.other = scope
  scope.other = page
  const worker = Object.assign(page, {
    terminate() {
      page.terminated = true
      scope.terminated = true
    },
    arrive: (data: unknown) => page.tell('message', { data }),
    fail: (message: string) => page.tell('error', { message, preventDefault: () => undefined }),
  })
  return { page: worker as unknown as FakeWorker, scope: scope as unknown as WorkerScope }
}
