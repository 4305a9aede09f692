// A screen that nobody sees (Xvfb), for the browsers that draw WebGL only on one. Each program leads a process group of its own, so that what it
// started ends with it, and nothing else does.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Screen {
  /** `:99` */
  readonly display: string
  close(): Promise<void>
}

/** Ends a program that was spawned `detached`, and all that it started. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
  await ended
}

/** The first line of a stream that a program writes; rejects with `why` and what it said when it ends before. */
export async function firstLine(child: ChildProcess, stream: NodeJS.ReadableStream, why: string): Promise<string> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const line = once(createInterface(stream), 'line').then(([text]) => text as string)
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`${why}: ${error.message}`)))
    child.once('exit', (code) => reject(new Error(`${why}: it ended with ${code} ${said}`)))
  })
  return Promise.race([line, ended])
}

export async function openScreen(): Promise<Screen> {
  // The server chooses a number that is free, and writes it when it is ready.
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const number = await firstLine(child, child.stdio[3] as NodeJS.ReadableStream, 'Xvfb did not start')
  return { display: `:${number}`, close: () => endGroup(child) }
}
