import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { fingerprint } from './fingerprint.mjs'
import { PNPM } from './install.mjs'
import { createTally } from './tally.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'twinmap-scripts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const run = (args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, args, { ...options, env: { ...process.env, ...options.env } }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })

describe('an old Node', () => {
  const started = (version: string) =>
    run(['-e', `Object.defineProperty(process.versions, 'node', { value: '${version}' }); import('./scripts/check-node.mjs')`], {
      cwd: ROOT,
    })
  test.each(['18.20.4', '20.18.3', '16.0.0'])('%s is told which one is needed', async (version) =>
    expect(await started(version)).toEqual({
      code: 1,
      output: `twinmap needs Node 20.19 or newer; this is Node ${version}. Get one from https://nodejs.org\n`,
    }),
  )
  test.each(['20.19.0', '22.0.0', '24.1.0'])('%s will do', async (version) =>
    expect(await started(version)).toEqual({ code: 0, output: '' }),
  )
})

// pnpm itself refuses by this field; `packageManager` would have it fetch another one at each call.
test('a pnpm of their own that is too old is refused', () =>
  expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.pnpm).toBe(`>=${/@(\d+)/.exec(PNPM)![1]}`))

describe('what a step read', () => {
  const inside = relative(ROOT, folder)
  const file = join(folder, 'a.ts')
  test('is its content: a touch changes nothing, a byte does, a name does', () => {
    writeFileSync(file, 'one')
    const first = fingerprint([inside])
    utimesSync(file, new Date(0), new Date(0))
    expect(fingerprint([inside])).toBe(first)
    writeFileSync(file, 'two')
    const second = fingerprint([inside])
    expect(second).not.toBe(first)
    writeFileSync(join(folder, 'b.ts'), '')
    expect(fingerprint([inside])).not.toBe(second)
  })
  test('is not what was left out', () => {
    const before = fingerprint([inside], (name) => !name.endsWith('.test.ts'))
    writeFileSync(join(folder, 'c.test.ts'), '')
    expect(fingerprint([inside], (name) => !name.endsWith('.test.ts'))).toBe(before)
  })
})

describe('the closing line', () => {
  const count = (more: object) => ({ passed: 3, skipped: [], failures: [], ...more })
  const skip = { name: 'streams the scan', why: '../shared/data is absent' }
  const tallied = (strict: boolean, data: string, ...counts: object[]) => {
    const tally = createTally({ strict, data })
    for (const each of counts) tally.add(count(each))
    return tally
  }
  test('sums', () => expect(tallied(false, folder, {}, {}).closing()).toBe('6 passed, 0 failed'))
  test('names failures and ends with 1', () => {
    const tally = tallied(false, folder, { failures: ['a > b'] })
    expect([tally.closing(), tally.exitCode(), tally.details()]).toEqual(['3 passed, 1 failed', 1, ['failed: a > b']])
  })
  test('names skips with their word and ends with 0', () => {
    const tally = tallied(false, folder, { skipped: [skip] })
    expect([tally.closing(), tally.exitCode()]).toEqual(['3 passed, 0 failed, 1 skipped', 0])
    expect(tally.details()).toEqual(['skipped: streams the scan: ../shared/data is absent'])
  })
  test('takes no skip without a word', () => {
    const tally = tallied(false, folder, { skipped: [{ name: 'a > b', why: '' }] })
    expect([tally.closing(), tally.exitCode()]).toEqual(['3 passed, 1 failed', 1])
  })
  test('of nothing at all is a failure', () => expect(createTally({ strict: false, data: folder }).exitCode()).toBe(1))
  test('on the build machine takes a skip only for data that is absent', () => {
    expect(tallied(true, join(folder, 'gone'), { skipped: [skip] }).closing()).toBe('3 passed, 0 failed, 1 skipped')
    expect(tallied(true, folder, { skipped: [skip] }).closing()).toBe('3 passed, 1 failed')
    expect(tallied(true, join(folder, 'gone'), { skipped: [{ name: 'a', why: 'chromium is missing' }] }).closing()).toBe(
      '3 passed, 1 failed',
    )
  })
})

test('the reporter counts passes, failures, skips with their word or that of their group, broken files and broken hooks', async () => {
  const place = join(folder, 'counted')
  mkdirSync(place)
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  const file = (name: string, text: string) =>
    writeFileSync(join(place, name), `import { beforeAll, describe, expect, test } from 'vitest'\n${text}\n`)
  file('a.test.mjs', `test('good', () => {})\ntest('bad', () => expect(1).toBe(2))\ntest('not here', (ctx) => ctx.skip('no data'))`)
  file('b.test.mjs', `describe('d', () => { beforeAll(() => { throw new Error('hook') })\ntest('never', () => {}) })`)
  file('c.test.mjs', `throw new Error('cannot load')`)
  file('d.test.mjs', `describe.skipIf(true)('whole group', () => { beforeAll(() => { throw new Error('hook') })\ntest('one', () => {}) })`)
  writeFileSync(
    join(place, 'e.test.ts'),
    `import { beforeAll, describe, test } from 'vitest'
import { describeWith } from '${join(ROOT, 'e2e/harness/describe-with.ts')}'
describeWith('chromium is missing: apt-get', 'a page', () => {
  beforeAll(() => { throw new Error('hook') })
  describe('of a kind', () => test('opens', () => {}))
})
describeWith(undefined, 'a thing', () => test('works', () => {}))`,
  )
  const out = join(place, 'count.json')
  const args = [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    place,
    `--reporter=${join(ROOT, 'scripts/count-reporter.mjs')}`,
  ]
  await run(args, { cwd: place, env: { TWINMAP_COUNT: out, VITEST: '' } })
  expect(existsSync(out)).toBe(true)
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({
    passed: 2,
    skipped: [
      { name: 'a.test.mjs > not here', why: 'no data' },
      { name: 'b.test.mjs > d > never', why: '' },
      { name: 'd.test.mjs > whole group > one', why: '' },
      { name: 'e.test.ts > a page > of a kind > opens', why: 'chromium is missing: apt-get' },
    ],
    failures: ['a.test.mjs > bad', 'b.test.mjs: a hook failed', 'c.test.mjs: cannot load'],
  })
}, 60_000)
