// Child processes for the scripts: no shell, the repository as folder, and an end with the parent.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const child of running) child.kill(signal)
    if (running.size === 0) process.exit(signal === 'SIGINT' ? 130 : 143)
  })

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
      resolve({ code: code ?? 1, signal, output })
    })
  })
}

/** Runs a program of node_modules, or a script of ours. */
export const node = (script, args = [], options = {}) => run(process.execPath, [script, ...args], options)

export const seconds = (fromMs) => `${((Date.now() - fromMs) / 1000).toFixed(1)} s`
