// One living vitest: it is asked about a mutant, and is replaced when a mutant never ends.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('vitest-child.mjs', import.meta.url))

export function startRunner(root) {
  let child
  let id = 0

  const start = () =>
    new Promise((resolve, reject) => {
      // What the code under test prints is of no interest; what vitest itself cannot do is.
      const started = fork(CHILD, { cwd: root, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      started.once('message', () => resolve(started))
      started.once('exit', (code) => reject(new Error(`vitest-child.mjs ended with ${code} before it was ready`)))
    })

  return {
    /**
     * @param job `tests`, and for a mutant its `file` and `text`; paths relative to the root
     * @returns `outcome` and, of a job without a mutant, the time in `ms`
     */
    async run({ file, text, tests }, limitMs) {
      child ??= await start()
      const asked = ++id
      const { done, message } = await new Promise((resolve) => {
        const timer = setTimeout(() => end({ done: 'timed out' }), limitMs)
        const onMessage = (got) => got.id === asked && end({ done: 'answered', message: got })
        const onExit = () => end({ done: 'ended' })
        const end = (what) => {
          clearTimeout(timer)
          child.off('message', onMessage)
          child.off('exit', onExit)
          resolve(what)
        }
        child.on('message', onMessage)
        child.once('exit', onExit)
        child.send({ id: asked, file: file && join(root, file), text, tests: tests.map((test) => join(root, test)) })
      })
      if (done !== 'answered') {
        child.kill('SIGKILL')
        child = undefined
        // A mutant that ends the process was noticed, too.
        return { outcome: done === 'timed out' ? 'timed out' : 'killed' }
      }
      if (message.error !== undefined) throw new Error(message.error)
      const isGreen = message.results.every((result) => result.isGreen)
      return { outcome: isGreen ? 'survived' : 'killed', ms: message.results.reduce((sum, { ms }) => sum + ms, 0) }
    },
    stop: () => child?.disconnect(),
  }
}
