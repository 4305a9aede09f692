// Composes the default twin: core, the three engine and the worker of all kinds. They are loaded when the first viewer
// opens a document, so that a page shows its frame before them, and importing this package in Node loads none of them.
import type { OpenTwin } from './open-options.ts'

export const openTwin: OpenTwin = async ({ src, container, locale, theme, view, getToken, signal }) => {
  const [{ createTwin }, { createThreeEngine }, { createWorker }] = await Promise.all([
    import('@twinmap/core'),
    import('@twinmap/core/three'),
    import('@twinmap/layers'),
  ])
  signal.throwIfAborted()
  return createTwin({
    src,
    worker: () => createWorker(),
    createEngine: createThreeEngine,
    container,
    locale,
    theme,
    signal,
    ...(view !== null && { view }),
    ...(getToken !== null && { getToken }),
  })
}
