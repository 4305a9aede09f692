// The measured server, in a process of its own, as a portal would start it. Its clock is the machine's, moved by `pass`.
import { createDemoKeys, signDemoToken, startServer } from '../../packages/server/dist/index.js'
import { answerCalls, usage } from './answer-calls.mjs'

let aheadMs = 0
let server
let keys
const nowMs = () => Date.now() + aheadMs
// Time that is passed is passed for the monotonic clock too: a step of the wall clock alone would be slewed.
const clock = { wallMs: nowMs, monotonicMs: () => performance.now() + aheadMs }

answerCalls({
  /** @returns its address, and how long it took until it listened. */
  async start({ config, kinds, clockMs }) {
    if (clockMs !== undefined) aheadMs = clockMs - Date.now()
    keys = await createDemoKeys()
    const fromMs = performance.now()
    server = await startServer({ ...config, port: 0, viewers: { publicKey: keys.publicKey } }, { nowMs, clock, ...(kinds && { kinds }) })
    return { url: server.url, startMs: performance.now() - fromMs }
  },
  /** Moves the clock forward. @returns the time it shows then. */
  pass({ ms }) {
    aheadMs += ms
    return nowMs()
  },
  token: ({ role, name }) => signDemoToken({ privateKey: keys.privateKey, role, name, nowMs: nowMs() }),
  usage,
  stop: () => server.close(),
})
