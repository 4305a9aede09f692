import { trustedWorker } from '@twinmap/core/internal/net/trusted-worker'

/**
 * Starts the worker of live data. Bundlers follow only this literal form; where the file lies elsewhere (a script-tag
 * bundle), give its URL. It must be of the page's own origin: a browser refuses a worker from another.
 *
 * @example
 * createTwin({ src, worker: createWorker, createEngine, container })
 */
export function createWorker(url?: string): Worker {
  return trustedWorker(() => {
    if (url !== undefined) return new Worker(url, { type: 'module' })
    return new Worker(new URL('./twin-worker.js', import.meta.url), { type: 'module' })
  })
}
