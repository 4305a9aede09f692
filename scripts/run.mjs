// Child processes for the scripts: no shell, the repository as folder, and an end with the parent.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const running = new Set()
let interrupted
// Only while a child runs: afterwards an interrupt is the business of whoever runs in this process.
const interrupt = (signal) => {
  interrupted = signal
  for (const child of running) child.kill(signal)
}
const watch = (add) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process[add ? 'on' : 'off'](signal, interrupt)
}

/** Runs to the end. `quiet` keeps the output and gives it back; else it goes to this terminal. */
export function run(command, args, { quiet = false, env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      // npx is a script on Windows.
      shell: process.platform === 'win32' && command === 'npx',
    })
    if (running.size === 0) watch(true)
    running.add(child)
    let output = ''
    const keep = (chunk) => {
      output += chunk
    }
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    child.on('error', (error) => keep(`${command}: ${error.message}\n`))
    child.on('close', (code, signal) => {
      running.delete(child)
      if (running.size === 0) watch(false)
      if (interrupted !== undefined && running.size === 0) process.exit(interrupted === 'SIGINT' ? 130 : 143)
      resolve({ code: code ?? 1, signal, output })
    })
  })
}

/** Runs a program of node_modules, or a script of ours. */
export const node = (script, args = [], options = {}) => run(process.execPath, [script, ...args], options)

export const seconds = (fromMs) => `${((Date.now() - fromMs) / 1000).toFixed(1)} s`
