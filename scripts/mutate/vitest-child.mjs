// One vitest that stays alive, in a process of its own, so that a mutant that never ends can be killed with it.
// The mutant is never written to disk: a plugin gives the mutated text in place of the file.
import { loadConfigFromFile } from 'vite'
import { createVitest } from 'vitest/node'

const ROOT = process.cwd()
const { config } = await loadConfigFromFile({ command: 'serve', mode: 'test' }, 'vitest.config.ts', ROOT)
const { test: unit, ...vite } = config.test.projects.find(({ test }) => test.name === 'unit')

/** The file that is mutated now, and its text. */
let now

const ended = new Map()
let stray = 0
const reporter = {
  onTestModuleEnd: (module) => ended.set(module.moduleId, module),
  onTestRunEnd: (_modules, errors) => {
    stray = errors.length
  },
}

const vitest = await createVitest(
  'test',
  {
    config: false,
    root: ROOT,
    watch: false,
    ...unit,
    // A thread starts in a third of the time of a process, and ends with this process.
    pool: 'threads',
    maxWorkers: 1,
    bail: 1,
    silent: true,
    passWithNoTests: true,
    reporters: [reporter],
  },
  {
    ...vite,
    cacheDir: `node_modules/.vite/mutate-${process.pid}`,
    plugins: [{ name: 'mutant', enforce: 'pre', load: (id) => (id.split('?')[0] === now?.file ? now.text : undefined) }],
  },
)
const project = vitest.getRootProject()

/** @returns whether all tests of the file pass, and how long it took. */
async function run(file) {
  ended.clear()
  stray = 0
  const startMs = performance.now()
  await vitest.runTestSpecifications([project.createSpecification(file)])
  const module = ended.get(file)
  return { isGreen: module?.state() === 'passed' && stray === 0, ms: performance.now() - startMs }
}

process.on('message', async ({ id, file, text, tests }) => {
  now = file === undefined ? undefined : { file, text }
  if (file !== undefined) vitest.invalidateFile(file)
  const results = []
  try {
    for (const test of tests) {
      const { isGreen, ms } = await run(test)
      results.push({ test, isGreen, ms })
      if (!isGreen && file !== undefined) break
    }
    process.send({ id, results })
  } catch (error) {
    process.send({ id, results, error: String(error?.stack ?? error) })
  } finally {
    if (file !== undefined) vitest.invalidateFile(file)
    now = undefined
  }
})
process.on('disconnect', () => process.exit())
process.send({ ready: true })
