// `twinmap` as a shell runs it: a process of its own, its streams and its exit code.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../harness/packed.ts'

export const CLI = join(ROOT, 'data-pipeline/dist/cli/main.js')
/** As people would say it. */
export const notBuilt = (): string | undefined => (existsSync(CLI) ? undefined : `${CLI} is missing: run npm run build first`)

export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const running = new Set<ChildProcess>()
// Where a test run itself is cut short nothing must stay behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs to the end. `onStart` may end it sooner; `onSaid` hears all that came on stderr so far. */
export function twinmap(
  args: readonly string[],
  { onStart, onSaid }: { onStart?: (child: ChildProcess) => void; onSaid?: (err: string, child: ChildProcess) => void } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    onSaid?.(err, child)
  })
  onStart?.(child)
  return new Promise((resolve) =>
    child.on('close', (code) => {
      running.delete(child)
      resolve({ code, out, err })
    }),
  )
}

/** All files below a folder, by name, with their bytes as text of one character a byte: two folders are equal where these are. */
export async function bytesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'latin1')])))
}
