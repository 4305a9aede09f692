// Read: what the materials of each file look like: their libraries, found and read once, and the pictures that these name.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { type FoundFile, findFile } from './find-file.ts'
import { decodeName, findName } from './names.ts'
import type { ObjMesh } from './obj-mesh.ts'
import { formatName, openPicture } from './open-picture.ts'
import type { Page } from './page.ts'
import { type MapPlace, type Material, PLAIN_PLACE, readMtl } from './read-mtl.ts'

/** What a triangle looks like: a page, or one colour. */
export interface Surface {
  readonly name: string
  /** Into `pages`; -1 where `color` is all there is. */
  readonly page: number
  /** 0 to 255. */
  readonly color: readonly [number, number, number]
}

/** What a file's material looks like. */
export interface Look {
  readonly surface: number
  /** The same without its picture. */
  readonly plain: () => number
  readonly place: MapPlace
}

const GREY = [191, 191, 191] as const

interface FoundMaterial {
  readonly material: Material
  readonly library: string
}

/** Gathers surfaces and pages over all files, each page once. */
export class Looks {
  readonly surfaces: Surface[] = []
  readonly pages: Page[] = []
  readonly #pageIds = new Map<string, number>()
  readonly #warnings: string[]
  readonly #notes: string[]
  readonly #libraries = new Map<string, Promise<readonly Material[]>>()

  constructor(warnings: string[], notes: string[]) {
    this.#warnings = warnings
    this.#notes = notes
  }

  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  /** The look of each of a file's materials. */
  async ofFile(file: string, mesh: ObjMesh): Promise<Look[]> {
    const materials = await this.#materials(file, mesh)
    const names = [...materials.keys()]
    const looks: Look[] = []
    for (const { name, line } of mesh.materials) {
      const meant = materials.has(name) ? name : findName(names, name)
      if (meant === undefined) {
        if (name !== '' && materials.size > 0)
          this.#warnings.push(
            `${file}:${line}: usemtl ${name}: no library defines it; its faces become grey. Correct the name, or add it to the library`,
          )
        const surface = this.#surface({ name, page: -1, color: GREY })
        looks.push({ surface, plain: () => surface, place: PLAIN_PLACE })
      } else looks.push(await this.#look(name, materials.get(meant)!, path.dirname(file)))
    }
    return looks
  }

  async #look(name: string, { material, library }: FoundMaterial, folder: string): Promise<Look> {
    const color = material.color.map((c) => Math.round(Math.min(1, Math.max(0, c)) * 255)) as [number, number, number]
    const page = await this.#page(material, library, folder)
    const surface = this.#surface({ name, page, color })
    let plain: number | undefined
    return { surface, plain: () => (plain ??= this.#surface({ name, page: -1, color })), place: page < 0 ? PLAIN_PLACE : material.place }
  }

  /** The surface of a page that was made here. */
  painted(page: Page): number {
    return this.#surface({ name: page.file, page: this.pages.push(page) - 1, color: GREY })
  }

  #surface(surface: Surface): number {
    if (this.surfaces.length >= 65_535)
      throw new TwinError('input-invalid', 'over 65,535 materials in all files; convert them in parts', { value: surface.name })
    return this.surfaces.push(surface) - 1
  }

  /** By their names as written; of two alike the later library's counts. */
  async #materials(file: string, mesh: ObjMesh): Promise<Map<string, FoundMaterial>> {
    const materials = new Map<string, FoundMaterial>()
    const named = mesh.materials.find(({ name }) => name !== '')
    for (const library of await this.#librariesOf(file, mesh, named)) {
      const read = await this.#library(library)
      if (read.length === 0 && named !== undefined)
        this.#warnings.push(
          `${library.name}: defines no material (no line begins with newmtl); faces become grey. Export the library again`,
        )
      for (const material of read) materials.set(material.name, { material, library: library.name })
    }
    return materials
  }

  #library({ name, path: bytes }: FoundFile): Promise<readonly Material[]> {
    let read = this.#libraries.get(name)
    if (read === undefined) {
      read = readFile(bytes).then(readMtl)
      void read.then((materials) => this.#tellUnused(name, materials))
      this.#libraries.set(name, read)
    }
    return read
  }

  #tellUnused(library: string, materials: readonly Material[]): void {
    const of = materials.filter(({ unused }) => unused.length > 0)
    if (of.length > 0)
      this.#notes.push(
        `${library}:${of[0]!.line}: ${of[0]!.unused.join(', ')} of material ${of[0]!.name}${of.length > 1 ? ` and the like of ${of.length - 1} more` : ''} is not used`,
      )
  }

  async #librariesOf(
    file: string,
    mesh: ObjMesh,
    named: { readonly name: string; readonly line: number } | undefined,
  ): Promise<FoundFile[]> {
    const folder = path.dirname(file)
    if (mesh.libraries.length === 0 && named !== undefined) return this.#unnamedLibrary(file, named)
    const found: FoundFile[] = []
    for (const { name: written, line } of mesh.libraries) {
      const { libraries, missing } = await splitLibraries(folder, written)
      found.push(...libraries)
      for (const name of missing)
        this.#warnings.push(
          `${file}:${line}: mtllib ${name}: there is no such file beside it; faces become grey. Put it there and run again`,
        )
    }
    return found
  }

  /** A file that names materials and no library: the library of its own name, or the only one beside it, is meant. */
  async #unnamedLibrary(file: string, named: { readonly name: string; readonly line: number }): Promise<FoundFile[]> {
    const folder = path.dirname(file)
    const beside = (await readdir(folder, { encoding: 'buffer' })).map((bytes) => decodeName(bytes)).filter((name) => /\.mtl$/i.test(name))
    const own = findName(beside, path.basename(file).replace(/\.obj$/i, '.mtl')) ?? (beside.length === 1 ? beside[0] : undefined)
    const found = own === undefined ? undefined : await findFile([folder], own)
    if (found === undefined) {
      this.#warnings.push(
        `${file}:${named.line}: usemtl ${named.name}, but no mtllib in the file; faces become grey. Add the line mtllib NAME.mtl`,
      )
      return []
    }
    this.#notes.push(`${file}: names no library; ${found.name} is taken`)
    return [found]
  }

  async #page({ image, line, name }: Material, library: string, meshFolder: string): Promise<number> {
    if (image === undefined) return -1
    const found = await findFile([...new Set([path.dirname(library), meshFolder])], image, PICTURE_ENDINGS)
    if (found === undefined) {
      this.#warnings.push(
        `${library}:${line}: material ${name} names ${image}, and there is no such picture; its faces take their plain colour. Put it there and run again`,
      )
      return -1
    }
    const known = this.#pageIds.get(found.name)
    if (known !== undefined) return known
    const id = await this.#open(found).then(
      (page) => this.pages.push(page) - 1,
      (cause: Error) => {
        this.#warnings.push(cause.message)
        return -1
      },
    )
    this.#pageIds.set(found.name, id)
    return id
  }

  async #open({ name, path: at }: FoundFile): Promise<Page> {
    try {
      const { width, height } = await (await openPicture(at)).metadata()
      return { file: name, width, height, ...(typeof at === 'string' ? {} : { path: at }) }
    } catch (cause) {
      const format = formatName(await readFile(at).catch(() => new Uint8Array(0)))
      const why =
        format === undefined ? `cannot be read as a picture (${(cause as Error).message})` : `is ${format}, which is not read as a picture`
      throw new Error(`${name}: ${why}; its faces take their plain colour. Replace it by a JPEG or PNG and run again`)
    }
  }
}

const PICTURE_ENDINGS = ['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff', '.bmp', '.tga']

/** What one `mtllib` means: one name that may hold blanks, or several names. */
async function splitLibraries(folder: string, written: string): Promise<{ libraries: FoundFile[]; missing: string[] }> {
  const libraries: FoundFile[] = []
  const missing: string[] = []
  const words = written.split(/\s+/)
  for (let from = 0; from < words.length; ) {
    let taken = 0
    // The longest that is there: the whole first, with its blanks as they stand.
    for (let to = words.length; to > from && taken === 0; to--) {
      const name = from === 0 && to === words.length ? written : words.slice(from, to).join(' ')
      const found = await findFile([folder], name, ['.mtl'])
      if (found === undefined) continue
      libraries.push(found)
      taken = to - from
    }
    if (taken === 0) missing.push(words[from]!)
    from += Math.max(1, taken)
  }
  return libraries.length === 0
    ? { libraries, missing: [written] }
    : { libraries, missing: missing.filter((name) => !name.startsWith('#')) }
}
