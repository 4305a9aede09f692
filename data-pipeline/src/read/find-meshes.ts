// Read: which files a path means. A folder may be a tree of tiles, `Data/Tile_+000_+003/Tile_+000_+003.obj`, may be reached by links, and may
// hold one mesh in several forms.
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { otherForms } from './other-forms.ts'

/** Deep enough for `production/Data/Tile_x/Tile_x.obj`, shallow enough for a home folder given by mistake. */
const MAX_DEPTH = 4

export interface FoundMeshes {
  /** Sorted, so that the order is the same on every machine. */
  readonly files: readonly string[]
  /** What of the folder was not taken, and why. */
  readonly notes: readonly string[]
}

/**
 * The OBJ files that `input` names, each once.
 *
 * @throws TwinError `input-missing` where there is none
 */
export async function findMeshes(input: string): Promise<FoundMeshes> {
  const found = await stat(input).catch(() => undefined)
  if (found === undefined)
    throw new TwinError(
      'input-missing',
      `${input}: there is no such file or folder; give the path of an OBJ file, or of a folder that holds some`,
      {
        file: input,
      },
    )
  if (found.isFile()) {
    if (/\.obj$/i.test(input)) return { files: [input], notes: [] }
    throw new TwinError('input-invalid', `${input}: is no .obj; OBJ with MTL is what can be read so far`, { file: input })
  }
  const walk = new Walk()
  await walk.folder(input, 0)
  if (walk.files.length === 0)
    throw new TwinError(
      'input-missing',
      `${input}: holds no .obj down to ${MAX_DEPTH} folders deep${walk.notes.length > 0 ? ` (${walk.notes.join('; ')})` : ''}; give the folder that does`,
      { file: input },
    )
  const others = otherForms(walk.files.sort())
  const notes = [...others].map(
    ([other, taken]) => `${other}: is another form of ${taken}, which is taken; give its path to take it instead`,
  )
  return { files: walk.files.filter((file) => !others.has(file)), notes: [...walk.notes, ...notes] }
}

/** Each folder and file once, by its real place: links may lead there twice, or round. */
class Walk {
  readonly files: string[] = []
  readonly notes: string[] = []
  readonly #seen = new Map<string, string>()

  async folder(folder: string, depth: number): Promise<void> {
    await this.#isNew(folder)
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      this.notes.push(`${folder}: cannot be opened (${cause.code}) and is passed over`)
      return []
    })
    // What lies in a folder goes before what links lead to.
    const inOrder = entries.sort((a, b) => Number(a.isSymbolicLink()) - Number(b.isSymbolicLink()) || (a.name < b.name ? -1 : 1))
    for (const entry of inOrder) {
      if (entry.name.startsWith('.')) continue
      const full = path.join(folder, entry.name)
      const target = entry.isSymbolicLink() ? await stat(full).catch(() => undefined) : entry
      if (target === undefined) this.notes.push(`${full}: is a link that leads nowhere and is passed over`)
      else if (target.isDirectory()) await this.#below(full, depth + 1)
      else if (/\.obj$/i.test(entry.name) && (await this.#isNew(full))) this.files.push(full)
    }
  }

  async #below(folder: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) {
      this.notes.push(`${folder}: lies deeper than ${MAX_DEPTH} folders and is passed over`)
      return
    }
    if (await this.#isNew(folder)) await this.folder(folder, depth)
  }

  async #isNew(at: string): Promise<boolean> {
    const real = await realpath(at).catch(() => undefined)
    if (real === undefined) {
      this.notes.push(`${at}: cannot be opened and is passed over; give it a name in UTF-8`)
      return false
    }
    const before = this.#seen.get(real)
    if (before === undefined) this.#seen.set(real, at)
    else if (before !== at) this.notes.push(`${at}: is ${before} again, by a link, and is passed over`)
    return before === undefined
  }
}
