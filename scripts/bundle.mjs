// The script-tag bundle: packages/viewer/bundle/twin-viewer.js with its chunks, workers and assets beside it, everything
// inside (three, lit, kinds). It is made from dist, so it is what a consumer's bundler would make of the published
// packages. It must be served from the page's own origin: a browser refuses a worker from another.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const viewer = join(dirname(fileURLToPath(import.meta.url)), '../packages/viewer')
const outDir = join(viewer, 'bundle')

// Readable names with a hash: a portal may cache them for ever, and the server knows the KTX2 worker by its name.
const names = {
  chunkFileNames: 'parts/[name]-[hash].js',
  assetFileNames: (asset) => (/\.woff2$/.test(asset.names[0] ?? '') ? 'fonts/[name]-[hash][extname]' : 'parts/[name]-[hash][extname]'),
}

// A test runner that builds sets NODE_ENV for itself; what is shipped is never a development build.
process.env.NODE_ENV = 'production'
rmSync(outDir, { recursive: true, force: true })
await build({
  root: viewer,
  configFile: false,
  logLevel: 'warn',
  base: './',
  publicDir: false,
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: 'parts/[name]-[hash].js', ...names } } },
  build: {
    outDir,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: { 'twin-viewer': join(viewer, 'dist/index.js') },
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].js', ...names },
    },
  },
})
