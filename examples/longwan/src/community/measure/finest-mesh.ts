// Measure: tileset -> **finest mesh**: the triangles of its leaves, in the local metres that the root transform takes to ECEF.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unitOf } from '@twinmap/core/internal/tiles/accessors'
import type { Attribute } from '@twinmap/core/internal/tiles/content'
import { decodeTile } from '@twinmap/core/internal/tiles/decode-tile'
import { MeshoptDecoder } from 'meshoptimizer/decoder'

export interface FinestMesh {
  /** Column-major; local metres, Z up, to ECEF. */
  readonly toEcef: readonly number[]
  /** x, y, z of each corner; nine numbers a triangle. */
  readonly corners: Float64Array
}

interface Tile {
  readonly content?: { readonly uri: string }
  readonly children?: readonly Tile[]
}

/** Reads a tileset of our own pipeline: one transform at its root, glb contents, leaves of the finest level. */
export async function readFinestMesh(tilesetFile: string): Promise<FinestMesh> {
  await MeshoptDecoder.ready
  const { root } = JSON.parse(await readFile(tilesetFile, 'utf8')) as { root: Tile & { transform: number[] } }
  const folder = dirname(tilesetFile)
  const resource = async (uri: string) => new Uint8Array(await readFile(join(folder, uri)))
  const chunks: Float64Array[] = []
  for (const uri of leavesOf(root)) {
    const { parts, geometries } = await decodeTile(await resource(uri), { file: uri }, { meshopt: MeshoptDecoder, resource })
    for (const { geometry, matrix } of parts) {
      const { position, index, count } = geometries[geometry]!
      const corners = index ?? Uint32Array.from({ length: count }, (_, i) => i)
      chunks.push(placed(position, corners, matrix))
    }
  }
  const all = new Float64Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return { toEcef: root.transform, corners: all }
}

function leavesOf({ content, children = [] }: Tile): string[] {
  return children.length > 0 ? children.flatMap(leavesOf) : content === undefined ? [] : [content.uri]
}

function placed({ array, stride, normalized }: Attribute, corners: ArrayLike<number>, m: readonly number[]): Float64Array {
  const unit = normalized ? unitOf(array) : 1
  const out = new Float64Array(corners.length * 3)
  for (let i = 0; i < corners.length; i++) {
    const at = corners[i]! * stride
    const [x, y, z] = [array[at]! / unit, array[at + 1]! / unit, array[at + 2]! / unit]
    for (let k = 0; k < 3; k++) out[3 * i + k] = m[k]! * x + m[4 + k]! * y + m[8 + k]! * z + m[12 + k]!
  }
  return out
}
