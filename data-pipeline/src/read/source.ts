// Read: several OBJ files with their libraries and pictures, joined to one mesh in the numbers of the files.
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { dress } from './dress.ts'
import { Looks, type Surface } from './looks.ts'
import type { ObjMesh, SaidUnit } from './obj-mesh.ts'
import type { Page } from './page.ts'

/** All triangles of an input. Arrays are shared memory: workers read them in place. */
export interface SourceMesh {
  /** x, y, z per vertex, as the files say. */
  readonly positions: Float64Array
  readonly uvs: Float32Array
  readonly corners: Uint32Array
  /** -1 where a corner has none. */
  readonly cornerUvs: Int32Array
  readonly triangleSurfaces: Uint16Array
  readonly surfaces: readonly Surface[]
  readonly pages: readonly Page[]
  readonly warnings: readonly string[]
  /** The first comment that says what the numbers count in. */
  readonly unit: (SaidUnit & { readonly file: string }) | undefined
  /** What it was joined from. */
  readonly files: readonly string[]
  /** What was taken for what, where that is no doubt. */
  readonly notes: readonly string[]
}

/** Joins parsed files; finds libraries beside each and the pictures they name. What is missing is told, and drawn plain. */
export async function joinSource(files: readonly { readonly file: string; readonly mesh: ObjMesh }[]): Promise<SourceMesh> {
  const warnings = files.flatMap(({ mesh }) => mesh.warnings)
  const notes: string[] = []
  const sum = (count: (mesh: ObjMesh) => number) => files.reduce((total, { mesh }) => total + count(mesh), 0)
  const positions = new Float64Array(new SharedArrayBuffer(8 * sum((m) => m.positions.length)))
  const corners = new Uint32Array(new SharedArrayBuffer(4 * sum((m) => m.corners.length)))
  const cornerUvs = new Int32Array(new SharedArrayBuffer(4 * sum((m) => m.corners.length)))
  const triangleSurfaces = new Uint16Array(new SharedArrayBuffer(2 * sum((m) => m.triangleMaterials.length)))
  const looks = new Looks(warnings, notes)
  const uvs: Float32Array[] = []
  let [atPosition, atUv, atCorner] = [0, 0, 0]
  for (const { file, mesh } of files) {
    const dressed = dress(mesh, await looks.ofFile(file, mesh), looks, file)
    positions.set(mesh.positions, atPosition)
    const [firstPosition, firstUv] = [atPosition / 3, atUv / 2]
    for (let i = 0; i < mesh.corners.length; i++) {
      corners[atCorner + i] = mesh.corners[i]! + firstPosition
      const uv = dressed.cornerUvs[i]!
      cornerUvs[atCorner + i] = uv < 0 ? -1 : uv + firstUv
    }
    triangleSurfaces.set(dressed.surfaces, atCorner / 3)
    uvs.push(dressed.uvs)
    atPosition += mesh.positions.length
    atUv += dressed.uvs.length
    atCorner += mesh.corners.length
  }
  if (atCorner === 0)
    throw new TwinError(
      'input-invalid',
      `${files.map((f) => f.file).join(', ')}: no face with an area${warnings.length > 0 ? ` (${warnings[0]})` : ''}; export the mesh again`,
      {
        file: files[0]?.file,
      },
    )
  return {
    positions,
    uvs: joined(uvs, atUv),
    corners,
    cornerUvs,
    triangleSurfaces,
    surfaces: looks.surfaces,
    pages: looks.pages,
    unit: files.flatMap(({ file, mesh }) => (mesh.unit === undefined ? [] : [{ ...mesh.unit, file }]))[0],
    files: files.map(({ file }) => file),
    warnings,
    notes,
  }
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const all = new Float32Array(new SharedArrayBuffer(4 * length))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
