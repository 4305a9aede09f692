// Types of the tag in templates: Vue calls the listener of `twin-select` `onTwinSelect`.
import type { TwinEvents, TwinViewer } from '@twinmap/viewer'
import type { DefineComponent } from 'vue'

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Capitalize<Head>}${Pascal<Tail>}` : Capitalize<Name>

declare module 'vue' {
  interface GlobalComponents {
    'twin-viewer': DefineComponent<
      Partial<Pick<TwinViewer, 'src' | 'theme' | 'locale' | 'view' | 'getToken'>> & {
        [K in keyof TwinEvents as `on${Pascal<K>}`]?: (event: CustomEvent<TwinEvents[K]>) => void
      }
    >
  }
}
