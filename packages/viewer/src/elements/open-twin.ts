// Composes the default twin: core, the three engine and the worker of all kinds. They are loaded when the first viewer
// opens a document, so that a page shows its frame before them, and importing this package in Node loads none of them.
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { firstAnswer } from '../tools/network.ts'
import type { OpenTwin } from './open-options.ts'

// Literal, so that bundlers follow them.
const load = () => Promise.all([import('@twinmap/core'), import('@twinmap/core/three'), import('@twinmap/layers')])

/** Once loaded it stays; what failed is asked for again. */
let code: ReturnType<typeof load> | null = null

async function loadCode(): ReturnType<typeof load> {
  code ??= load()
  try {
    return await code
  } catch (cause) {
    code = null
    const why = cause instanceof Error ? cause.message : String(cause)
    const sentence = `the viewer's own code did not load (${why}); it is tried again. Reload the page where that does not help`
    throw new TwinError('fetch-failed', sentence, { code: true }, { cause })
  }
}

export const openTwin: OpenTwin = async ({ src, container, locale, theme, view, getToken, signal }) => {
  // Of another scheme the document is refused in words, by net/.
  let first = /^https?:/.test(src) ? await firstAnswer(src, signal) : null
  const [{ createTwin }, { createThreeEngine }, { createWorker }] = await loadCode()
  signal.throwIfAborted()
  const fetchOnce = (url: string, init: RequestInit): Promise<Response> => {
    const answer = url === src ? first : null
    first = url === src ? null : first
    return answer === null ? fetch(url, init) : Promise.resolve(answer)
  }
  return createTwin({
    src,
    worker: () => createWorker(),
    createEngine: createThreeEngine,
    container,
    locale,
    theme,
    signal,
    ports: { net: { fetch: fetchOnce } },
    ...(view !== null && { view }),
    ...(getToken !== null && { getToken }),
  })
}
