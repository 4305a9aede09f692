// The thread that owns the database, or reads it beside the owner. It answers one call after another; what a call costs
// never blocks the sockets.
import { parentPort, workerData } from 'node:worker_threads'
import { errorToData } from '@twinmap/core/internal/error/twin-error'
import { openLibsql, openLibsqlReader } from './libsql.ts'
import type { Called, ThreadAnswer, ThreadCall, ThreadData } from './thread-store.ts'

const { file, streamId, kinds, role, hold } = workerData as ThreadData
const port = parentPort!

/** Tests only: says that it is inside the transaction, and stays there until it is let go or killed. */
function stayInside(shared: SharedArrayBuffer): void {
  const [armed, inside] = [0, 1]
  const words = new Int32Array(shared)
  if (Atomics.load(words, armed) === 0) return
  Atomics.store(words, inside, 1)
  Atomics.wait(words, armed, 1, 30_000)
}

function open(): Called {
  if (role === 'reader') return openLibsqlReader(file, kinds) as unknown as Called
  return openLibsql({
    file,
    streamId,
    kinds,
    migrating: (progress) => answer({ migrating: progress }),
    ...(hold !== undefined && { insideTransaction: () => stayInside(hold) }),
  }) as unknown as Called
}

const answer = (message: ThreadAnswer): void => port.postMessage(message)
try {
  const store = open()
  port.on('message', ({ id, call, args }: ThreadCall) => {
    try {
      answer({ id, value: store[call]!(...args) })
    } catch (error) {
      answer({ id, error: errorToData(error) })
    }
    if (call === 'close') port.close()
  })
  answer({ id: 0, value: null })
} catch (error) {
  answer({ id: 0, error: errorToData(error) })
  port.close()
}
