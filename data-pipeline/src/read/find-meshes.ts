// Read: which files a path means. A folder may be a tree of tiles, `Data/Tile_+000_+003/Tile_+000_+003.obj`.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/** Deep enough for `production/Data/Tile_x/Tile_x.obj`, shallow enough for a home folder given by mistake. */
const MAX_DEPTH = 4

/**
 * The OBJ files that `input` names, sorted, so that the order is the same on every machine.
 *
 * @throws TwinError `input-missing` where there is none
 */
export async function findMeshes(input: string): Promise<string[]> {
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
    if (/\.obj$/i.test(input)) return [input]
    throw new TwinError('input-invalid', `${input}: is no .obj; OBJ with MTL is what can be read so far`, { file: input })
  }
  const files: string[] = []
  await walk(input, 0, files)
  if (files.length === 0)
    throw new TwinError('input-missing', `${input}: holds no .obj down to ${MAX_DEPTH} folders deep; give the folder that does`, {
      file: input,
    })
  return files.sort()
}

async function walk(folder: string, depth: number, files: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue
    const full = path.join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) await walk(full, depth + 1, files)
    } else if (/\.obj$/i.test(entry.name)) files.push(full)
  }
}
