// `npm test`: lint, rules, types, build, unit, browser. Everything is counted; what this machine lacks is skipped by name
// with the command that installs it. The last line is the result.
import './check-node.mjs'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleTypes } from './example-types.mjs'
import { install } from './install.mjs'
import { node, ROOT, seconds } from './run.mjs'
import { createTally } from './tally.mjs'

const startedMs = Date.now()
const tally = createTally({ strict: Boolean(process.env.CI), data: join(ROOT, '../shared/data') })

async function check(name, run) {
  const fromMs = Date.now()
  let refusal
  try {
    const { code, output } = await run()
    if (code !== 0) refusal = output
  } catch (error) {
    refusal = error.message
  }
  if (refusal === undefined) tally.pass()
  else {
    tally.fail(name)
    console.log(refusal)
  }
  console.log(`${refusal === undefined ? 'passed' : 'FAILED'}: ${name} (${seconds(fromMs)})`)
}

async function vitest(project) {
  const fromMs = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-count-'))
  const file = join(folder, 'count.json')
  const reporters = ['--reporter=dot', `--reporter=${join(ROOT, 'scripts/count-reporter.mjs')}`]
  const { code } = await node('node_modules/vitest/vitest.mjs', ['run', '--project', project, ...reporters], {
    env: { TWINMAP_COUNT: file },
  })
  const count = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, skipped: [], failures: [`${project}: vitest ended before its report`] }
  if (code !== 0 && count.failures.length === 0) count.failures.push(`${project}: vitest ended with ${code} though no test failed`)
  rmSync(folder, { recursive: true, force: true })
  tally.add(count)
  console.log(`${count.failures.length === 0 ? 'passed' : 'FAILED'}: ${project} (${seconds(fromMs)})`)
}

await install()
const bin = (path, ...args) => node(join('node_modules', path), args, { quiet: true })
await Promise.all([
  check('lint', () => bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')),
  check('rules', () =>
    bin(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'packages',
      'data-pipeline',
      'examples',
      'bench',
    ),
  ),
])
await check('build', async () => {
  const { build } = await import('./build.mjs')
  await build()
  return { code: 0 }
})
await check('types', () => bin('typescript/bin/tsc', '-p', 'tsconfig.test.json'))
await check('types of examples', () => exampleTypes({ quiet: true }))
await vitest('unit')
await vitest('e2e')

for (const line of tally.details()) console.log(line)
console.log(`${seconds(startedMs)} in all`)
console.log(tally.closing())
process.exit(tally.exitCode())
