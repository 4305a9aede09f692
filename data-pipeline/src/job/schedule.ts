// Which tile is made when. Leaves in order, a parent as soon as its last child is there: so at most a few tiles per level wait in memory.
import type { Partition, TileNode } from '../mesh/partition.ts'
import type { TileMesh } from '../mesh/tile-mesh.ts'
import type { PageStore } from './pages.ts'
import type { Pool } from './pool.ts'
import type { TileResult } from './tile-job.ts'

export interface ScheduleInput {
  readonly partition: Partition
  readonly pool: Pool
  readonly store: PageStore
  /** Per leaf, the pages that it needs. */
  readonly leafPages: ReadonlyMap<number, readonly number[]>
  readonly targetOf: (node: TileNode, childTriangles: number) => number
  readonly onTile: (node: TileNode, result: TileResult) => void
  readonly signal: AbortSignal | undefined
}

export async function makeTiles({ partition, pool, store, leafPages, targetOf, onTile, signal }: ScheduleInput): Promise<void> {
  const { nodes } = partition
  const parents = new Map(nodes.flatMap((node) => node.children.map((child) => [child, node] as const)))
  const missing = new Map(nodes.map((node) => [node.id, node.children.length]))
  const meshes = new Map<number, TileMesh>()
  const leaves = nodes.filter((node) => node.children.length === 0)
  const readyParents: TileNode[] = []
  let nextLeaf = 0
  const askAhead = () => {
    for (const leaf of leaves.slice(nextLeaf, nextLeaf + pool.size)) for (const page of leafPages.get(leaf.id)!) void store.want(page)
  }
  const done = (node: TileNode, result: TileResult) => {
    onTile(node, result)
    const parent = parents.get(node.id)
    if (parent === undefined) return
    meshes.set(node.id, result.mesh)
    const left = missing.get(parent.id)! - 1
    missing.set(parent.id, left)
    if (left === 0) readyParents.push(parent)
  }
  const makeParent = async (node: TileNode) => {
    const children = node.children.map((child) => meshes.get(child)!)
    for (const child of node.children) meshes.delete(child)
    const triangles = children.reduce((sum, mesh) => sum + mesh.triangles.length / 3, 0)
    done(node, await pool.run({ type: 'parent', node, children, targetTriangles: targetOf(node, triangles) }))
  }
  const makeLeaf = async (node: TileNode) => {
    const needed = leafPages.get(node.id)!
    const pages = await store.get(needed)
    askAhead()
    const result = await pool.run({ type: 'leaf', node, pages })
    for (const page of needed) store.done(page)
    done(node, result)
  }
  /** One line of work; as many of them as the pool has workers. */
  const line = async () => {
    for (;;) {
      signal?.throwIfAborted()
      const parent = readyParents.shift()
      if (parent !== undefined) await makeParent(parent)
      else if (nextLeaf < leaves.length) await makeLeaf(leaves[nextLeaf++]!)
      else return
    }
  }
  // A line that finds nothing to do ends; the one that makes the last child goes on with the parent. Near the root fewer can help anyway.
  await Promise.all(Array.from({ length: pool.size }, line))
}
