// Each example as it lies in examples/: built by its own Vite configuration, opened under the strict policy.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { BUNDLE, bundleMissing, VILLAGE } from './harness/portal-town.ts'
import { serve } from './harness/serve.ts'

const EXAMPLES = fileURLToPath(new URL('../examples', import.meta.url))
const missing = browserMissing() ?? bundleMissing()
const still = JSON.stringify({ ...VILLAGE, tilesets: [], feeds: [], layers: [] })

describeWith(missing, 'an example', () => {
  let chromium: TestBrowser
  const folders: string[] = []
  beforeAll(async () => {
    chromium = await launchBrowser()
  })
  afterAll(async () => {
    await chromium?.close()
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
  })

  async function built(name: string): Promise<Record<string, string>> {
    const outDir = await mkdtemp(join(tmpdir(), `twinmap-${name}-`))
    folders.push(outDir)
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'production'
    await build({ root: join(EXAMPLES, name), logLevel: 'error', build: { outDir, emptyOutDir: true } })
    process.env['NODE_ENV'] = before
    return { '/': outDir }
  }

  test.each(['script-tag', 'vite', 'react', 'vue', 'svelte'])('in %s shows its twin, and nothing is refused', async (name) => {
    const site = await serve({
      folders: name === 'script-tag' ? { '/': join(EXAMPLES, name), '/twin-viewer/': BUNDLE } : await built(name),
      files: { '/village.twin.json': still, '/favicon.ico': '' },
    })
    const { page, errors } = await chromium.page({ width: 700, height: 480 })
    try {
      await page.goto(site.url('/'))
      await page.waitForSelector('twin-viewer[data-ready]', { timeout: 30_000 })
      const shown = await page.evaluate(() => {
        const viewer = document.querySelector('twin-viewer')!
        return { canvas: viewer.shadowRoot!.querySelector('canvas') !== null, height: viewer.clientHeight, error: viewer.dataset['error'] }
      })
      expect(shown).toEqual({ canvas: true, height: 398, error: undefined })
      expect(site.requests.filter(({ status }) => status !== 200)).toEqual([])
      expect(site.requests.some(({ path }) => /twin-worker[^/]*\.js$/.test(path))).toBe(true)
      expect(site.violations).toEqual([])
      expect(errors).toEqual([])
      expect(chromium.foreign).toEqual([])
    } finally {
      await page.close()
      await site.close()
    }
  })

  test('in vite inlines no asset as a data: URL', async () => {
    const { '/': folder } = await built('vite')
    expect(existsSync(join(folder!, 'index.html'))).toBe(true)
    const texts = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(js|css|html)$/.test(file))
    for (const file of texts)
      expect(readFileSync(join(folder!, file), 'utf8')).not.toMatch(/data:(font|image|application)\/[a-z0-9-]+;base64,[A-Za-z0-9]/)
  })
})
