declare module 'gltf-validator' {
  /** Severity: 0 error, 1 warning, 2 information, 3 hint. */
  export interface Message {
    readonly code: string
    readonly message: string
    readonly severity: 0 | 1 | 2 | 3
    readonly pointer?: string
  }
  export function validateBytes(glb: Uint8Array): Promise<{ readonly issues: { readonly messages: readonly Message[] } }>
}
