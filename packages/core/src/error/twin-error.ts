/** What went wrong, where, and what to do; `code` is stable and may be switched on. Never holds a token or a person's data. */
export class TwinError extends Error {
  override readonly name = 'TwinError'
  readonly code: TwinErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: TwinErrorCode, sentence: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(sentence, options)
    this.code = code
    this.details = details
  }
}

/** A TwinError as it crosses a worker or the wire: structured clone and comlink would drop all but the message. */
export interface TwinErrorData {
  readonly code: TwinErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

export function errorToData(error: unknown): TwinErrorData {
  if (error instanceof TwinError) return { code: error.code, message: error.message, details: error.details }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message, details: {} }
}

export function errorFromData({ code, message, details }: TwinErrorData): TwinError {
  return new TwinError(code, message, { ...details })
}

/** Every code, by the room that throws it. A code is never renamed; docs/errors.md tells each one's remedy. */
export type TwinErrorCode =
  | 'internal'
  // geo
  | 'reference-unknown'
  | 'location-invalid'
  // kind
  | 'kind-invalid'
  | 'glyph-unknown'
  | 'unit-unknown'
  // record
  | 'record-invalid'
  | 'id-invalid'
  | 'key-unknown'
  | 'value-absent'
  | 'value-out-of-range'
  | 'value-unknown'
  | 'property-unknown'
  | 'location-outside'
  | 'time-ahead'
  | 'time-behind'
  | 'boot-fell'
  | 'sequence-reused'
  // net
  | 'fetch-failed'
  | 'fetch-refused'
  | 'fetch-gone'
  // document
  | 'document-invalid'
  | 'document-newer'
  | 'document-missing'
  | 'call-invalid'
  | 'document-planned'
  | 'view-empty'
  // tiles
  | 'tileset-missing'
  | 'tileset-invalid'
  | 'tile-corrupt'
  | 'tile-too-large'
  | 'tile-unsupported'
  | 'tile-missing'
  | 'picture-missing'
  | 'picture-broken'
  | 'ktx2-blocked'
  | 'picture-refused'
  // feeds
  | 'feed-lost'
  | 'feed-refused'
  | 'token-expired'
  // worker
  | 'entity-gone'
  | 'signed-out'
  | 'worker-lost'
  // actions
  | 'action-refused'
  | 'alarm-grew'
  | 'alarm-unknown'
  | 'key-reused'
  // engine
  | 'webgl-missing'
  | 'context-lost'
  // server
  | 'config-invalid'
  | 'request-invalid'
  | 'request-too-large'
  | 'not-allowed'
  | 'not-found'
  | 'origin-refused'
  | 'port-busy'
  | 'store-failed'
  | 'store-refused'
  | 'too-many-requests'
  // data-pipeline
  | 'input-missing'
  | 'input-invalid'
  | 'crs-missing'
  | 'option-invalid'
  | 'disk-full'
