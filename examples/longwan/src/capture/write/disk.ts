// Write: whole or not at all. What has its name on the disk is finished; what is not, ends in `.partial`.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/** Fills a folder beside its place and moves it there at the end, replacing what stood there. */
export async function writeFolder(parent: string, name: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const partial = join(parent, `.${name}.partial`)
  await onDisk(partial, async () => {
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
  })
  await fill(partial)
  await onDisk(join(parent, name), async () => {
    await rm(join(parent, name), { recursive: true, force: true })
    await rename(partial, join(parent, name))
  })
}

/** Writes a file beside its place and moves it there. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await onDisk(path, async () => {
    await writeFile(`${path}.partial`, content)
    await rename(`${path}.partial`, path)
  })
}

const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'])

/** Runs a disk operation; what the system refuses becomes a TwinError that says what to do. */
export async function onDisk(path: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new TwinError(
        'disk-full',
        `${path}: the disk is full (${code}); free some space (the demo takes 0.3 GB) and run it again, it goes on where it stopped`,
        { path, code },
        { cause: error },
      )
    }
    if (NOT_WRITABLE.has(code)) {
      throw new TwinError(
        'option-invalid',
        `${path}: cannot be written (${code}); give a folder that you may write to`,
        { path, code },
        { cause: error },
      )
    }
    throw error
  }
}
