// axe-core on the viewer's shell, and its contrasts in states that axe leaves out. It looks through shadow roots by itself.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'puppeteer-core'

declare const axe: {
  run(context: unknown, options: unknown): Promise<AxeResults>
  setup(node: Node): void
  teardown(): void
  readonly commons: {
    readonly color: {
      getForegroundColor(node: Element): object | null
      getBackgroundColor(node: Element): object | null
      getContrast(background: object, foreground: object): number
    }
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Puts axe into a page; by the debugger, so that no policy of the page is asked. */
export const withAxe = (page: Page): Promise<unknown> => page.evaluate(AXE)

/** The worst mesh that a panel can lie on: in place of the picture one colour, all of it. */
export const onMesh = (page: Page, color: string): Promise<unknown> =>
  page.evaluate((worst) => {
    const root = document.querySelector('twin-viewer')!.shadowRoot!
    for (const canvas of root.querySelectorAll('canvas')) canvas.style.visibility = 'hidden'
    root.querySelector<HTMLElement>('.stage')!.style.background = worst
  }, color)

/** Rules of axe that fail, each with the nodes and why; `rules` names the only ones that run. A contrast that axe could not judge is one that fails. */
export const violations = (page: Page, rules?: readonly string[]): Promise<readonly string[]> =>
  page.evaluate(async (only) => {
    const viewer = document.querySelector('twin-viewer')!
    const options = { elementRef: true, ...(only === undefined ? {} : { runOnly: { type: 'rule', values: only } }) }
    const judged = async (context: unknown) => {
      const { violations: found, incomplete } = await axe.run(context, options)
      const nodes = (each: typeof found) => each.flatMap(({ id, nodes: of }) => of.map((node) => ({ id, node })))
      return { found: nodes(found), unsure: nodes(incomplete).filter(({ id }) => id === 'color-contrast') }
    }
    const { found, unsure } = await judged(viewer)
    // A phone's lower half reaches over the whole map and lets everything through: what axe thinks covered by it is judged without it.
    const lower = viewer.shadowRoot!.querySelector<HTMLElement>('.bottom')
    if (lower !== null && unsure.length > 0) {
      const above = unsure.flatMap(({ node }) => (node.element === undefined || lower.contains(node.element) ? [] : [node.element]))
      const rest = unsure.filter(({ node }) => node.element !== undefined && !above.includes(node.element))
      lower.style.visibility = 'hidden'
      const again = above.length === 0 ? { found: [], unsure: [] } : await judged({ include: above })
      lower.style.visibility = ''
      unsure.splice(0, unsure.length, ...rest, ...again.unsure)
      found.push(...again.found)
    }
    return [...found, ...unsure].map(
      ({ id, node }) => `${id}: ${node.target.flat().join(' > ')}: ${node.failureSummary?.replaceAll(/\s+/g, ' ')}`,
    )
  }, rules)

/** Contrast of each disabled button with words, which axe does not judge. */
export const disabledContrasts = (page: Page): Promise<readonly { readonly words: string; readonly contrast: number }[]> =>
  page.evaluate(() => {
    const inside = (root: ShadowRoot): Element[] =>
      [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot === null ? [] : inside(e.shadowRoot))])
    axe.setup(document)
    const told = inside(document.querySelector('twin-viewer')!.shadowRoot!)
      .filter((e) => e.matches('button:disabled'))
      .map((button) => {
        const { color } = axe.commons
        const [fore, back] = [color.getForegroundColor(button), color.getBackgroundColor(button)]
        return { words: button.textContent!.trim(), contrast: fore === null || back === null ? 0 : color.getContrast(back, fore) }
      })
    axe.teardown()
    return told
  })

/** Middle of everything that can be pressed and is seen, whatever shadow root it is in. */
export const pressables = (page: Page): Promise<readonly { readonly x: number; readonly y: number; readonly what: string }[]> =>
  page.evaluate(() => {
    const inside = (root: ShadowRoot): Element[] =>
      [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot === null ? [] : inside(e.shadowRoot))])
    return inside(document.querySelector('twin-viewer')!.shadowRoot!)
      .filter((e) => e.matches('button, label, summary, [role=tab]') && e.checkVisibility({ visibilityProperty: true }))
      .map((e) => {
        const { x, y, width, height } = e.getBoundingClientRect()
        return { x: x + width / 2, y: y + height / 2, what: e.getAttribute('aria-label') ?? e.textContent!.replaceAll(/\s+/g, ' ').trim() }
      })
  })
