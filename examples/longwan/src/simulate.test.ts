import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { simulate } from './simulate.ts'
import type { SimulatedRecord } from './simulate-walk.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const
const posts: { readonly authorization: string | undefined; readonly records: SimulatedRecord[]; readonly status: number }[] = []
/** The third and fourth post are refused, as by a store that is behind. */
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const status = posts.length === 2 || posts.length === 3 ? 503 : 200
  posts.push({ authorization: request.headers.authorization, records: JSON.parse(body).records, status })
  response
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(JSON.stringify(status === 200 ? {} : { error: { message: 'behind' } }))
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('reports in order with its key, sends again what was refused, says so once, and stops when told', async () => {
  const stop = new AbortController()
  const said: string[] = []
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const walking = simulate({ url, key: 'k', origin, everyMs: 15, say: (line) => said.push(line) }, stop.signal)
  while (posts.length < 7) await new Promise((resolve) => setTimeout(resolve, 5))
  stop.abort()
  await walking
  expect(posts[0]).toMatchObject({ authorization: 'Bearer k', records: [{ kind: 'Person' }, { kind: 'Wristband', seq: 0 }] })
  const taken = posts.filter((post) => post.status === 200).flatMap((post) => post.records.filter((record) => record.kind === 'Wristband'))
  expect(taken.map((record) => record.seq)).toEqual(taken.map((_, i) => i))
  expect(posts[4]?.records.length).toBe(3)
  expect(said).toEqual(['The walking person cannot report (behind); she sends it later.', 'The walking person reports again.'])
  // One that was on its way may still arrive.
  await new Promise((resolve) => setTimeout(resolve, 30))
  const heard = posts.length
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(posts.length).toBe(heard)
})
