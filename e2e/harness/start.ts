// `npm start` as a person runs it, with a folder of its own for what it keeps.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './packed.ts'

export interface Started {
  /** `http://localhost:8080/` */
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  /** All that it said so far. */
  readonly output: () => string
  /** Interrupts it as Ctrl-C does, and answers its exit status. */
  interrupt(): Promise<number | null>
  /** For the end of a test: kills it if it still runs, and removes what it kept. */
  remove(): void
}

const running = new Set<ChildProcess>()
// Where a test run itself is cut short nothing must stay behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

const ADDRESS = /http:\/\/localhost:(\d+)\//

/** Starts and waits for the address; the community is made only where a test asks for it. Rejects with all that was said where it ends before. */
export function npmStart(
  args: readonly string[] = [],
  {
    kept = mkdtempSync(join(tmpdir(), 'twinmap-start-')),
    timeoutMs = 150_000,
    community = 'none',
  }: { kept?: string; timeoutMs?: number; community?: 'full' | 'small' | 'none' } = {},
): Promise<Started> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs'), '--port=0', `--kept=${kept}`, ...args], {
    cwd: ROOT,
    env: { ...process.env, TWINMAP_DEMO_SIZE: community },
  })
  running.add(child)
  child.on('close', () => running.delete(child))
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  const remove = () => {
    child.kill('SIGKILL')
    rmSync(kept, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`no address after ${timeoutMs} ms`), timeoutMs)
    let up = false
    const fail = (why: string) => {
      if (up) return
      clearTimeout(timer)
      remove()
      reject(new Error(`${why}:\n${output}`))
    }
    const hear = (chunk: string) => {
      output += chunk
      const port = ADDRESS.exec(output)?.[1]
      if (port === undefined || !output.includes('Ctrl-C')) return
      up = true
      clearTimeout(timer)
      resolve({
        url: `http://localhost:${port}/`,
        port: Number(port),
        child,
        output: () => output,
        interrupt() {
          child.kill('SIGINT')
          return ended
        },
        remove,
      })
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    ended.then((code) => fail(`npm start ended with ${code}`))
  })
}
