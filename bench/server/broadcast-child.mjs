// The floor of fan-out: a bare ws server that sends what it was given to every client, at the given times, and nothing else.
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import { answerCalls, usage } from './answer-calls.mjs'

const { WebSocketServer } = createRequire(new URL('../../packages/server/package.json', import.meta.url))('ws')
let server
let messages = []

answerCalls({
  async listen() {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
    await once(server, 'listening')
    return `http://127.0.0.1:${server.address().port}/`
  },
  /** Takes [ms since the beginning, text]; each text becomes bytes here, once, not for each client. */
  load(given) {
    messages = given.map(([atMs, text]) => ({ atMs, bytes: Buffer.from(text) }))
  },
  async play() {
    const [fromMs, before] = [performance.now(), usage()]
    for (const { atMs, bytes } of messages) {
      const leftMs = fromMs + atMs - performance.now()
      if (leftMs > 0) await wait(leftMs)
      for (const client of server.clients) client.send(bytes, { binary: false })
    }
    while ([...server.clients].some((client) => client.bufferedAmount > 0)) await wait(10)
    return { wallMs: performance.now() - fromMs, cpuMs: usage().cpuMs - before.cpuMs }
  },
  usage,
})
