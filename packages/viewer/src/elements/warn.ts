import type { TwinError } from '@twinmap/core'

/** Tells whoever wrote the page or the document: operators can do nothing about it. */
export function warn({ code, message }: TwinError): void {
  // biome-ignore lint/suspicious/noConsole: who opens the developer tools is who can mend it
  console.warn(`twin-viewer: ${code}: ${message}`)
}
