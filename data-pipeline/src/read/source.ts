// Read: several OBJ files with their libraries and pictures, joined to one mesh in the numbers of the files.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import sharp from 'sharp'
import { findImage } from './find-image.ts'
import type { ObjMesh } from './obj-mesh.ts'
import { type Material, readMtl } from './read-mtl.ts'

/** A picture that triangles take their colour from. Decoded later, when a tile asks. */
export interface Page {
  readonly file: string
  readonly width: number
  readonly height: number
}

/** What a triangle looks like: a page, or one colour. */
export interface Surface {
  readonly name: string
  /** Into `pages`; -1 where `color` is all there is. */
  readonly page: number
  /** 0 to 255. */
  readonly color: readonly [number, number, number]
}

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
}

const GREY = [191, 191, 191] as const

/** Joins parsed files; finds libraries beside each and the pictures they name. What is missing is told, and drawn grey. */
export async function joinSource(files: readonly { readonly file: string; readonly mesh: ObjMesh }[]): Promise<SourceMesh> {
  const warnings = files.flatMap(({ mesh }) => mesh.warnings)
  const sum = (count: (mesh: ObjMesh) => number) => files.reduce((total, { mesh }) => total + count(mesh), 0)
  const positions = new Float64Array(new SharedArrayBuffer(8 * sum((m) => m.positions.length)))
  const uvs = new Float32Array(new SharedArrayBuffer(4 * sum((m) => m.uvs.length)))
  const corners = new Uint32Array(new SharedArrayBuffer(4 * sum((m) => m.corners.length)))
  const cornerUvs = new Int32Array(new SharedArrayBuffer(4 * sum((m) => m.corners.length)))
  const triangleSurfaces = new Uint16Array(new SharedArrayBuffer(2 * sum((m) => m.triangleMaterials.length)))
  const looks = new Looks(warnings)
  let [atPosition, atUv, atCorner] = [0, 0, 0]
  for (const { file, mesh } of files) {
    const surfaces = await looks.ofFile(file, mesh)
    positions.set(mesh.positions, atPosition)
    uvs.set(mesh.uvs, atUv)
    const [firstPosition, firstUv] = [atPosition / 3, atUv / 2]
    for (let i = 0; i < mesh.corners.length; i++) {
      corners[atCorner + i] = mesh.corners[i]! + firstPosition
      const uv = mesh.cornerUvs[i]!
      cornerUvs[atCorner + i] = uv < 0 ? -1 : uv + firstUv
    }
    for (let i = 0; i < mesh.triangleMaterials.length; i++) triangleSurfaces[atCorner / 3 + i] = surfaces[mesh.triangleMaterials[i]!]!
    atPosition += mesh.positions.length
    atUv += mesh.uvs.length
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
  return { positions, uvs, corners, cornerUvs, triangleSurfaces, surfaces: looks.surfaces, pages: looks.pages, warnings }
}

/** Gathers surfaces and pages over all files, each page once. */
class Looks {
  readonly surfaces: Surface[] = []
  readonly pages: Page[] = []
  readonly #pageIds = new Map<string, number>()
  readonly #warnings: string[]

  constructor(warnings: string[]) {
    this.#warnings = warnings
  }

  /** The surface of each of a file's materials. */
  async ofFile(file: string, mesh: ObjMesh): Promise<number[]> {
    const materials = await this.#materials(file, mesh)
    return Promise.all(
      mesh.materials.map(async ({ name, line }) => {
        const found = materials.get(name)
        if (found === undefined) {
          if (name !== '' && materials.size > 0)
            this.#warnings.push(
              `${file}:${line}: usemtl ${name}: no library defines it; its faces become grey. Correct the name, or add it to the library`,
            )
          return this.#surface({ name, page: -1, color: GREY })
        }
        const { material, library } = found
        const color = material.color.map((c) => Math.round(Math.min(1, Math.max(0, c)) * 255)) as [number, number, number]
        return this.#surface({ name, page: await this.#page(material, library), color })
      }),
    )
  }

  #surface(surface: Surface): number {
    if (this.surfaces.length >= 65_535)
      throw new TwinError('input-invalid', 'over 65,535 materials in all files; convert them in parts', { value: surface.name })
    return this.surfaces.push(surface) - 1
  }

  async #materials(file: string, mesh: ObjMesh): Promise<Map<string, { material: Material; library: string }>> {
    const materials = new Map<string, { material: Material; library: string }>()
    const named = mesh.materials.find(({ name }) => name !== '')
    if (named !== undefined && mesh.libraries.length === 0)
      this.#warnings.push(
        `${file}:${named.line}: usemtl ${named.name}, but no mtllib in the file; faces become grey. Add the line mtllib NAME.mtl`,
      )
    for (const { name: written, line } of mesh.libraries) {
      const library = await findImage(path.dirname(file), written)
      if (library === undefined) {
        this.#warnings.push(
          `${file}:${line}: mtllib ${written}: there is no such file beside it; faces become grey. Put it there and run again`,
        )
        continue
      }
      const read = readMtl(await readFile(library, 'utf8'))
      if (read.length === 0 && named !== undefined)
        this.#warnings.push(`${library}: defines no material (no line begins with newmtl); faces become grey. Export the library again`)
      for (const material of read) materials.set(material.name, { material, library })
    }
    return materials
  }

  async #page({ image, line, name }: Material, library: string): Promise<number> {
    if (image === undefined) return -1
    const file = await findImage(path.dirname(library), image)
    if (file === undefined) {
      this.#warnings.push(
        `${library}:${line}: material ${name} names ${image}, and there is no such picture; its faces take their plain colour. Put it there and run again`,
      )
      return -1
    }
    const known = this.#pageIds.get(file)
    if (known !== undefined) return known
    const { width, height } = await sizeOf(file)
    // Looked up again: another material may have asked for it meanwhile.
    const id = this.#pageIds.get(file) ?? this.pages.push({ file, width, height }) - 1
    this.#pageIds.set(file, id)
    return id
  }
}

async function sizeOf(file: string): Promise<{ width: number; height: number }> {
  try {
    const { width, height } = await sharp(file, { limitInputPixels: false }).metadata()
    return { width, height }
  } catch (cause) {
    throw new TwinError(
      'input-invalid',
      `${file}: cannot be read as a picture (${(cause as Error).message}); replace it, or remove its map_Kd`,
      { file },
      { cause },
    )
  }
}
