// Read: the file that a name in an OBJ or MTL means. Both are written on Windows, packed by one tool and unpacked by another.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { decodeName, findName, spellingsOf } from './names.ts'

export interface FoundFile {
  /** For people, and for Node where the name is UTF-8. */
  readonly name: string
  /** For Node: bytes where the name is in another encoding. */
  readonly path: string | Buffer
}

/**
 * The file that `written` means: in each of the folders as it stands there, then by its last part alone, then with an ending that it lacks.
 * Slashes, case, quotes, a comment behind it, and how its letters are composed or encoded do not matter.
 *
 * @param endings such as `.mtl`, tried in this order where `written` has none of them
 */
export async function findFile(
  folders: readonly string[],
  written: string,
  endings: readonly string[] = [],
): Promise<FoundFile | undefined> {
  const ended = (name: string) => endings.some((ending) => name.toLowerCase().endsWith(ending))
  for (const ending of ['', ...endings])
    for (const spelling of spellingsOf(written)) {
      if (ending !== '' && ended(spelling)) continue
      const slashed = `${spelling.replaceAll('\\', '/')}${ending}`
      // `D:/Projects/x.jpg` cannot exist here; its picture was packed beside the library.
      const relative = /^([a-z]:)?\//i.test(slashed) ? path.posix.basename(slashed) : slashed
      for (const folder of folders)
        for (const way of new Set([relative, path.posix.basename(relative)])) {
          const found = await resolveIn(folder, way)
          if (found !== undefined) return found
        }
    }
  return undefined
}

async function resolveIn(folder: string, relative: string): Promise<FoundFile | undefined> {
  let at: FoundFile = { name: folder, path: folder }
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      const parent = path.dirname(at.name)
      at = { name: parent, path: parent }
      continue
    }
    const entries = await readdir(at.path, { encoding: 'buffer' }).catch(() => [] as Buffer[])
    const names = new Map(entries.map((bytes) => [decodeName(bytes), bytes]))
    const name = findName([...names.keys()], part)
    if (name === undefined) return undefined
    const bytes = names.get(name)!
    const isPlain = typeof at.path === 'string' && bytes.equals(Buffer.from(name))
    const full = path.join(at.name, name)
    at = { name: full, path: isPlain ? full : Buffer.concat([Buffer.from(at.path), Buffer.from('/'), bytes]) }
  }
  const isFile = await stat(at.path).then(
    (found) => found.isFile(),
    () => false,
  )
  return isFile ? at : undefined
}
