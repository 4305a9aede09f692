// The examples in TypeScript as a stranger's compiler sees them: against what is built, .tsx, .vue and .svelte too.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node, ROOT } from './run.mjs'

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const of = (name, path) => join(ROOT, 'examples', name, 'node_modules', path)
const EXAMPLES = {
  vite: [TSC, '-p'],
  react: [TSC, '-p'],
  vue: [of('vue', 'vue-tsc/bin/vue-tsc.js'), '-p'],
  svelte: [of('svelte', 'svelte-check/bin/svelte-check'), '--fail-on-warnings', '--output', 'human', '--workspace'],
}

/** The outcome of the first that does not compile, or of the last. */
export async function exampleTypes({ quiet = false } = {}) {
  if (!existsSync(join(ROOT, 'packages/viewer/dist/index.d.ts'))) return { code: 1, output: 'nothing is built: npm run build\n' }
  let outcome
  for (const [name, [compiler, ...options]] of Object.entries(EXAMPLES)) {
    outcome = await node(compiler, [...options, join(ROOT, 'examples', name)], { quiet })
    if (outcome.code !== 0) return outcome
  }
  return outcome
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await exampleTypes()).code)
