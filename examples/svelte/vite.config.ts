import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  plugins: [svelte()],
  // Workers and assets are found from their modules' own addresses, which pre-bundling would move (vite 6 to 8, dev).
  optimizeDeps: { exclude: ['@twinmap/viewer', '@twinmap/layers', '@twinmap/core'] },
  worker: { format: 'es' },
  // A small asset as a `data:` URL is refused by a strict Content-Security-Policy.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
