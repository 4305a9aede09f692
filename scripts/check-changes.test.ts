import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { changesSince } from './check-changes.mjs'

let root: string
const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
const write = (path: string, text: string) => writeFileSync(join(root, path), text)
const commit = () => {
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', 'commit', '-qm', 'a commit')
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'twinmap-changes-'))
  git('init', '-q', '-b', 'main')
  mkdirSync(join(root, 'src'))
  write('.gitignore', 'dist\n')
  for (const name of ['a', 'b', 'c']) write(`src/${name}.ts`, `export const ${name} = 'a text that is long enough to be known again'\n`)
  commit()
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('a clean checkout has no change', async () =>
  expect(await changesSince(root, 'HEAD')).toEqual({
    changed: [],
    removed: [],
    files: ['.gitignore', 'src/a.ts', 'src/b.ts', 'src/c.ts'],
  }))

test('files that are edited, staged or new have changed; ignored ones have not', async () => {
  write('src/a.ts', 'edited')
  write('src/b.ts', 'staged')
  git('add', 'src/b.ts')
  write('src/a new one, 村.ts', 'new')
  write('dist', 'ignored')
  expect(await changesSince(root, 'HEAD')).toMatchObject({ changed: ['src/a new one, 村.ts', 'src/a.ts', 'src/b.ts'], removed: [] })
})

test('deleted files are removed and exist no more, staged or not', async () => {
  rmSync(join(root, 'src/a.ts'))
  git('rm', '-q', 'src/b.ts')
  expect(await changesSince(root, 'HEAD')).toEqual({ changed: [], removed: ['src/a.ts', 'src/b.ts'], files: ['.gitignore', 'src/c.ts'] })
})

test('a renamed file is removed by its old name and changed by its new one', async () => {
  git('mv', 'src/a.ts', 'src/renamed.ts')
  renameSync(join(root, 'src/b.ts'), join(root, 'src/moved.ts'))
  expect(await changesSince(root, 'HEAD')).toMatchObject({ changed: ['src/moved.ts', 'src/renamed.ts'], removed: ['src/a.ts', 'src/b.ts'] })
})

test('a file that left the index and is still there exists', async () => {
  git('rm', '-q', '--cached', 'src/a.ts')
  expect(await changesSince(root, 'HEAD')).toMatchObject({ changed: ['src/a.ts'], removed: [] })
})

test('a base adds what this branch has committed since, and nothing that the base got meanwhile', async () => {
  git('checkout', '-qb', 'branch')
  write('src/a.ts', 'of this branch')
  commit()
  git('checkout', '-q', 'main')
  write('src/b.ts', 'of the base')
  commit()
  git('checkout', '-q', 'branch')
  write('src/c.ts', 'edited')
  expect((await changesSince(root, 'HEAD')).changed).toEqual(['src/c.ts'])
  expect((await changesSince(root, 'main')).changed).toEqual(['src/a.ts', 'src/c.ts'])
})

test.each(['gone', '--octopus'])('%s is refused as a base with a word on what to name', async (base) => {
  await expect(changesSince(root, base)).rejects.toThrow(`"${base}" is no commit that this branch comes from`)
  await expect(changesSince(root, base)).rejects.toThrow('Name a branch, a tag or a commit.')
})
