// A portal that is another server proxies a path to ours and shows the twin: README's two lines of HTML, README's lines for
// nginx and for a token, the strict policy, WebSocket too.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { nginxMissing, nginxPortal, nodePortal, type Portal } from './harness/portal.ts'
import { npmStart, type Started } from './harness/start.ts'

describe('behind a portal', () => {
  let town: Started
  let chromium: TestBrowser | undefined
  beforeAll(async () => {
    town = await npmStart()
    if (browserMissing() === undefined) chromium = await launchBrowser()
  }, 240_000)
  afterAll(async () => {
    await chromium?.close()
    town?.remove()
  })

  const portals: {
    readonly name: string
    readonly missing: string | undefined
    readonly open: (port: number, token: string) => Promise<Portal>
  }[] = [
    { name: 'a few lines of Node', missing: undefined, open: nodePortal },
    { name: "nginx with README's lines", missing: nginxMissing(), open: nginxPortal },
  ]
  test.for(portals)('made of $name the twin is shown and lives', { timeout: 200_000 }, async ({ missing, open }, ctx) => {
    const lacking = browserMissing() ?? missing
    if (lacking !== undefined) ctx.skip(lacking)
    // Here it is the demo that signs what a portal would.
    const { token } = (await (await fetch(`${town.url}demo-token?role=care`)).json()) as { token: string }
    const portal: Portal = await open(town.port, token)
    const { page, errors } = await chromium!.page({ width: 480, height: 400 })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const violations: string[] = []
    await page.exposeFunction('violated', (text: string) => violations.push(text))
    await page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        (globalThis as unknown as { violated(text: string): void }).violated(`${event.violatedDirective} ${event.blockedURI}`),
      )
    })
    try {
      await page.goto(portal.origin)
      // From `twin-ready` on; the walking person is known once the socket has passed the portal.
      await page.waitForFunction(
        () =>
          new Promise<boolean>((resolve) => {
            const viewer = document.querySelector('twin-viewer') as unknown as {
              twin?: { on(type: 'health', heard: (health: { layers: { count: number }[] }) => void): () => void }
            } | null
            if (viewer?.twin == null) return resolve(false)
            const off = viewer.twin.on('health', ({ layers }) => {
              if (!layers.some(({ count }) => count > 0)) return
              off()
              resolve(true)
            })
            setTimeout(() => resolve(false), 3000)
          }),
        { timeout: 90_000, polling: 200 },
      )
      await expect.poll(() => asked.filter((url) => url.endsWith('.glb')).length, { timeout: 30_000 }).toBeGreaterThan(0)
      expect(asked.filter((url) => !url.startsWith(`${portal.origin}/`) && !url.startsWith('blob:'))).toEqual([])
      expect([...violations, ...portal.violations]).toEqual([])
      expect(errors.filter((error) => !error.includes('favicon'))).toEqual([])
      expect(chromium!.foreign).toEqual([])
    } finally {
      await page.close()
      await portal.close()
    }
  })
})
