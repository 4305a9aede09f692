// Runs one step in a child process, and answers when it is done.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { errorFromData, TwinError } from '@twinmap/core/internal/error/twin-error'
import type { Step, StepMessage } from './step.ts'

export interface StepPorts {
  readonly onProgress?: (fraction: number, words: string) => void
  readonly onLine?: (text: string) => void
  readonly signal?: AbortSignal
  /** What runs it; step.ts is built to it. */
  readonly program?: string
}

const PROGRAM = fileURLToPath(new URL('./step.js', import.meta.url))

/**
 * @throws TwinError of the step itself, or `internal` where its process ended without a word
 * @throws the signal's reason when it aborts; the process has ended then
 */
export async function runStep(step: Step, { onProgress, onLine, signal, program = PROGRAM }: StepPorts = {}): Promise<void> {
  signal?.throwIfAborted()
  // Flags of this process (a loader, a debugger) are not the child's.
  const child = fork(program, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const end = () => void child.kill('SIGTERM')
  signal?.addEventListener('abort', end, { once: true })
  let ended: StepMessage | undefined
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  child.on('message', (message: StepMessage) => {
    if (message.type === 'progress') onProgress?.(message.fraction, message.words)
    else if (message.type === 'line') onLine?.(message.text)
    else ended = message
  })
  try {
    const [code, by] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (...how) => resolve(how))
      child.send(step)
    })
    signal?.throwIfAborted()
    if (ended?.type === 'failed') throw errorFromData(ended.error)
    if (ended?.type !== 'done')
      throw new TwinError(
        'internal',
        `making the ${step.type} ended with ${by ?? code}${said === '' ? '' : `: ${said.trim()}`}; run it again, it goes on where it stopped`,
        {
          step: step.type,
          code,
          signal: by,
        },
      )
  } finally {
    signal?.removeEventListener('abort', end)
  }
}
