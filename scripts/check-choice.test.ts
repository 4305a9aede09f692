import { describe, expect, test } from 'vitest'
import { choose, importersOf, testsBeside } from './check-choice.mjs'

const LIVE = 'packages/core/src/live'
const WORKER = 'packages/core/src/worker'
const FILES = [
  `${LIVE}/layer.ts`,
  `${LIVE}/layer.test.ts`,
  `${LIVE}/layer-list.ts`,
  `${LIVE}/layer-list.test.ts`,
  `${LIVE}/layout.ts`,
  `${LIVE}/motion.ts`,
  `${LIVE}/motion.test.ts`,
  `${WORKER}/host.ts`,
  `${WORKER}/host.test.ts`,
  `${WORKER}/host-session.test.ts`,
  `${WORKER}/other.test.ts`,
  'packages/core/src/twin.ts',
  'packages/core/src/twin.test.ts',
  'packages/core/tsconfig.json',
  'e2e/engine.test.ts',
  'biome.json',
  'README.md',
]
/** Of each file, who imports it. */
const GRAPH = new Map([
  [`${LIVE}/layer.ts`, new Set([`${WORKER}/host.ts`, `${LIVE}/layer.test.ts`])],
  [`${LIVE}/motion.ts`, new Set([`${LIVE}/layer.ts`, `${LIVE}/motion.test.ts`, 'e2e/engine.test.ts'])],
  [`${WORKER}/host.ts`, new Set(['packages/core/src/twin.ts'])],
  [`${LIVE}/gone.ts`, new Set([`${WORKER}/other.test.ts`])],
])
const chosen = (changed: readonly string[], removed: readonly string[] = [], files: readonly string[] = FILES) =>
  choose({ changed, removed, files: files.filter((file) => !removed.includes(file)), importers: GRAPH })

describe('the tests beside a file', () => {
  const beside = (path: string) => testsBeside(path, FILES)
  test('bear its name, or its name and more', () =>
    expect(beside(`${WORKER}/host.ts`)).toEqual([`${WORKER}/host.test.ts`, `${WORKER}/host-session.test.ts`]))
  test('are not those of a neighbour whose name begins with its name', () =>
    expect([beside(`${LIVE}/layer.ts`), beside(`${LIVE}/layer-list.ts`)]).toEqual([
      [`${LIVE}/layer.test.ts`],
      [`${LIVE}/layer-list.test.ts`],
    ]))
  test('are those of a file that is gone, too', () =>
    expect(testsBeside(`${LIVE}/patch.ts`, [`${LIVE}/patch.test.ts`])).toEqual([`${LIVE}/patch.test.ts`]))
  test('are none for a test, for a folder without any, for prose', () =>
    expect([`${LIVE}/layer.test.ts`, `${LIVE}/layout.ts`, 'README.md'].flatMap(beside)).toEqual([]))
  test('stand in the same folder', () => expect(testsBeside('a/host.ts', ['b/host.test.ts', 'a/c/host.test.ts'])).toEqual([]))
})

describe('what is chosen', () => {
  test('for a source file: its tests, its direct importers and theirs, and no importer of these', () =>
    expect(chosen([`${LIVE}/motion.ts`])).toEqual({
      lint: [`${LIVE}/motion.ts`],
      types: 'incremental',
      settings: [],
      importers: [`${LIVE}/layer.ts`],
      tests: [`${LIVE}/layer.test.ts`, `${LIVE}/motion.test.ts`],
      browserTests: ['e2e/engine.test.ts'],
      unseen: [],
    }))
  test('for a test: itself, once', () => expect(chosen([`${LIVE}/layer.test.ts`]).tests).toEqual([`${LIVE}/layer.test.ts`]))
  test('for a browser test: it is named, and not run', () =>
    expect(chosen(['e2e/engine.test.ts'])).toMatchObject({ tests: [], browserTests: ['e2e/engine.test.ts'] }))
  test('for a deleted file: who still imports it, and nothing of it is linted', () =>
    expect(chosen([], [`${LIVE}/gone.ts`])).toMatchObject({ lint: [], types: 'incremental', tests: [`${WORKER}/other.test.ts`] }))
  test('for a deleted test: nothing that would have to be there', () =>
    expect(chosen([], [`${LIVE}/motion.test.ts`])).toMatchObject({ tests: [], lint: [], types: 'incremental', unseen: [] }))
  test('for a renamed file: tests of its old importers and tests beside its new place', () => {
    const files = [...FILES, `${LIVE}/found.ts`, `${LIVE}/found.test.ts`]
    expect(chosen([`${LIVE}/found.ts`], [`${LIVE}/gone.ts`], files).tests).toEqual([`${LIVE}/found.test.ts`, `${WORKER}/other.test.ts`])
  })
  test('for an importer that changed as well: it is told once, as changed', () =>
    expect(chosen([`${LIVE}/motion.ts`, `${LIVE}/layer.ts`]).importers).toEqual([`${WORKER}/host.ts`]))
  test('for a file that no test stands beside or imports: this is told', () =>
    expect(chosen([`${LIVE}/layout.ts`])).toMatchObject({ tests: [], unseen: [`${LIVE}/layout.ts`] }))
  test('for prose: neither types nor tests', () => expect(chosen(['README.md'])).toMatchObject({ types: 'none', tests: [], unseen: [] }))
  test.each(['package.json', 'packages/core/package.json', 'tsconfig.test.json', 'packages/core/tsconfig.json', 'pnpm-lock.yaml'])(
    'for %s: all types',
    (path) => {
      expect(chosen([path])).toMatchObject({ types: 'all', settings: [path] })
      expect(chosen([], [path])).toMatchObject({ types: 'all', settings: [path] })
    },
  )
  test('for the rules of lint: all files are linted', () => expect(chosen(['biome.json', 'README.md']).lint).toEqual(['.']))
  test('for more than 200 files: all files are linted, and for 200 these', () => {
    const many = Array.from({ length: 201 }, (_, i) => `a/${i}.ts`)
    expect(chosen(many).lint).toEqual(['.'])
    expect(chosen(many.slice(1)).lint).toHaveLength(200)
  })
})

describe('the graph of importers', () => {
  const from = (source: string, resolved: string, module: string, couldNotResolve = false) =>
    importersOf({ modules: [{ source, dependencies: [{ resolved, module, couldNotResolve }] }] })
  test('turns the edges about', () => expect(from('a/b.ts', 'a/c.ts', './c.ts')).toEqual(new Map([['a/c.ts', new Set(['a/b.ts'])]])))
  test('knows where a file was that is gone: by its path', () =>
    expect([...from(`${WORKER}/host.ts`, '../live/gone.ts', '../live/gone.ts', true)]).toEqual([
      [`${LIVE}/gone.ts`, new Set([`${WORKER}/host.ts`])],
    ]))
  test.each([
    ['@twinmap/core/internal/live/gone', `${LIVE}/gone.ts`],
    ['@twinmap/data-pipeline/internal/scan', 'data-pipeline/src/scan.ts'],
  ])('knows where a file was that is gone: by its name %s', (name, path) =>
    expect([...from('e2e/a.ts', name, name, true).keys()]).toEqual([path]),
  )
  test('leaves out names of packages that it cannot place', () => expect(from('e2e/a.ts', 'gone', 'gone', true).size).toBe(0))
})
