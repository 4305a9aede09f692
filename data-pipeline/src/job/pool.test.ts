import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { describe, expect, test } from 'vitest'
import { type FromWorker, type ToWorker, threadPool } from './pool.ts'
import { buffersOf } from './work.ts'

/** A worker that answers when it is told to. */
class FakeWorker extends EventEmitter {
  readonly got: ToWorker[] = []
  ended = false
  postMessage(message: ToWorker) {
    this.got.push(message)
  }
  async terminate() {
    this.ended = true
    this.emit('exit', 1)
    return 1
  }
  answer(message: FromWorker) {
    this.emit('message', message)
  }
}

function poolOf(size: number) {
  const workers: FakeWorker[] = []
  const pool = threadPool(size, () => {
    const worker = new FakeWorker()
    workers.push(worker)
    return worker as unknown as Worker
  })
  return { pool, workers }
}
const parse = (file: string) => ({ type: 'parse', file }) as const
const files = (worker: FakeWorker) =>
  worker.got.map((message) => ('task' in message && message.task.type === 'parse' ? message.task.file : 'context'))

describe('a pool', () => {
  test('gives each worker one task at a time, the rest in order', async () => {
    const { pool, workers } = poolOf(2)
    const results = ['a', 'b', 'c'].map((file) => pool.run(parse(file)))
    expect(workers.map(files)).toEqual([['b'], ['a']])
    workers[0]!.answer({ result: 'B' })
    expect(files(workers[0]!)).toEqual(['b', 'c'])
    workers[0]!.answer({ result: 'C' })
    workers[1]!.answer({ result: 'A' })
    expect(await Promise.all(results)).toEqual(['A', 'B', 'C'])
  })
  test('rebuilds an error of ours with its code', async () => {
    const { pool, workers } = poolOf(1)
    const result = pool.run(parse('a'))
    workers[0]!.answer({ error: { code: 'input-invalid', message: 'a:1: no', details: { line: 1 } } })
    await expect(result).rejects.toBeInstanceOf(TwinError)
    await expect(result).rejects.toMatchObject({ code: 'input-invalid', details: { line: 1 } })
  })
  test('rejects what ran in a worker that died, and says what may help', async () => {
    const { pool, workers } = poolOf(1)
    const result = pool.run(parse('a'))
    workers[0]!.emit('exit', 1)
    await expect(result).rejects.toThrow(/memory may be short: run with fewer --workers/)
  })
  test('rejects all that waits when it is closed, and ends its workers', async () => {
    const { pool, workers } = poolOf(1)
    const results = ['a', 'b'].map((file) => pool.run(parse(file)))
    await pool.close()
    expect(workers[0]!.ended).toBe(true)
    for (const result of results) await expect(result).rejects.toThrow('the run was ended')
  })
})

test('buffers that go over are found wherever they are; shared memory stays', () => {
  const a = new Uint8Array(4)
  const map = new Map([[1, { data: new Float32Array(2) }]])
  expect(buffersOf({ a, again: a, map, list: [new Uint8Array(new SharedArrayBuffer(8))], text: 'x' })).toEqual([
    a.buffer,
    map.get(1)!.data.buffer,
  ])
})
