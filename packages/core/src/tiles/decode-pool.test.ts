import { describe, expect, test, vi } from 'vitest'
import { LOOK_MS, SILENT_LOOKS } from '../error/silent-worker.ts'
import { TwinError } from '../error/twin-error.ts'
import type { TileContent } from './content.ts'
import type { FromWorker, ToWorker } from './decode-messages.ts'
import { createDecodePool, type Role, type WorkerPort } from './decode-pool.ts'

const EMPTY: TileContent<never> = { parts: [], geometries: [], materials: [], textures: [], images: [], notes: [], byteLength: 0 }
const GPU = { maxTextureSize: 4096, formats: [] }
const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

interface Fake extends WorkerPort {
  readonly role: Role
  readonly got: ToWorker[]
  ended: boolean
  say(message: FromWorker): void
}

function pool(cores = 4) {
  const fakes: Fake[] = []
  const made = createDecodePool((role) => {
    const fake: Fake = {
      role,
      got: [],
      ended: false,
      onmessage: null,
      onerror: null,
      postMessage: (message) => fake.got.push(message),
      terminate: () => {
        fake.ended = true
      },
      say: (data) => fake.onmessage?.({ data }),
    }
    fakes.push(fake)
    return fake
  }, cores)
  return { made, fakes, roles: () => fakes.map(({ role }) => role) }
}
const ask = { signal: new AbortController().signal, gpu: GPU, resource: async () => new ArrayBuffer(4) }
const bytes = (first = 0) => Uint8Array.from([first, ...Array.from({ length: 15 }, () => 0)]).buffer

describe('the pool', () => {
  test('starts nothing before the first job, two workers at most, and ends them with the last lease', async () => {
    const { made, fakes } = pool()
    const [one, two] = [made.lease(), made.lease()]
    expect(fakes).toHaveLength(0)
    const jobs = Array.from({ length: 6 }, (_, i) => one.tile(bytes(), { file: `a/${i}` }, ask).catch((error: unknown) => error))
    expect(fakes.map(({ got }) => got.length)).toEqual([2, 2])
    one.release()
    expect(made.workers).toBe(2)
    two.release()
    two.release()
    expect(made.workers).toBe(0)
    expect(fakes.every(({ ended }) => ended)).toBe(true)
    for (const job of jobs) expect(await job).toMatchObject({ name: 'AbortError' })
  })

  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [16, 2],
  ])('leaves the page a core of %i: %i workers', async (cores, workers) => {
    const { made } = pool(cores)
    const lease = made.lease()
    const jobs = Array.from({ length: 6 }, (_, i) => lease.tile(bytes(), { file: `a/${i}` }, ask).catch((error: unknown) => error))
    expect(made.workers).toBe(workers)
    lease.release()
    await Promise.all(jobs)
  })

  test('gives a worker its next job as soon as one ends, in the order of asking', async () => {
    const { made, fakes } = pool()
    const lease = made.lease()
    const done: number[] = []
    for (let i = 0; i < 5; i++) void lease.tile(bytes(), { file: `a/${i}` }, ask).then(() => done.push(i))
    const file = (message: ToWorker) => ('job' in message && message.job.type === 'tile' ? message.job.options.file : '')
    expect(fakes.map(({ got }) => got.map(file))).toEqual([
      ['a/0', 'a/2'],
      ['a/1', 'a/3'],
    ])
    fakes[0]!.say({ id: 1, tile: EMPTY })
    expect(file(fakes[0]!.got[2]!)).toBe('a/4')
    await turn()
    expect(done).toEqual([0])
  })

  test('sends a tile that needs Draco to that worker, and the next of its folder at once', async () => {
    const { made, fakes, roles } = pool()
    const lease = made.lease()
    const first = lease.tile(bytes(), { file: 'block/1.b3dm' }, ask)
    fakes[0]!.say({ id: 1, needsDraco: bytes() })
    await turn()
    expect(roles()).toEqual(['tile', 'draco'])
    fakes[1]!.say({ id: 2, tile: EMPTY })
    expect(await first).toEqual(EMPTY)
    void lease.tile(bytes(), { file: 'block/2.b3dm' }, ask)
    void lease.tile(bytes(), { file: 'other/2.b3dm' }, ask)
    expect(fakes.map(({ got }) => got.length)).toEqual([2, 2])
  })

  test('sends KTX2 to its own worker, whether it lies in a tile or beside it', async () => {
    const { made, fakes, roles } = pool()
    const lease = made.lease()
    const ktx2 = Uint8Array.from('«KTX 20»\r\n\x1a\n----', (each) => each.charCodeAt(0)).buffer
    void lease.image(ktx2.slice(0), 'a.ktx2', ask)
    void lease.image(bytes(), 'a.jpg', ask)
    expect(roles()).toEqual(['ktx2', 'tile'])
    const tile = lease.tile(bytes(), { file: 'a' }, ask)
    expect(roles()).toEqual(['ktx2', 'tile', 'tile'])
    fakes[2]!.say({ id: 3, tile: { ...EMPTY, images: [{ type: 'ktx2', bytes: ktx2 }] } })
    await turn()
    expect(fakes[0]!.got).toHaveLength(2)
    const image = { type: 'compressed', format: 'bc7', width: 4, height: 4, levels: [] } as const
    fakes[0]!.say({ id: 4, image })
    expect((await tile).images).toEqual([image])
  })

  test('forgets a queued job that is aborted, and tells the worker of a running one', async () => {
    const { made, fakes } = pool()
    const lease = made.lease()
    const control = [...Array(5)].map(() => new AbortController())
    const results = control.map(({ signal }, i) =>
      lease.tile(bytes(), { file: `a/${i}` }, { ...ask, signal }).catch((error: Error) => error.name),
    )
    control[4]!.abort()
    control[0]!.abort()
    expect(await Promise.all([results[4], results[0]])).toEqual(['AbortError', 'AbortError'])
    expect(fakes[0]!.got.at(-1)).toEqual({ id: 1, abort: true })
    let closed = 0
    const bitmap = { close: () => closed++ } as unknown as ImageBitmap
    fakes[0]!.say({ id: 1, tile: { ...EMPTY, images: [{ type: 'bitmap', bitmap, width: 1, height: 1 }] } })
    expect(closed).toBe(1)
  })

  test('fetches for a worker what lies beside a tile, and hands back why it could not', async () => {
    const { made, fakes } = pool()
    const lease = made.lease()
    const resource = async (uri: string) => {
      if (uri === 'gone.bin') throw new TwinError('fetch-gone', 'gone.bin is gone')
      return new ArrayBuffer(8)
    }
    void lease.tile(bytes(), { file: 'a' }, { ...ask, resource })
    fakes[0]!.say({ id: 1, want: { key: 0, uri: 'a.bin' } })
    fakes[0]!.say({ id: 1, want: { key: 1, uri: 'gone.bin' } })
    await turn()
    expect(fakes[0]!.got.slice(1)).toEqual([
      { id: 1, resource: { key: 0, bytes: new ArrayBuffer(8) } },
      { id: 1, resource: { key: 1, error: { code: 'fetch-gone', message: 'gone.bin is gone', details: {} } } },
    ])
  })

  test('fails the jobs of a worker that ended, starts another, and gives up where none ever answers', async () => {
    const { made, fakes } = pool()
    const lease = made.lease()
    const results = Array.from({ length: 6 }, (_, i) => lease.tile(bytes(), { file: `a/${i}` }, ask).catch((error: unknown) => error))
    fakes[0]!.onerror?.({ message: 'out of memory' })
    expect(await results[0]).toMatchObject({ code: 'worker-lost', details: { role: 'tile' } })
    expect(fakes).toHaveLength(3)
    fakes[1]!.onerror?.({})
    fakes[2]!.onerror?.({})
    for (const result of results) expect(await result).toBeInstanceOf(TwinError)
    expect(made.workers).toBe(0)
  })

  test('notices a worker that was killed without a word, fails its jobs and goes on with another', async () => {
    vi.useFakeTimers()
    try {
      const { made, fakes } = pool()
      const lease = made.lease()
      const results = Array.from({ length: 3 }, (_, i) => lease.tile(bytes(), { file: `a/${i}` }, ask).catch((error: unknown) => error))
      for (const fake of fakes) fake.say({ alive: true })
      const looks = (n: number) => {
        for (let look = 0; look < n; look++) {
          vi.advanceTimersByTime(LOOK_MS)
          if (fakes[1]!.got.some((each) => 'ping' in each)) fakes[1]!.say({ alive: true })
        }
      }
      looks(SILENT_LOOKS)
      expect(fakes[0]!.got.at(-1)).toEqual({ ping: true })
      expect(fakes.map(({ ended }) => ended)).toEqual([true, false])
      // It did not start, perhaps because the network was away: its tiles are tried again.
      expect(await results[0]).toMatchObject({ code: 'worker-lost', details: { role: 'tile', passes: true } })
      expect(await results[2]).toMatchObject({ code: 'worker-lost', message: expect.stringContaining('answers no more') })
      const next = lease.tile(bytes(), { file: 'a/9' }, ask)
      expect(fakes).toHaveLength(3)
      fakes[2]!.say({ id: 4, tile: EMPTY })
      expect(await next).toEqual(EMPTY)
      fakes[1]!.say({ id: 2, tile: EMPTY })
      looks(99)
      expect([made.workers, (await results[1]) === undefined]).toEqual([2, false])
      lease.release()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('rebuilds a fault with its code, and never shows half a tile', async () => {
    const { made, fakes } = pool()
    const lease = made.lease()
    const result = lease.tile(bytes(), { file: 'a' }, ask)
    let closed = 0
    const bitmap = { close: () => closed++ } as unknown as ImageBitmap
    fakes[0]!.say({
      id: 1,
      tile: {
        ...EMPTY,
        images: [
          { type: 'bitmap', bitmap, width: 1, height: 1 },
          { type: 'ktx2', bytes: Uint8Array.from('«KTX 20»\r\n\x1a\n----', (each) => each.charCodeAt(0)).buffer },
        ],
      },
    })
    await turn()
    fakes[1]!.say({ id: 2, failed: { code: 'tile-corrupt', message: 'no KTX2', details: {} } })
    await expect(result).rejects.toMatchObject({ code: 'tile-corrupt', name: 'TwinError' })
    expect(closed).toBe(1)
  })
})
