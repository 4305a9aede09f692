// Read: where a triangle's colours come from.

/** A picture that triangles take their colour from. Decoded later, when a tile asks. */
export interface Page {
  readonly file: string
  readonly width: number
  readonly height: number
  /** Its path as bytes, where its name is in another encoding than Node's. */
  readonly path?: Uint8Array
  /** r, g, b of a page that is no file. */
  readonly pixels?: Uint8Array
}
