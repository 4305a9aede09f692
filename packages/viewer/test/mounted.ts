// A viewer in a page of happy-dom, around twins made by hand.
import type { TwinViewer } from '../src/elements/twin-viewer.ts'
import '../src/elements/twin-viewer.ts'
import { fakeTwins, NOW_MS } from './fake-twin.ts'

export async function mounted(twins = fakeTwins(), attributes: Record<string, string> = {}) {
  const viewer = document.createElement('twin-viewer')
  for (const [name, value] of Object.entries({ src: 'longwan.twin.json', locale: 'zh', ...attributes })) viewer.setAttribute(name, value)
  viewer.openTwin = twins.open
  document.body.append(viewer)
  await settled(viewer)
  return { viewer, twins, twin: twins.opened[0]!, root: viewer.shadowRoot! }
}

/** Longer than a task: the teardown of a removed element waits for one. */
export async function settled(viewer: TwinViewer): Promise<void> {
  await new Promise((done) => setTimeout(done, 5))
  await viewer.updateComplete
  for (const child of viewer.shadowRoot?.querySelectorAll('twin-card, twin-alarm-list, twin-layer-list, twin-thing-list, twin-tools') ?? [])
    await (child as TwinViewer).updateComplete
}

export const live = { feeds: [{ id: 'town', state: 'live', error: null, heardMs: NOW_MS - 8_000 }], layers: [], clockOffsetMs: 0 } as const
export const words = (root: ShadowRoot, selector: string) =>
  root.querySelector(selector)?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? null
export const inside = (root: ShadowRoot, tag: string) => root.querySelector(tag)!.shadowRoot!
