// The page that both tests of real input look through: core's tiles alone, 256 px square, over folders that are served beside it.
import { launchBrowser, type TestPage } from '../harness/browser.ts'
import { serve } from '../harness/serve.ts'
import { buildPage, coreNotBuilt } from '../tiles/build.ts'

export interface FigurePage {
  readonly page: TestPage['page']
  /** Rules of the policy that it broke, and requests to others: both are to be empty. */
  readonly violations: readonly unknown[]
  readonly foreign: readonly string[]
  close(): Promise<void>
}

/** @param folders a folder per URL prefix */
export async function openFigurePage(folders: Readonly<Record<string, string>>): Promise<FigurePage> {
  const lacks = coreNotBuilt()
  if (lacks !== undefined) throw new Error(lacks)
  const [built, chromium] = await Promise.all([buildPage(), launchBrowser()])
  const site = await serve({ folders: { '/': built.folder, ...folders }, files: { '/favicon.ico': '' } })
  const { page } = await chromium.page({ width: 256, height: 256 })
  await page.goto(site.url('/'))
  await page.waitForFunction('window.page !== undefined')
  return {
    page,
    violations: site.violations,
    foreign: chromium.foreign,
    async close() {
      await chromium.close()
      await site.close()
      await built.remove()
    },
  }
}
