// The server as a process of its own, so that a test can kill it. Told by one message what to do; says when it listens, and,
// where it was told to hold, when its writer stands inside a transaction.
import { startServer } from '../../packages/server/dist/index.js'
import { openThreadStore } from '../../packages/server/dist/store/thread-store.js'

const [HOLD, INSIDE] = [0, 1]
const words = new Int32Array(new SharedArrayBuffer(8))

process.on('message', async (message) => {
  if (message.start) {
    const { url } = await startServer(message.start, {
      openStore: (file, kinds) => openThreadStore(file, kinds, words.buffer),
      ...(message.kinds && { kinds: message.kinds }),
      tickMs: 100,
    })
    process.send({ url })
  }
  if (message.hold) {
    Atomics.store(words, HOLD, 1)
    const watch = setInterval(() => {
      if (Atomics.load(words, INSIDE) === 0) return
      clearInterval(watch)
      process.send({ inside: true })
    }, 1)
  }
})
process.on('disconnect', () => process.exit())
