// `npm test`: lint, rules, types, build, unit, browser. Everything is counted; what this machine lacks is skipped by name
// with the command that installs it. The last line is the result.
import './check-node.mjs'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install } from './install.mjs'
import { node, ROOT, seconds } from './run.mjs'

const startedMs = Date.now()
// Where CI is set all that can be installed is there: only tests of data that a checkout need not have may skip.
const strict = Boolean(process.env.CI)
const DATA = join(ROOT, '../shared/data')
const total = { passed: 0, failed: 0, skipped: [], failures: [] }

async function check(name, run) {
  const fromMs = Date.now()
  let refusal
  try {
    const { code, output } = await run()
    if (code !== 0) refusal = output
  } catch (error) {
    refusal = error.message
  }
  if (refusal === undefined) total.passed++
  else {
    total.failed++
    total.failures.push(name)
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
    : { passed: 0, failed: 1, skipped: [], failures: [`${project}: vitest ended before its report`] }
  if (code !== 0 && count.failed === 0) {
    count.failed = 1
    count.failures.push(`${project}: vitest ended with ${code} though no test failed`)
  }
  rmSync(folder, { recursive: true, force: true })
  for (const skip of count.skipped) {
    const mayLack = skip.why.includes('shared/data') && !existsSync(DATA)
    if (strict && !mayLack) {
      total.failed++
      total.failures.push(`${skip.name}: skipped (${skip.why || 'without a word'}), but here it must run`)
    } else total.skipped.push(skip)
  }
  total.passed += count.passed
  total.failed += count.failed
  total.failures.push(...count.failures)
  console.log(`${count.failed === 0 ? 'passed' : 'FAILED'}: ${project} (${seconds(fromMs)})`)
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
await check('types', async () => {
  const built = await bin('typescript/bin/tsc', '-b')
  return built.code === 0 ? bin('typescript/bin/tsc', '-p', 'tsconfig.test.json') : built
})
await check('build', async () => {
  const { build } = await import('./build.mjs')
  await build()
  return { code: 0 }
})
await vitest('unit')
await vitest('e2e')

for (const { name, why } of total.skipped) console.log(`skipped: ${name}${why && `: ${why}`}`)
for (const name of total.failures) console.log(`failed: ${name}`)
console.log(`${seconds(startedMs)} in all`)
const { passed, failed, skipped } = total
console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)
