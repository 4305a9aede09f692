// Read: the picture that a material means. Libraries are written on Windows and unpacked elsewhere.
import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** The file under `folder` that `written` means, whatever its case and slashes; undefined where there is none. */
export async function findImage(folder: string, written: string): Promise<string | undefined> {
  const slashed = written.replaceAll('\\', '/')
  // `D:/Projects/x.jpg` cannot exist here; its picture was packed beside the library.
  const relative = /^([a-z]:)?\//i.test(slashed) ? path.posix.basename(slashed) : slashed
  return (await resolveIn(folder, relative)) ?? (await resolveIn(folder, path.posix.basename(relative)))
}

async function resolveIn(folder: string, relative: string): Promise<string | undefined> {
  let at = folder
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      at = path.dirname(at)
      continue
    }
    const names = await readdir(at).catch(() => [] as string[])
    const name = names.includes(part) ? part : names.find((n) => n.toLowerCase() === part.toLowerCase())
    if (name === undefined) return undefined
    at = path.join(at, name)
  }
  return at === folder ? undefined : at
}
