import type { TwinViewer } from '../elements/twin-viewer.ts'

/** What a framework sets on `<twin-viewer>`: its public properties that are no methods. */
export type TagAttributes = Partial<Pick<TwinViewer, 'src' | 'theme' | 'locale' | 'view' | 'getToken' | 'openTwin'>>
