// `npm run check`: lint, rules, types and unit tests of what has changed and of its direct importers. It is the loop while
// one works; `npm test` is the whole check. `--base REV` takes all changes since this branch left REV.
import './check-node.mjs'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { changesSince } from './check-changes.mjs'
import { choose, importersOf } from './check-choice.mjs'
import { cruise } from './check-graph.mjs'
import { install } from './install.mjs'
import { node, ROOT, seconds } from './run.mjs'

const startedMs = Date.now()
const bin = (path, ...args) => node(join('node_modules', path), args, { quiet: true })

/** Ends with the one line of result. */
function end(code, line) {
  console.log(`${line} (${seconds(startedMs)})`)
  process.exit(code)
}

function asked() {
  try {
    return parseArgs({ options: { base: { type: 'string', default: 'HEAD' } } }).values.base
  } catch (error) {
    return end(2, `check did not run: ${error.message} Usage: npm run check -- [--base REV]`)
  }
}

function tell(title, paths) {
  if (paths.length > 0) console.log(`${title}:\n${paths.map((path) => `  ${path}`).join('\n')}`)
}

const TYPES_OF_TESTS = join(ROOT, 'node_modules/.cache/types-of-tests.tsbuildinfo')

/** Packages first: the tests of the browser import what they emit. */
async function checkTypes(isAll) {
  if (isAll) rmSync(TYPES_OF_TESTS, { force: true })
  const packages = await bin('typescript/bin/tsc', '-b', ...(isAll ? ['--force'] : []))
  const tests = await bin('typescript/bin/tsc', '-p', 'tsconfig.test.json')
  return { code: packages.code || tests.code, output: packages.output + tests.output }
}

const base = asked()
await install()
let changes
try {
  changes = await changesSince(ROOT, base)
} catch (error) {
  end(2, `check did not run: ${error.message}`)
}
if (changes.changed.length + changes.removed.length === 0) end(0, `check passed: nothing has changed since ${base}`)

const { modules, violations } = await cruise(ROOT)
const choice = choose({ ...changes, importers: importersOf({ modules }) })
tell('changed', changes.changed)
tell('removed', changes.removed)
tell('import them', choice.importers)
tell('unit tests', choice.tests)
tell('browser tests, left to `npm test`', choice.browserTests)
tell('no unit test stands beside these or imports them', choice.unseen)
if (choice.types === 'all') console.log(`all types are checked from the beginning, because of ${choice.settings.join(', ')}`)

const failed = []
const done = []
async function step(name, work) {
  const fromMs = Date.now()
  const { code, output = '' } = await work()
  if (code === 0) done.push(name)
  else failed.push(name)
  if (code !== 0 && output !== '') console.log(output)
  console.log(`${code === 0 ? 'passed' : 'FAILED'}: ${name} (${seconds(fromMs)})`)
}

await step('rules', () => ({ code: violations.length, output: violations.join('\n') }))
if (choice.lint.length > 0)
  await step('lint', () => bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--no-errors-on-unmatched', ...choice.lint))
const counted = `${choice.tests.length} ${choice.tests.length === 1 ? 'file' : 'files'} of tests`
await Promise.all([
  choice.types !== 'none' && step('types', () => checkTypes(choice.types === 'all')),
  choice.tests.length > 0 &&
    step(counted, () => node('node_modules/vitest/vitest.mjs', ['run', '--project', 'unit', '--reporter=dot', ...choice.tests])),
])
if (failed.length > 0) end(1, `check FAILED: ${failed.join(', ')}${done.length > 0 ? `; passed: ${done.join(', ')}` : ''}`)
end(0, `check passed: ${done.join(', ')}`)
