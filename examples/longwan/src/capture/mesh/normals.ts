// Mesh: face centres and smoothed face normals, for choosing the photo of each face.
import type { Mesh } from './surface-nets.ts'

export interface Faces {
  readonly count: number
  readonly centres: Float32Array
  /** Mean of the corners' normals, unit length. */
  readonly normals: Float32Array
}

export function measureFaces({ positions: p, indices }: Mesh): Faces {
  const count = indices.length / 3
  const centres = new Float32Array(count * 3)
  const normals = new Float32Array(count * 3)
  const atVertex = new Float32Array(p.length)
  for (let t = 0; t < count; t++) {
    const a = indices[3 * t]! * 3
    const b = indices[3 * t + 1]! * 3
    const c = indices[3 * t + 2]! * 3
    const ux = p[b]! - p[a]!
    const uy = p[b + 1]! - p[a + 1]!
    const uz = p[b + 2]! - p[a + 2]!
    const vx = p[c]! - p[a]!
    const vy = p[c + 1]! - p[a + 1]!
    const vz = p[c + 2]! - p[a + 2]!
    const nx = uy * vz - uz * vy
    const ny = uz * vx - ux * vz
    const nz = ux * vy - uy * vx
    for (let k = 0; k < 3; k++) {
      const v = indices[3 * t + k]! * 3
      atVertex[v]! += nx
      atVertex[v + 1]! += ny
      atVertex[v + 2]! += nz
      centres[3 * t + k] = (p[a + k]! + p[b + k]! + p[c + k]!) / 3
    }
  }
  for (let v = 0; v < atVertex.length; v += 3) {
    const l = Math.hypot(atVertex[v]!, atVertex[v + 1]!, atVertex[v + 2]!) || 1
    for (let k = 0; k < 3; k++) atVertex[v + k]! /= l
  }
  for (let t = 0; t < count; t++) {
    const a = indices[3 * t]! * 3
    const b = indices[3 * t + 1]! * 3
    const c = indices[3 * t + 2]! * 3
    const x = atVertex[a]! + atVertex[b]! + atVertex[c]!
    const y = atVertex[a + 1]! + atVertex[b + 1]! + atVertex[c + 1]!
    const z = atVertex[a + 2]! + atVertex[b + 2]! + atVertex[c + 2]!
    const l = Math.hypot(x, y, z) || 1
    normals[3 * t] = x / l
    normals[3 * t + 1] = y / l
    normals[3 * t + 2] = z / l
  }
  return { count, centres, normals }
}
