// A page's script from TypeScript sources, bundled in memory: the browser tests need no build of the packages.
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CORE_MODULES = new URL('../../packages/core/node_modules/', import.meta.url)

/** `entry` from the repository's root; answers one classic script without imports. */
export async function bundlePage(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    resolve: {
      conditions: ['source', 'module', 'browser', 'development|production'],
      // e2e is no package: what core depends on is found beside core.
      alias: [{ find: /^three$/, replacement: fileURLToPath(new URL('three/build/three.module.js', CORE_MODULES)) }],
    },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: { input: fileURLToPath(new URL(`../../${entry}`, import.meta.url)), output: { format: 'iife' } },
    },
  })
  const [{ output }] = (Array.isArray(result) ? result : [result]) as [{ output: { type: string; code?: string }[] }]
  const chunk = output.find(({ type }) => type === 'chunk')
  if (chunk?.code === undefined) throw new Error(`${entry}: nothing was bundled`)
  return chunk.code
}
