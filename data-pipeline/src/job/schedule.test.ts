import { describe, expect, test } from 'vitest'
import { type Partition, partition } from '../mesh/partition.ts'
import { sheet } from '../mesh/sample-mesh.ts'
import type { PageStore } from './pages.ts'
import type { Pool } from './pool.ts'
import { makeTiles } from './schedule.ts'

const mesh = sheet(32, 32)
const parts: Partition = partition(mesh, new Float32Array(2048), { triangles: 60, texels: Infinity })

/** Runs all tasks with answers in an order that a seed shuffles; tells what was alive at most. */
async function run(size: number, seed: number) {
  let random = seed
  const waiting: (() => void)[] = []
  const order: number[] = []
  const done: number[] = []
  let alive = 0
  let mostAlive = 0
  const pool = {
    size,
    run: (task: { type: string; node: { id: number; children: readonly number[] }; children?: unknown[] }) => {
      order.push(task.node.id)
      alive -= task.node.children.length
      mostAlive = Math.max(mostAlive, (alive += 1 + task.node.children.length))
      alive -= task.node.children.length
      return new Promise((resolve) => waiting.push(() => resolve({ mesh: { triangles: new Uint32Array(3) } })))
    },
  } as unknown as Pool
  const store = { want: async () => undefined, get: async () => new Map(), done: () => undefined } as unknown as PageStore
  const all = makeTiles({
    partition: parts,
    pool,
    store,
    leafPages: new Map(parts.nodes.map(({ id }) => [id, []])),
    targetOf: () => 1,
    onTile: ({ id }) => done.push(id),
    signal: undefined,
  })
  let ended = false
  void all.then(() => {
    ended = true
  })
  while (!ended) {
    await new Promise((resolve) => setImmediate(resolve))
    if (waiting.length === 0) continue
    random = (random * 16807) % 2147483647
    waiting.splice(random % waiting.length, 1)[0]!()
  }
  return { order, done, mostAlive }
}

describe('tiles are made', () => {
  test.each([1, 2, 4])('children first and each once, with %i workers, whoever ends first', async (size) => {
    for (const seed of [1, 77, 4242]) {
      const { done } = await run(size, seed)
      expect([...done].sort((a, b) => a - b)).toEqual(parts.nodes.map(({ id }) => id))
      const place = new Map(done.map((id, i) => [id, i]))
      for (const node of parts.nodes) for (const child of node.children) expect(place.get(child)!).toBeLessThan(place.get(node.id)!)
    }
  })
  test('so that few wait in memory: some per level, not all leaves', async () => {
    const leaves = parts.nodes.filter(({ children }) => children.length === 0).length
    const { mostAlive } = await run(2, 5)
    expect(leaves).toBeGreaterThan(40)
    expect(mostAlive).toBeLessThan(20)
  })
})
