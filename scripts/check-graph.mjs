// The graph of imports and the walls that it breaks, in one run of dependency-cruiser. It takes about two seconds for the
// whole repository, so that nothing is kept between runs.
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where the walls stand: the folders of `npm run rules`. */
const WALLED = ['packages', 'data-pipeline', 'examples', 'bench']
/** Beyond them, what imports from them. */
const ALSO = ['e2e', 'scripts', 'test']

/**
 * @param {string} root
 * @returns {Promise<{ modules: object[], violations: string[] }>} violations of the walls, a sentence each
 */
export function cruise(root) {
  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const present = new Set(readdirSync(root))
  const folders = [...WALLED, ...ALSO].filter((folder) => present.has(folder))
  const args = [cli, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 256_000_000 }, (error, stdout, stderr) => {
      if (stdout === '') return reject(new Error(`dependency-cruiser told nothing: ${stderr || error?.message}`))
      const { modules, summary } = JSON.parse(stdout)
      const violations = summary.violations
        .filter(({ from, rule }) => rule.severity === 'error' && WALLED.some((folder) => from.startsWith(`${folder}/`)))
        .map(({ from, to, rule }) => `${from} may not import ${to} (${rule.name})`)
      resolve({ modules, violations })
    })
  })
}
