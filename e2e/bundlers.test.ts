// The viewer built by the three bundlers that portals use, under a policy that requires Trusted Types: each finds the workers by the
// literal `new Worker(new URL('./x.js', import.meta.url))`, and the picture is complete. docs/bundlers.md tells the same settings.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import webpack from 'webpack'
import { samplePlaneGlb } from '../packages/core/src/tiles/sample-tile.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { ROOT } from './harness/packed.ts'
import { bundleMissing, oneTile, VILLAGE } from './harness/portal-town.ts'
import { STRICT_CSP, serve } from './harness/serve.ts'

const VIEWER = join(ROOT, 'packages/viewer')
const ENTRY = join(VIEWER, 'dist/index.js')
const WORKERS = {
  'twin-worker': join(ROOT, 'packages/layers/dist/twin-worker.js'),
  'tile-worker': join(ROOT, 'packages/core/dist/tiles/tile-worker.js'),
  'draco-worker': join(ROOT, 'packages/core/dist/tiles/draco-worker.js'),
  'ktx2-worker': join(ROOT, 'packages/core/dist/tiles/ktx2-worker.js'),
}

async function byVite(outDir: string): Promise<void> {
  // A test runner sets it for itself; a portal builds for production.
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  await vite({
    root: VIEWER,
    configFile: false,
    logLevel: 'error',
    base: './',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: { main: ENTRY }, preserveEntrySignatures: 'strict', output: { entryFileNames: '[name].js' } },
    },
  })
  process.env['NODE_ENV'] = before
}

function byWebpack(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    webpack(
      {
        mode: 'production',
        context: VIEWER,
        entry: { main: ENTRY },
        target: ['web', 'es2022'],
        devtool: false,
        // As a portal has it; minifying takes minutes here and moves no worker.
        optimization: { minimize: false },
        // Modules load modules: the script tags of the older form are refused by Trusted Types.
        experiments: { outputModule: true },
        output: {
          path,
          filename: '[name].js',
          chunkFilename: '[name].js',
          module: true,
          chunkFormat: 'module',
          chunkLoading: 'import',
          workerChunkLoading: 'import',
          publicPath: 'auto',
        },
        performance: false,
      },
      (error, stats) => {
        const failed = error ?? (stats?.hasErrors() === true ? new Error(stats.toString('errors-only')) : null)
        if (failed === null) resolve()
        else reject(failed)
      },
    )
  })
}

/** It follows no worker and no asset: the workers are entries beside the script, and the fonts are copied. */
async function byEsbuild(outdir: string): Promise<void> {
  await esbuild({
    entryPoints: { main: ENTRY, ...WORKERS },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    logLevel: 'error',
  })
  cpSync(join(VIEWER, 'assets/fonts'), outdir, { recursive: true })
}

describeWith(browserMissing() ?? bundleMissing(), 'a page with the viewer, under Trusted Types,', () => {
  let chromium: TestBrowser
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-bundlers-'))
  beforeAll(async () => {
    chromium = await launchBrowser()
  })
  afterAll(async () => {
    await chromium?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    ['Vite', byVite],
    ['webpack', byWebpack],
    ['esbuild', byEsbuild],
  ])(
    'built by %s shows the whole picture, and its workers run',
    async (name, build) => {
      const app = join(folder, name)
      await build(app)
      const served = await serve({
        csp: `${STRICT_CSP}; require-trusted-types-for 'script'; trusted-types lit-html twinmap`,
        folders: { '/app/': app },
        files: {
          '/page.html':
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>bundled</title><link rel="icon" href="icon.svg"><script type="module" src="app/main.js"></script><twin-viewer src="still.twin.json"></twin-viewer></html>',
          '/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
          '/still.twin.json': JSON.stringify({ ...VILLAGE, feeds: [], layers: [] }),
          '/tiles/ground.glb': samplePlaneGlb({ sizeMeters: 400, color: [0.2, 0.5, 0.25, 1] }),
          '/tiles/tileset.json': oneTile('ground.glb'),
        },
      })
      const { page, errors, warnings } = await chromium.page({ width: 900, height: 560 })
      try {
        await page.goto(served.url('/page.html'))
        await page.waitForFunction(
          () =>
            /Fully refined/.test(document.querySelector('twin-viewer')?.shadowRoot?.querySelector('[part=refinement]')?.textContent ?? ''),
          { timeout: 60_000 },
        )
        expect(
          await page.evaluate(() =>
            document.querySelector('twin-viewer')!.twin!.ready.then(() => document.querySelector('twin-viewer')!.twin!.kinds.length),
          ),
        ).toBeGreaterThan(5)
        expect(page.workers()).toHaveLength(2)
        expect([served.violations, errors, warnings]).toEqual([[], [], []])
      } finally {
        await page.close()
        await served.close()
      }
    },
    300_000,
  )
})

test('every worker is started by the literal form that bundlers follow', () => {
  const literal = /new Worker\(new URL\('\.\/[a-z0-9-]+\.js', import\.meta\.url\)/g
  const found = ['packages/core/dist/tiles/decode-pool.js', 'packages/layers/dist/create-worker.js'].flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(literal)].map(([text]) => /[a-z0-9-]+-worker/.exec(text)![0]),
  )
  expect(found.sort()).toEqual(Object.keys(WORKERS).sort())
  expect(readdirSync(join(VIEWER, 'assets/fonts')).some((name) => name.endsWith('.woff2'))).toBe(true)
})
