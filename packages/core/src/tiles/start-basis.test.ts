import { expect, test } from 'vitest'
import type { BasisModule } from './ktx2.ts'
import { type BasisPorts, createBasisStart } from './start-basis.ts'

const wasm = new URL('https://town.example/assets/basis-transcoder.wasm')
const good = async () => new Response(new Uint8Array(8))

/** Each fetch takes the next answer; the last one stays. */
function starter(answers: (() => Promise<Response>)[], compile: BasisPorts['compile'] = async () => undefined) {
  let fetched = 0
  let begun = 0
  const start = createBasisStart(wasm, '/assets/ktx2-worker.js', {
    fetch: () => answers[Math.min(fetched++, answers.length - 1)]!(),
    make: async () => ({ initializeBasis: () => void begun++ }) as unknown as BasisModule,
    compile,
  })
  return { start, counts: () => [fetched, begun] }
}

test('starts once for all textures, however many come at once', async () => {
  const { start, counts } = starter([good])
  const [a, b] = await Promise.all([start(), start()])
  expect(await start()).toBe(a)
  expect(a).toBe(b)
  expect(counts()).toEqual([1, 1])
})

test.each<[string, () => Promise<Response>, RegExp]>([
  ['a network that is away', () => Promise.reject(new TypeError('Failed to fetch')), /basis-transcoder\.wasm could not be fetched/],
  ['a server that is not ready', async () => new Response('', { status: 503 }), /answered 503; serve the folder assets/],
  [
    'an answer that breaks off',
    async () => Object.assign(new Response(''), { arrayBuffer: () => Promise.reject(new TypeError('network error')) }),
    /broke off/,
  ],
])('after %s the next texture tries again, and the fault is of the network', async (_, bad, words) => {
  const { start, counts } = starter([bad, good])
  await expect(start()).rejects.toMatchObject({ code: 'fetch-failed', message: expect.stringMatching(words) })
  await start()
  expect(counts()).toEqual([2, 1])
})

test('where wasm is refused it says which file lacks which header, and does not ask again', async () => {
  const { start, counts } = starter([good], () => Promise.reject(new Error('unsafe-eval')))
  await expect(start()).rejects.toMatchObject({ code: 'ktx2-blocked', details: { workerUrl: '/assets/ktx2-worker.js' } })
  await expect(start()).rejects.toMatchObject({ code: 'ktx2-blocked' })
  expect(counts()).toEqual([1, 0])
})
