// The three engine in a page of its own, for the files e2e/engine*.test.ts.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchBrowser, type TestBrowser, type TestPage } from '../harness/browser.ts'
import { bundlePage } from '../harness/bundle.ts'
import { countGl } from '../harness/count-gl.ts'
import { type Served, serve } from '../harness/serve.ts'

export interface EngineSite {
  /** The page of the running test. */
  it: TestPage
  /** One more page; `touch` has fingers. */
  open(touch?: boolean): Promise<TestPage>
}

/** In a `describe`: one browser for all its tests, a fresh page for each, which must end without an error and a violation. */
export function enginePages(): EngineSite {
  let chromium: TestBrowser
  let site: Served
  const pages: EngineSite = {
    it: undefined as unknown as TestPage,
    async open(touch = false) {
      const opened = await chromium.page({ width: 400, height: 300, touch })
      await opened.page.evaluateOnNewDocument(countGl)
      await opened.page.goto(site.url('/'))
      await opened.page.waitForFunction(() => 'twin' in globalThis)
      return opened
    },
  }
  beforeAll(async () => {
    const [script, browser] = await Promise.all([bundlePage('e2e/engine/page.ts'), launchBrowser()])
    chromium = browser
    site = await serve({
      files: { '/': '<!doctype html><meta charset="utf-8"><title>t</title><script src="page.js" defer></script>', '/page.js': script },
    })
  })
  afterAll(async () => {
    await chromium?.close()
    await site?.close()
  })
  beforeEach(async () => {
    pages.it = await pages.open()
  })
  afterEach(async () => {
    expect(pages.it.errors.filter((each) => !each.includes('favicon'))).toEqual([])
    expect(site.violations).toEqual([])
    await pages.it.page.close()
  })
  return pages
}
