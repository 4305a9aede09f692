// `import '@twinmap/viewer/svelte'` instead of '@twinmap/viewer': the element, and the types of its tag in components. Svelte 5
// sets properties of custom elements, and listens to `twin-ready` by `ontwin-ready`.
import type { HTMLAttributes } from 'svelte/elements'
import type { TwinEvents } from '../elements/events.ts'
import type { TwinViewer } from '../elements/twin-viewer.ts'
import type { TagAttributes } from './tag-attributes.ts'

export * from '../index.ts'

/** The attributes of the tag `twin-viewer` in a component. */
export type TwinViewerAttributes = TagAttributes &
  HTMLAttributes<TwinViewer> & { [K in keyof TwinEvents as `on${K}`]?: (event: CustomEvent<TwinEvents[K]>) => void }

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'twin-viewer': TwinViewerAttributes
  }
}
