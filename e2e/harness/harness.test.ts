import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserMissing, launchBrowser, type TestBrowser } from './browser.ts'
import { describeWith } from './describe-with.ts'
import { type Served, serve } from './serve.ts'

describeWith(browserMissing(), 'the harness', () => {
  let chromium: TestBrowser
  let site: Served
  beforeAll(async () => {
    chromium = await launchBrowser()
    site = await serve({
      files: {
        '/': '<!doctype html><title>t</title><script src="page.js"></script>',
        '/page.js': `
          const worker = new Worker('worker.js')
          worker.onmessage = ({ data }) => { document.title = data }
          new Image().src = 'https://outside.example/a.png'
          fetch('inside.json')`,
        '/inside.json': '{}',
        '/worker.js': `
          Promise.allSettled([fetch('from-worker.json'), fetch('https://outside.example/b')]).then(() => {
            let wasm = 'refused'
            try { new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); wasm = 'runs' } catch {}
            postMessage(wasm)
          })`,
        '/ktx2.html': '<!doctype html><title>t</title><script src="ktx2-page.js"></script>',
        '/ktx2-page.js': `new Worker('ktx2-worker.js').onmessage = ({ data }) => { document.title = data }`,
        '/ktx2-worker.js': `new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); postMessage('runs')`,
        '/free.js': '',
      },
    })
  })
  afterAll(async () => {
    await chromium?.close()
    await site?.close()
  })

  test('reports what page and worker try outside, and refuses wasm to a worker', async () => {
    const { page } = await chromium.page()
    await page.goto(site.url('/'))
    await page.waitForFunction(() => document.title !== 't')
    expect(await page.title()).toBe('refused')
    await expect.poll(() => site.violations.some((each) => each.startsWith('img-src blocked https://outside.example'))).toBe(true)
    await expect.poll(() => site.violations.filter((each) => each.startsWith('connect-src')).length).toBe(1)
    expect(site.requests.map(({ path }) => path)).toEqual(expect.arrayContaining(['/inside.json', '/from-worker.json']))
    expect(chromium.foreign).toEqual([])
    await page.close()
  })

  test('lets the KTX2 worker alone compile wasm', async () => {
    const { page } = await chromium.page()
    await page.goto(site.url('/ktx2.html'))
    await page.waitForFunction(() => document.title === 'runs', { timeout: 10_000 })
    await page.close()
  })

  test('remembers a request to another host, where no policy stops it', async () => {
    const open = await serve({ csp: false, files: { '/': '<!doctype html><title>t</title><img src="http://outside.example/a.png">' } })
    const { page } = await chromium.page()
    await page.goto(open.url('/'), { waitUntil: 'load' })
    expect(chromium.foreign).toEqual(['GET http://outside.example/a.png'])
    await page.close()
    await open.close()
  })
})
