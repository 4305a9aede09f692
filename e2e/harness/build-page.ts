// Builds one page of e2e/pages from source, as a portal's bundler would, into a folder that ends with the test file.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const PAGES = fileURLToPath(new URL('../pages', import.meta.url))

export interface BuiltPage {
  /** Holds `name.html` and what it needs. */
  readonly folder: string
  remove(): Promise<void>
}

export async function buildPage(name: string): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'twinmap-page-'))
  await build({
    root: PAGES,
    configFile: false,
    logLevel: 'warn',
    base: './',
    resolve: { conditions: ['source', 'module', 'browser'] },
    oxc: { decorator: { legacy: true }, assumptions: { setPublicClassFields: true } },
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { input: join(PAGES, `${name}.html`) },
    },
  })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
