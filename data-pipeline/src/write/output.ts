// Write: a folder that holds a whole tileset or does not look like one. All goes to `.twinmap-partial` inside it; when all is there the
// old tileset.json goes, the new tiles come, and the new tileset.json is renamed into place last. What is not ours stays untouched.
import { mkdir, readdir, readFile, readlink, rename, rm, rmdir, stat, statfs, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { isSystemError } from '../system-error.ts'

const PARTIAL = '.twinmap-partial'
/** Everything that a run may put beside tileset.json. */
const PARTS = ['tiles', 'heights.json', 'heights.bin'] as const

/** A run shows that it lives by touching its pid file; one that has not for this long is dead, whoever has its number now. */
const HEARTBEAT_MS = 5_000
const DEAD_MS = 30_000

export type WriteFile = (file: string, bytes: Uint8Array | string) => Promise<void>

/** Turns the system's words into ours: a full disk, no right to write. */
export async function guardedWrite(file: string, bytes: Uint8Array | string, write: WriteFile = writeFile): Promise<void> {
  try {
    await write(file, bytes)
  } catch (cause) {
    throw await writeError(cause, file)
  }
}

async function writeError(cause: unknown, file: string): Promise<unknown> {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const free = await statfs(path.dirname(file)).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    )
    const left = free === undefined ? '' : ` (${Math.round(free / 1e6)} MB are free)`
    return new TwinError(
      'disk-full',
      `${file}: the disk is full${left}; free some space, or give another folder with -o, and run again: nothing was left half done`,
      { file, freeBytes: free },
      { cause },
    )
  }
  if (isSystemError(cause))
    return new TwinError(
      'option-invalid',
      `${file}: cannot be written (${code}); give a folder with -o that you may write to`,
      { file, code },
      { cause },
    )
  return cause
}

export class Output {
  readonly #folder: string
  readonly #partial: string
  readonly #heartbeat: NodeJS.Timeout
  /** The topmost folder that this run made; undefined where all were there. */
  #made: string | undefined

  private constructor(folder: string) {
    this.#folder = folder
    this.#partial = path.join(folder, PARTIAL)
    this.#heartbeat = setInterval(() => {
      const now = new Date()
      // A folder that went away meanwhile is told by the next write.
      utimes(path.join(this.#partial, 'pid'), now, now).catch(() => clearInterval(this.#heartbeat))
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  /**
   * Begins anew in `folder`: what a run that was killed left there goes first.
   *
   * @throws TwinError `option-invalid` where another run is writing there, where something of another stands that this run would
   * have to replace, or where the folder cannot be written
   */
  static async open(folder: string): Promise<Output> {
    const owner = await ownerOf(path.join(folder, PARTIAL, 'pid'))
    if (owner !== undefined)
      throw new TwinError('option-invalid', `${folder}: process ${owner} is writing there; wait for it, or give another folder with -o`, {
        folder,
        pid: owner,
      })
    await refuseForeign(folder)
    const output = new Output(folder)
    try {
      output.#made = await makeFolders(folder)
      await rm(output.#partial, { recursive: true, force: true })
      await mkdir(path.join(output.#partial, 'tiles'), { recursive: true })
      await writeFile(path.join(output.#partial, 'pid'), String(process.pid))
    } catch (cause) {
      clearInterval(output.#heartbeat)
      throw await writeError(cause, folder)
    }
    return output
  }

  /** Where tiles are written before the end. */
  get tilesFolder(): string {
    return path.join(this.#partial, 'tiles')
  }

  async write(name: string, bytes: Uint8Array | string): Promise<void> {
    await guardedWrite(path.join(this.#partial, name), bytes)
  }

  /** Puts all in place. Up to the last step the folder has the old tileset or none. */
  async finish(tileset: string): Promise<void> {
    const last = path.join(this.#partial, 'tileset.unfinished')
    await guardedWrite(last, tileset)
    try {
      await rm(path.join(this.#folder, 'tileset.json'), { force: true })
      for (const part of PARTS) {
        const from = path.join(this.#partial, part)
        const to = path.join(this.#folder, part)
        await rm(to, { recursive: true, force: true })
        if (await stat(from).catch(() => undefined)) await rename(from, to)
      }
      await rename(last, path.join(this.#folder, 'tileset.json'))
    } catch (cause) {
      throw await writeError(cause, this.#folder)
    }
    await this.discard()
  }

  /** Removes what is unfinished, and the folders that were made for it where they are empty then. */
  async discard(): Promise<void> {
    clearInterval(this.#heartbeat)
    await rm(this.#partial, { recursive: true, force: true })
    if (this.#made === undefined) return
    const top = path.resolve(this.#made)
    for (let at = path.resolve(this.#folder); at.startsWith(top); at = path.dirname(at))
      try {
        await rmdir(at)
      } catch {
        return // it holds something: the tileset, or what another put there
      }
  }
}

/**
 * Makes a folder and those above it. One by one: Node's own way asks for ever where a folder that is there answers that it is not
 * (/proc, automounts).
 *
 * @returns the topmost that was made; undefined: all were there
 */
export async function makeFolders(
  folder: string,
  make: (folder: string) => Promise<unknown> = (each) => mkdir(each),
): Promise<string | undefined> {
  const lacking: string[] = []
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await stat(at).catch((cause) => {
      if (cause.code !== 'ENOENT') throw cause
      return undefined
    })
    if (found?.isDirectory()) break
    if (found !== undefined) throw Object.assign(new Error(`${at} is a file`), { code: 'ENOTDIR' })
    const link = await readlink(at).catch(() => undefined)
    if (link !== undefined)
      throw new TwinError(
        'option-invalid',
        `${at}: is a link to ${link}, which is not there; remove the link, or give another folder with -o`,
        {
          folder,
          link,
        },
      )
    lacking.unshift(at)
  }
  const made: string[] = []
  try {
    for (const each of lacking) {
      await make(each)
      made.push(each)
    }
  } catch (cause) {
    for (const each of made.reverse()) await rmdir(each).catch(() => undefined)
    throw cause
  }
  return lacking[0]
}

/** A run replaces what an earlier one wrote, and nothing else: `-o .` beside a folder `tiles` of the user would remove that. */
async function refuseForeign(folder: string): Promise<void> {
  const refuse = (name: string, why: string) =>
    new TwinError(
      'option-invalid',
      `${path.join(folder, name)}: ${why}, and a tileset here would replace it; give another folder with -o, or move it away`,
      { folder, name },
    )
  const names = await readdir(path.join(folder, 'tiles')).catch(() => [] as string[])
  const foreign = names.find((name) => !/^r\d*\.glb$/.test(name))
  if (foreign !== undefined) throw refuse(path.join('tiles', foreign), 'was not made by twinmap')
  const text = await readFile(path.join(folder, 'tileset.json'), 'utf8').catch(() => undefined)
  if (text !== undefined && !/"generator"\s*:\s*"twinmap"/.test(text)) throw refuse('tileset.json', 'was not made by twinmap')
}

/** The living process that writes there, if it is another. */
async function ownerOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined || Date.now() - found.mtimeMs > DEAD_MS) return undefined
  const owner = Number(await readFile(file, 'utf8').catch(() => '0'))
  return owner > 0 && owner !== process.pid && isAlive(owner) ? owner : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
