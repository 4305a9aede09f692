// Composes the default twin: core, the three engine and the worker of all kinds. They are loaded when the first viewer
// opens a document, so that a page shows its frame before them, and importing this package in Node loads none of them.
import type { CreateEngine } from '@twinmap/core'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { OpenTwin } from './open-options.ts'

export const openTwin: OpenTwin = async ({ src, container, locale, theme, view, getToken, signal }) => {
  const [{ createNullEngine, createTwin }, { createThreeEngine }, { createWorker }] = await Promise.all([
    import('@twinmap/core'),
    import('@twinmap/core/three'),
    import('@twinmap/layers'),
  ])
  signal.throwIfAborted()
  // Where nothing can be drawn, alarms and layers still can be read.
  const createEngine: CreateEngine = (options) => {
    try {
      return createThreeEngine(options)
    } catch (error) {
      if (!(error instanceof TwinError && error.code === 'webgl-missing')) throw error
      return createNullEngine({ ...options, record: false })
    }
  }
  return createTwin({
    src,
    worker: () => createWorker(),
    createEngine,
    container,
    locale,
    theme,
    signal,
    ...(view !== null && { view }),
    ...(getToken !== null && { getToken }),
  })
}
