// How the viewer asks for a twin; open-twin.ts answers with core's, a portal or a test may answer with another.
import type { GetToken, Twin } from '@twinmap/core'

export interface OpenOptions {
  /** Absolute URL of the twin document. */
  readonly src: string
  /** The picture is made inside and fills it. */
  readonly container: HTMLElement
  readonly locale: 'zh' | 'en'
  readonly theme: 'light' | 'dark'
  /** Id of a view of the document; null: its first. */
  readonly view: string | null
  readonly getToken: GetToken | null
  readonly signal: AbortSignal
}

/** @throws TwinError `document-missing`, `document-invalid`, `document-newer`, … */
export type OpenTwin = (options: OpenOptions) => Promise<Twin>
