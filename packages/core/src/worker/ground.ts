// Document -> heights.json -> **ground** -> settle: things without a height stand on the mesh, without a tile.
import type { TwinDocument } from '../document/document.ts'
import type { GroundHeight } from '../live/settle.ts'
import type { Net } from '../net/net.ts'
import type { Session } from './session.ts'

/** Opens the height pyramid of a tileset. */
export type OpenHeights = (url: string, net: Net, doc: TwinDocument, signal: AbortSignal) => Promise<GroundHeight>

export interface GroundPorts {
  /** Absent: things without a height stand at the origin's. */
  readonly open: OpenHeights | undefined
  /** The heights are here. */
  readonly came: (ground: GroundHeight) => void
  readonly tell: (error: unknown) => void
}

/**
 * The heights of a twin, asked for when the first thing needs them and opened once in a session. Heights that cannot be had
 * are told, and things then stand as in a twin that has none.
 *
 * @returns asks for them; resolves when they came, or will not come.
 */
export function createGround(doc: TwinDocument, from: Session, { open, came, tell }: GroundPorts): () => Promise<void> {
  const url = doc.tilesets.find(({ heights }) => heights !== undefined)?.heights
  let opened: Promise<void> | undefined
  return () => {
    opened ??=
      url === undefined || open === undefined
        ? Promise.resolve()
        : open(url, from.net, doc, from.signal).then(
            (ground) => {
              if (!from.signal.aborted) came(ground)
            },
            (error: unknown) => {
              if (!from.signal.aborted) tell(error)
            },
          )
    return opened
  }
}
