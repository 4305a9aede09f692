// Tile flow: accessors -> **bounds** -> content. Sphere and box of a geometry, computed where it is decoded, so the main thread never
// walks vertices; a position that is not finite is found here.

import { unitOf } from './accessors.ts'
import type { Attribute, Geometry } from './content.ts'
import { corrupt } from './fault.ts'

/** The sphere stands about the middle of the box: a little larger than the least, and cheap. */
export function boundsOf({ array, stride, normalized }: Attribute, count: number, pointer: string): Pick<Geometry, 'sphere' | 'box'> {
  let [minX, minY, minZ] = [Infinity, Infinity, Infinity]
  let [maxX, maxY, maxZ] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0, at = 0; i < count; i++, at += stride) {
    const x = array[at]!
    const y = array[at + 1]!
    const z = array[at + 2]!
    if (x < minX) minX = x
    if (x > maxX) maxX = x
    if (y < minY) minY = y
    if (y > maxY) maxY = y
    if (z < minZ) minZ = z
    if (z > maxZ) maxZ = z
    // NaN passes every comparison above.
    if (!(x - x === 0 && y - y === 0 && z - z === 0))
      throw corrupt(pointer, `has (${x}, ${y}, ${z}) at vertex ${i}; expected finite numbers`)
  }
  if (count === 0) [minX, minY, minZ, maxX, maxY, maxZ] = [0, 0, 0, 0, 0, 0]
  const [cx, cy, cz] = [(minX + maxX) / 2, (minY + maxY) / 2, (minZ + maxZ) / 2]
  let squared = 0
  for (let i = 0, at = 0; i < count; i++, at += stride) {
    const [dx, dy, dz] = [array[at]! - cx, array[at + 1]! - cy, array[at + 2]! - cz]
    const distance = dx * dx + dy * dy + dz * dz
    if (distance > squared) squared = distance
  }
  const unit = normalized ? unitOf(array) : 1
  return {
    sphere: [cx / unit, cy / unit, cz / unit, Math.sqrt(squared) / unit],
    box: { min: [minX / unit, minY / unit, minZ / unit], max: [maxX / unit, maxY / unit, maxZ / unit] },
  }
}

/** Strips and fans as the lists that every engine draws; each index below `count`. */
export function triangleList(
  mode: 'triangle-strip' | 'triangle-fan',
  index: Uint16Array | Uint32Array | undefined,
  count: number,
): Uint16Array | Uint32Array {
  const length = index?.length ?? count
  const triangles = Math.max(0, length - 2)
  const out = count > 65_535 ? new Uint32Array(triangles * 3) : new Uint16Array(triangles * 3)
  const at = (i: number) => index?.[i] ?? i
  for (let i = 0; i < triangles; i++) {
    const odd = mode === 'triangle-strip' && i % 2 === 1
    out[i * 3] = mode === 'triangle-fan' ? at(0) : at(odd ? i + 1 : i)
    out[i * 3 + 1] = at(mode === 'triangle-fan' ? i + 1 : odd ? i : i + 1)
    out[i * 3 + 2] = at(i + 2)
  }
  return out
}

export function checkIndices(index: Uint16Array | Uint32Array, count: number, pointer: string): void {
  let most = -1
  for (let i = 0; i < index.length; i++) if (index[i]! > most) most = index[i]!
  if (most >= count) throw corrupt(pointer, `names vertex ${most}; there are ${count}`)
}
