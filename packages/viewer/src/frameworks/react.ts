// `import '@twinmap/viewer/react'` instead of '@twinmap/viewer': the element, and the types of its tag in JSX. React 19 sets
// properties of custom elements, and listens to `twin-ready` by `ontwin-ready`.
import type { HTMLAttributes, RefAttributes } from 'react'
import type { TwinEvents } from '../elements/events.ts'
import type { TwinViewer } from '../elements/twin-viewer.ts'
import type { TagAttributes } from './tag-attributes.ts'

export * from '../index.ts'

/** The attributes of the tag `twin-viewer` in JSX. */
export type TwinViewerAttributes = TagAttributes &
  HTMLAttributes<TwinViewer> &
  RefAttributes<TwinViewer> & { [K in keyof TwinEvents as `on${K}`]?: (event: CustomEvent<TwinEvents[K]>) => void }

declare module 'react' {
  // biome-ignore lint/style/noNamespace: this is how React lets a package add a tag
  namespace JSX {
    interface IntrinsicElements {
      'twin-viewer': TwinViewerAttributes
    }
  }
}
