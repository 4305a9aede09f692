// A child process of `npm start`: makes the capture, or tiles of one, at low priority, and tells how far it is. It ends with
// its parent, whatever ended that; what it made so far is whole or does not look finished.
import { constants, setPriority } from 'node:os'
import { errorToData, type TwinErrorData } from '@twinmap/core/internal/error/twin-error'
import { type ConvertOptions, convert, type Progress } from '@twinmap/data-pipeline'
import { makeCapture } from '../capture/capture.ts'
import type { CaptureSize } from '../capture/settings.ts'

export type Step =
  | { readonly type: 'capture'; readonly outDir: string; readonly size: CaptureSize; readonly quiet: boolean }
  | { readonly type: 'tiles'; readonly options: ConvertOptions; readonly quiet: boolean }

export type StepMessage =
  | { readonly type: 'progress'; readonly fraction: number; readonly words: string }
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: TwinErrorData }

/** Shares of the pipeline's stages in its time, as measured on the demo. */
const STAGES: Readonly<Record<Progress['stage'], readonly [from: number, to: number]>> = {
  read: [0, 0.05],
  place: [0.05, 0.1],
  tiles: [0.1, 0.97],
  heights: [0.97, 0.99],
  write: [0.99, 1],
}
/** Long enough for the pipeline to take its unfinished files away. */
const LEAVE_MS = 500

const stop = new AbortController()
const tell = (message: StepMessage) => {
  if (process.connected) process.send?.(message)
}

async function run(step: Step): Promise<void> {
  // A person looks at the map meanwhile: it comes first.
  if (step.quiet) setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const { signal } = stop
  if (step.type === 'capture') {
    await makeCapture({
      outDir: step.outDir,
      size: step.size,
      signal,
      onProgress: ({ stage, fraction, done, total }) => {
        const words = stage === 'done' ? 'the capture is made' : `the capture: ${stage}${total > 1 ? ` ${done} of ${total}` : ''}`
        tell({ type: 'progress', fraction, words })
      },
    })
    return
  }
  const line = (text: string) => tell({ type: 'line', text })
  await convert(step.options, {
    signal,
    onProgress: ({ stage, done, total }) => {
      const [from, to] = STAGES[stage]
      const words =
        stage === 'tiles' ? `tiles ${done} of ${total}` : { read: 'reading', place: 'placing', heights: 'heights', write: 'writing' }[stage]
      tell({ type: 'progress', fraction: total > 0 ? from + ((to - from) * done) / total : from, words })
    },
    // The demo's own capture has nothing to say that a newcomer could act on.
    ...(!step.quiet && { onNote: line, onWarning: (text) => line(`warning: ${text}`) }),
  })
}

const leave = () => {
  stop.abort()
  setTimeout(() => process.exit(1), LEAVE_MS)
}
process.on('disconnect', leave)
// Ctrl-C reaches children too; the parent decides.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', leave)
process.on('message', (step: Step) => {
  run(step).then(
    () => process.send?.({ type: 'done' } satisfies StepMessage, () => process.exit(0)),
    (error) => process.send?.({ type: 'failed', error: errorToData(error) } satisfies StepMessage, () => process.exit(1)),
  )
})
