// Which test files can notice a change to a file: those that import it, or import what imports it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'

/** A test further away meets the file only through others, and those have tests of their own. */
const FURTHEST = 2

/** The packages whose tests run without a build; those of the viewer need its fonts. */
const PACKAGES = ['core', 'layers', 'server']

const IMPORT = /^@twinmap\/([^/]+)\/internal\/(.+)$/

/** The modules that a text imports at run time: a type alone calls nothing. */
export function importsOf(text) {
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS)
  const names = []
  for (const statement of source.statements) {
    const { moduleSpecifier } = statement
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) continue
    if (statement.isTypeOnly || statement.importClause?.isTypeOnly) continue
    const bound = statement.importClause?.namedBindings ?? statement.exportClause
    const isAllTypes =
      bound?.elements?.length > 0 && statement.importClause?.name === undefined && bound.elements.every(({ isTypeOnly }) => isTypeOnly)
    if (!isAllTypes) names.push(moduleSpecifier.text)
  }
  return names
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name === 'assets') return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(path)
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : []
  })
}

/**
 * @param root the folder with `packages/`
 * @returns a function from a file to its test files (both relative to the root): each with
 *   `isBeside`; the tests beside it first, then by distance
 */
export function covering(root) {
  const importers = new Map()
  const files = PACKAGES.flatMap((name) => ['src', 'test'].map((folder) => join(root, 'packages', name, folder)))
    .flatMap((folder) => (existsSync(folder) ? sourceFiles(folder) : []))
    .map((path) => relative(root, path).split(sep).join('/'))
  for (const file of files) {
    for (const name of importsOf(readFileSync(join(root, file), 'utf8'))) {
      const inner = IMPORT.exec(name)
      const target = inner ? `packages/${inner[1]}/src/${inner[2]}.ts` : name.startsWith('.') ? join(dirname(file), name) : undefined
      if (target === undefined) continue
      if (!importers.has(target)) importers.set(target, new Set())
      importers.get(target).add(file)
    }
  }
  return (file) => {
    const distances = new Map([[file, 0]])
    const queue = [file]
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const distance = distances.get(at)
      for (const importer of importers.get(at) ?? []) {
        // What stands in `testing/` or `test/` is a part of the tests: to pass it is no step.
        const next = distance + (/\/test(ing)?\//.test(importer) ? 0 : 1)
        if (next > FURTHEST || (distances.get(importer) ?? Number.POSITIVE_INFINITY) <= next) continue
        distances.set(importer, next)
        queue.push(importer)
      }
    }
    const stem = file.replace(/\.ts$/, '')
    // Those beside the file are its tests by their name, also where they reach it by a dynamic import alone.
    const isBeside = (test) => test.startsWith(`${stem}.`) || test.startsWith(`${stem}-`)
    const rank = (test) => (isBeside(test) ? 0 : distances.get(test))
    return [...new Set([...distances.keys(), ...files.filter(isBeside)])]
      .filter((test) => test.endsWith('.test.ts'))
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map((test) => ({ test, isBeside: rank(test) === 0 }))
  }
}

/**
 * The tests of one mutant, so that most are killed soon and none costs minutes: those beside the file, then the quick ones.
 *
 * @param tests what `covering` gives
 * @param msOf how long a test file takes without any mutant
 * @param mostMs the tests that are not beside the file stop where all together would take longer than this
 */
export function inOrder(tests, msOf, mostMs) {
  const quickFirst = (a, b) => msOf(a.test) - msOf(b.test)
  const chosen = tests.filter(({ isBeside }) => isBeside).sort(quickFirst)
  let sumMs = chosen.reduce((sum, { test }) => sum + msOf(test), 0)
  for (const one of tests.filter(({ isBeside }) => !isBeside).sort(quickFirst)) {
    sumMs += msOf(one.test)
    if (sumMs > mostMs) break
    chosen.push(one)
  }
  return chosen.map(({ test }) => test)
}
