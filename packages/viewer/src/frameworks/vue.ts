// `import '@twinmap/viewer/vue'` instead of '@twinmap/viewer': the element, and the types of its tag in templates. Vue calls
// the listener of `twin-select` `onTwinSelect`.
import type { DefineComponent } from 'vue'
import type { TwinEvents } from '../elements/events.ts'
import type { TagAttributes } from './tag-attributes.ts'

export * from '../index.ts'

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Capitalize<Head>}${Pascal<Tail>}` : Capitalize<Name>

/** The properties and listeners of the tag `twin-viewer` in a template. */
export type TwinViewerProps = TagAttributes & { [K in keyof TwinEvents as `on${Pascal<K>}`]?: (event: CustomEvent<TwinEvents[K]>) => void }

declare module 'vue' {
  interface GlobalComponents {
    'twin-viewer': DefineComponent<TwinViewerProps>
  }
}
