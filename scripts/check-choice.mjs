// What `npm run check` runs for what has changed: pure, from names of files and the graph of imports alone.
import { posix } from 'node:path'

const TEST = /\.test\.ts$/
const CODE = /\.(ts|tsx|mts|cts|js|mjs|cjs)$/
const COMPILED = /\.(ts|mts|cts|js|mjs|cjs|json)$/
/** What decides how all code is compiled or found. */
const SETTINGS = /(^|\/)(package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|tsconfig[^/]*\.json)$/
const BROWSER = /^e2e\//
const SCOPE = /^@twinmap\/([^/]+)\/internal\/(.+)$/

/** Beyond this many names a linter is given the whole repository: some systems bound the length of a command. */
const MOST_NAMES = 200

const isTest = (path) => TEST.test(path)
const stemOf = (path) => posix.basename(path).replace(CODE, '')

/**
 * Who imports whom, from dependency-cruiser's JSON. An import of a file that is gone counts for the name where it would be.
 *
 * @param {{ modules: readonly { source: string, dependencies: readonly { resolved: string, module: string, couldNotResolve?: boolean }[] }[] }} cruised
 * @returns {Map<string, Set<string>>} importers of each file
 */
export function importersOf({ modules }) {
  const importers = new Map()
  for (const { source, dependencies } of modules)
    for (const { resolved, module, couldNotResolve } of dependencies) {
      const target = couldNotResolve ? whereItWas(source, module) : resolved
      if (target === undefined) continue
      if (!importers.has(target)) importers.set(target, new Set())
      importers.get(target).add(source)
    }
  return importers
}

function whereItWas(source, specifier) {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(source), specifier)
  const [, name, inside] = SCOPE.exec(specifier) ?? []
  if (name === undefined) return undefined
  return `${name === 'data-pipeline' ? name : `packages/${name}`}/src/${inside}.ts`
}

/**
 * Tests that stand beside a file: `host.ts` has `host.test.ts` and `host-session.test.ts`, the latter only where no
 * `host-session.ts` has it for its own.
 *
 * @param {string} path
 * @param {readonly string[]} files all files of the repository
 */
export function testsBeside(path, files) {
  if (!CODE.test(path) || isTest(path)) return []
  const folder = posix.dirname(path)
  const stem = stemOf(path)
  const near = files.filter((file) => posix.dirname(file) === folder && CODE.test(file))
  const stems = new Set([stem, ...near.filter((file) => !isTest(file)).map(stemOf)])
  const owner = (name) => {
    for (let own = name; own !== ''; own = own.slice(0, Math.max(own.lastIndexOf('-'), own.lastIndexOf('.'), 0)))
      if (stems.has(own)) return own
    return undefined
  }
  return near.filter((file) => isTest(file) && owner(posix.basename(file).replace(TEST, '')) === stem)
}

/**
 * Chooses for what has changed: what is linted, whether and how types are checked, which unit tests run.
 *
 * Tests are those that changed, that stand beside a changed file, that import one, and that stand beside a file that
 * imports one. Importers of importers are left to `npm test`.
 *
 * @param {{ changed: readonly string[], removed: readonly string[], files: readonly string[], importers: Map<string, Set<string>> }} found
 *   `files` are all that exist; a renamed file is one removed and one changed.
 */
export function choose({ changed, removed, files, importers }) {
  const present = new Set(files)
  const touched = [...changed, ...removed]
  const settings = touched.filter((path) => SETTINGS.test(path))
  const tests = new Set()
  const directImporters = new Set()
  const unseen = []
  for (const path of touched) {
    const found = new Set(testsBeside(path, files))
    if (isTest(path) && present.has(path)) found.add(path)
    for (const importer of importers.get(path) ?? []) {
      if (isTest(importer)) found.add(importer)
      else directImporters.add(importer)
      for (const test of testsBeside(importer, files)) found.add(test)
    }
    if (found.size === 0 && CODE.test(path) && present.has(path)) unseen.push(path)
    for (const test of found) tests.add(test)
  }
  const all = [...tests].sort()
  return {
    lint: changed.includes('biome.json') || changed.length > MOST_NAMES ? ['.'] : [...changed],
    types: settings.length > 0 ? 'all' : touched.some((path) => COMPILED.test(path)) ? 'incremental' : 'none',
    settings,
    importers: [...directImporters].filter((path) => !touched.includes(path)).sort(),
    tests: all.filter((path) => !BROWSER.test(path)),
    browserTests: all.filter((path) => BROWSER.test(path)),
    unseen,
  }
}
