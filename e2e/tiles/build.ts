// Builds page.ts as a consumer's Vite would: core from dist, workers as files of their own, nothing inlined.
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const CORE = fileURLToPath(new URL('../../packages/core/', import.meta.url))

/** Why it cannot be built; undefined where it can. */
export const coreNotBuilt = (): string | undefined =>
  existsSync(join(CORE, 'dist/tiles/tile-worker.js')) && existsSync(join(CORE, 'assets/meshopt-decoder.js'))
    ? undefined
    : 'packages/core is not built: npm run build'

export interface BuiltPage {
  /** A folder to serve at `/`: index.html with its script, and the workers. */
  readonly folder: string
  remove(): Promise<void>
}

export async function buildPage(entry = fileURLToPath(new URL('page.ts', import.meta.url))): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'twinmap-page-'))
  await build({
    configFile: false,
    root: CORE,
    logLevel: 'error',
    base: './',
    resolve: { alias: [{ find: /^three$/, replacement: join(CORE, 'node_modules/three/build/three.module.js') }] },
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      rollupOptions: { input: entry, output: { entryFileNames: 'page.js' } },
    },
  })
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><meta charset="utf-8"><title>tiles</title><script type="module" src="page.js"></script>',
  )
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
