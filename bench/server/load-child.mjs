// Clients, many in one process: viewers that count what they are sent, and readers of history. They read no JSON but that of
// one viewer, the last that joined, which says how late its messages are: they must not be what limits the server.
import { once } from 'node:events'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { answerCalls, usage } from './answer-calls.mjs'

const { WebSocket } = createRequire(new URL('../../packages/server/package.json', import.meta.url))('ws')
const AT_ONCE = 50

let sockets = []
const tally = { messages: 0, bytes: 0, closed: 0, late: [] }
let pages = null
/** What the last viewer hears, as [ms since the recording began, text]. */
let recording = null

async function join(url, hello, isLast) {
  const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
  sockets.push(socket)
  socket.on('error', () => socket.terminate())
  socket.on('close', () => tally.closed++)
  await once(socket, 'open')
  if (hello !== null) {
    socket.send(hello)
    await once(socket, 'message') // the snapshot
  }
  socket.on('message', (data) => {
    tally.messages++
    tally.bytes += data.length
    if (!isLast) return
    const text = data.toString()
    recording?.heard.push([performance.now() - recording.fromMs, text])
    const { serverTimeMs } = JSON.parse(text)
    if (serverTimeMs !== undefined) tally.late.push({ dueMs: serverTimeMs, lateMs: Date.now() - serverTimeMs })
  })
}

/** One history after another until told to stop. */
async function page(url, token) {
  while (pages.going) {
    const asked = request(url, { headers: { Authorization: `Bearer ${token}` } })
    asked.end()
    try {
      const [response] = await once(asked, 'response')
      pages.statuses[response.statusCode] = (pages.statuses[response.statusCode] ?? 0) + 1
      for await (const chunk of response) {
        pages.bytes += chunk.length
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) pages.lines++
        if (!pages.going) break // closes the connection: nobody reads on
      }
      if (response.complete) pages.whole++
      // Who is refused asks again after a while, as it is told.
      if (response.statusCode !== 200) await new Promise((resolve) => setTimeout(resolve, 200))
    } catch (error) {
      pages.failed++
      pages.lastError = String(error)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

answerCalls({
  /** Joins `hellos.length` viewers (null: a bare server that wants no hello); resolves once each has its snapshot. */
  async join({ url, hellos }) {
    for (let i = 0; i < hellos.length; i += AT_ONCE)
      await Promise.all(hellos.slice(i, i + AT_ONCE).map((hello, k) => join(url, hello, i + k === hellos.length - 1)))
  },
  async leave() {
    await Promise.all(
      sockets.map((socket) => {
        socket.terminate()
        return socket.readyState === WebSocket.CLOSED ? null : once(socket, 'close')
      }),
    )
    sockets = []
  },
  /** What came since the last call. */
  tally() {
    const taken = { ...tally }
    Object.assign(tally, { messages: 0, bytes: 0, closed: 0, late: [] })
    return taken
  },
  record() {
    recording = { fromMs: performance.now(), heard: [] }
  },
  recorded() {
    const { heard } = recording
    recording = null
    return heard
  },
  beginPaging({ url, tokens }) {
    pages = { going: true, whole: 0, lines: 0, bytes: 0, failed: 0, statuses: {}, lastError: null }
    pages.done = Promise.all(tokens.map((token) => page(url, token)))
  },
  async endPaging() {
    pages.going = false
    await pages.done
    const { done: _, going: __, ...counted } = pages
    return counted
  },
  usage,
})
