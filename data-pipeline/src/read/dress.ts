// Read: which surface each triangle of a file has, and where in it.
import type { Look, Looks } from './looks.ts'
import type { ObjMesh } from './obj-mesh.ts'
import { paintColors } from './paint-colors.ts'
import { plural } from './plural.ts'
import { type MapPlace, PLAIN_PLACE } from './read-mtl.ts'

export interface Dressed {
  readonly uvs: Float32Array
  readonly cornerUvs: Int32Array
  readonly surfaces: Uint16Array
}

/** Each triangle's surface: its material's picture; where it has none there, the colours of its vertices, or its material's colour. */
export function dress(mesh: ObjMesh, materials: readonly Look[], looks: Looks, file: string): Dressed {
  const { uvs, cornerUvs } = placed(mesh, materials)
  const { triangleMaterials, colors, corners } = mesh
  const surfaces = new Uint16Array(triangleMaterials.length)
  const hasPage = materials.map(({ surface }) => looks.surfaces[surface]!.page >= 0)
  const painted: number[] = []
  let passed = 0
  const isColored = (t: number) => {
    for (let k = 0; k < 3; k++) if (colors[4 * corners[3 * t + k]! + 3] !== 255) return false
    return true
  }
  for (let t = 0; t < surfaces.length; t++) {
    const material = triangleMaterials[t]!
    const hasPicture = hasPage[material]! && cornerUvs[3 * t]! >= 0
    surfaces[t] = hasPicture || !hasPage[material]! ? materials[material]!.surface : materials[material]!.plain()
    if (colors.length === 0 || !isColored(t)) continue
    if (hasPicture) passed++
    else painted.push(t)
  }
  if (passed > 0)
    looks.note(
      `${file}: ${plural(passed, 'face has', 'faces have')} colours at ${passed === 1 ? 'its' : 'their'} vertices and a picture; the picture is used`,
    )
  if (painted.length === 0) return { uvs, cornerUvs, surfaces }
  looks.note(
    `${file}: ${plural(painted.length, 'face', 'faces')} without a picture ${painted.length === 1 ? 'takes the colours of its' : 'take the colours of their'} vertices`,
  )
  const triangles = Uint32Array.from({ length: painted.length * 3 }, (_, i) => corners[3 * painted[Math.floor(i / 3)]! + (i % 3)]!)
  const paint = paintColors(triangles, colors)
  const ids = paint.pages.map((page) => looks.painted(page))
  const all = new Float32Array(uvs.length + paint.uvs.length)
  all.set(uvs)
  all.set(paint.uvs, uvs.length)
  painted.forEach((t, n) => {
    for (let k = 0; k < 3; k++) cornerUvs[3 * t + k] = uvs.length / 2 + 3 * n + k
    surfaces[t] = ids[paint.pageOf(n)]!
  })
  return { uvs: all, cornerUvs, surfaces }
}

/** Coordinates as their materials scale, move and clamp them. One that two materials place differently becomes two. */
function placed({ uvs, cornerUvs, triangleMaterials }: ObjMesh, materials: readonly Look[]): { uvs: Float32Array; cornerUvs: Int32Array } {
  if (materials.every(({ place }) => place === PLAIN_PLACE)) return { uvs, cornerUvs }
  const out: number[] = [...uvs]
  const known = new Map<MapPlace, Map<number, number>>()
  return {
    cornerUvs: cornerUvs.map((uv, i) => {
      const { place } = materials[triangleMaterials[Math.floor(i / 3)]!]!
      if (uv < 0 || place === PLAIN_PLACE) return uv
      let moved = known.get(place)
      if (moved === undefined) known.set(place, (moved = new Map()))
      let id = moved.get(uv)
      if (id === undefined) {
        const [u, v] = [0, 1].map((k) => {
          const value = uvs[2 * uv + k]! * place.scale[k as 0]! + place.offset[k as 0]!
          return place.clamp ? Math.min(1, Math.max(0, value)) : value
        })
        id = out.push(u!, v!) / 2 - 1
        moved.set(uv, id)
      }
      return id
    }),
    uvs: Float32Array.from(out),
  }
}
