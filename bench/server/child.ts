// A process of the bench, started and asked: one message a call, one message an answer.
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Usage {
  readonly cpuMs: number
  readonly rssBytes: number
  readonly peakRssBytes: number | null
}

export interface Child {
  readonly pid: number
  readonly ask: <T = void>(call: string, args?: unknown) => Promise<T>
  readonly usage: () => Promise<Usage>
  /** Ends the process. */
  readonly end: () => Promise<void>
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

const running = new Set<ChildProcess>()

export function startChild(file: string): Child {
  const child = fork(fileURLToPath(new URL(`./${file}`, import.meta.url)), {
    execArgv: [], // without the conditions of whoever runs the bench, which lead to TypeScript
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  running.add(child)
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let next = 0
  const fail = (why: string) => {
    running.delete(child)
    for (const { reject } of waiting.values()) reject(new Error(`${file}: ${why}`))
    waiting.clear()
  }
  child.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(`${file}: ${error}`))
  })
  child.on('error', (error) => fail(error.message))
  child.on('exit', (code, signal) => fail(`ended with ${signal ?? code}`))
  const ask = <T>(call: string, args?: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = ++next
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      child.send({ id, call, args }, (error) => error !== null && fail(error.message))
    })
  return {
    pid: child.pid!,
    ask,
    usage: () => ask<Usage>('usage'),
    end: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

/** Ends what a part that failed has left behind. */
export function endAllChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Bytes that the process has caused to be written to the disk; null where the system does not tell it. */
export function writtenBytes(pid: number): number | null {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1])
  } catch {
    return null
  }
}
