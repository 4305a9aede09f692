// Pipeline: partition -> **plan** -> per tile … What each tile needs and is to become, before any is made.
import type { Partition, TileNode } from '../mesh/partition.ts'
import type { PlacedMesh } from '../mesh/placed-mesh.ts'
import type { SourceMesh } from '../read/source.ts'

/** Root ≤ this part of all triangles, where the tree is deep enough to get there. */
const ROOT_SHARE = 0.045

/** Texels inside each triangle. */
export function texelsOf(
  { pages, surfaces }: Pick<SourceMesh, 'pages' | 'surfaces'>,
  { cornerUvs, uvs, triangleSurfaces }: PlacedMesh,
): Float32Array {
  const texels = new Float32Array(triangleSurfaces.length)
  for (let t = 0; t < texels.length; t++) {
    const page = pages[surfaces[triangleSurfaces[t]!]!.page]
    const a = 2 * cornerUvs[3 * t]!
    if (page === undefined || a < 0) continue
    const b = 2 * cornerUvs[3 * t + 1]!
    const c = 2 * cornerUvs[3 * t + 2]!
    const cross = (uvs[b]! - uvs[a]!) * (uvs[c + 1]! - uvs[a + 1]!) - (uvs[c]! - uvs[a]!) * (uvs[b + 1]! - uvs[a + 1]!)
    texels[t] = (Math.abs(cross) / 2) * page.width * page.height
  }
  return texels
}

/** Per leaf, the pages that its triangles take colour from. */
export function pagesOf(
  { surfaces }: Pick<SourceMesh, 'surfaces'>,
  { triangleSurfaces }: PlacedMesh,
  { nodes, order }: Partition,
): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const { id, children, from, to } of nodes) {
    if (children.length > 0) continue
    const pages = new Set<number>()
    for (let i = from; i < to; i++) {
      const { page } = surfaces[triangleSurfaces[order[i]!]!]!
      if (page >= 0) pages.add(page)
    }
    found.set(
      id,
      [...pages].sort((a, b) => a - b),
    )
  }
  return found
}

/**
 * A parent of n children keeps one nth of their triangles, so tiles are of one size; in a shallow tree less, so that the root comes under
 * its share.
 */
export function targets({ nodes }: Partition, triangles: number): (node: TileNode, childTriangles: number) => number {
  const heights = new Map<number, number>()
  const natural = new Map<number, number>()
  for (const node of nodes) {
    heights.set(node.id, node.children.length === 0 ? 0 : 1 + Math.max(...node.children.map((child) => heights.get(child)!)))
    const below = node.children.reduce((sum, child) => sum + natural.get(child)!, 0)
    natural.set(node.id, node.children.length === 0 ? node.to - node.from : below / node.children.length)
  }
  const root = nodes.at(-1)!
  const share = natural.get(root.id)! / triangles
  const height = heights.get(root.id)!
  const stronger = height > 0 && share > ROOT_SHARE ? (ROOT_SHARE / share) ** (1 / height) : 1
  return (node, childTriangles) => Math.ceil((childTriangles / node.children.length) * stronger)
}
