// A page with the real worker and the engine that draws nothing: what crosses the border in a browser, under its policy.
import { createNullEngine, type NullEngine } from '../../packages/core/src/engine/null/null-engine.ts'
import { createTwin } from '../../packages/core/src/twin.ts'
import type { Twin } from '../../packages/core/src/twin-parts.ts'
import { createWorker } from '../../packages/layers/src/create-worker.ts'

export interface WorkerPage {
  readonly twin: Twin
  readonly engine: () => NullEngine
  readonly errors: string[]
}

let engine!: NullEngine
const asked = new URL(location.href).searchParams
const twin = await createTwin({
  src: new URL('twin.json', location.href).href,
  worker: () => createWorker(asked.get('worker') ?? undefined),
  createEngine: (options) => (engine = createNullEngine(options)),
  container: document.querySelector<HTMLElement>('#map')!,
  getToken: ({ expired }) => (expired ? 'second' : 'first'),
})
const errors: string[] = []
twin.on('error', ({ code, message }) => errors.push(`${code}: ${message}`))
const made: WorkerPage = { twin, engine: () => engine, errors }
Object.assign(globalThis, { made })
