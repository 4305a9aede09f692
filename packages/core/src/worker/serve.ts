// The worker's entry, but for its kinds: **serve** gives the host the ports of a real worker.
import { expose } from 'comlink'
import { TwinError } from '../error/twin-error.ts'
import { browserSockets } from '../feeds/websocket.ts'
import { realTimers } from '../feeds/within-silence.ts'
import { browserNet } from '../net/net.ts'
import { type WorkerDoor, wrapAnswer } from './answer.ts'
import { createHost, type HostPorts } from './host.ts'
import type { WorkerCalls, WorkerReturn } from './messages.ts'
import { openHeights } from './open-heights.ts'

/** What is used of a worker's global scope; a MessagePort has it too. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
}

/**
 * Serves one page from a worker.
 *
 * @example
 * serveTwin({ kinds: [wristband, manhole] }) // the last line of a worker's own file
 */
export function serveTwin(
  { kinds, ...given }: Partial<HostPorts> & Pick<HostPorts, 'kinds'>,
  scope: WorkerScope = globalThis as unknown as WorkerScope,
): void {
  const host = createHost({
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    nowMs: () => Date.now(),
    timers: realTimers,
    net: browserNet,
    sockets: browserSockets,
    random: Math.random,
    kinds,
    openHeights,
    ...given,
  })
  const calls = host.calls as unknown as Readonly<Record<string, (parameter: unknown) => Promise<unknown>>>
  const door: WorkerDoor = {
    ask(call, parameter) {
      if (Object.hasOwn(calls, call)) return wrapAnswer(calls[call]!(parameter))
      return wrapAnswer(
        Promise.reject(new TwinError('internal', `the worker knows no call ${call}; page and worker are of two versions`, { call })),
      )
    },
  }
  scope.addEventListener('message', ({ data }) => {
    if ((data as WorkerReturn | null)?.type === 'recycle') host.recycle(data as WorkerReturn)
  })
  expose(door, scope as unknown as Parameters<typeof expose>[1])
}

export type { WorkerCalls }
