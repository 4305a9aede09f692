// How far the picture is from final, told truly: "loaded" is not "refined", and a full cache stalls without a word.
import type { Refinement } from '../../contract.ts'
import type { LiveTile } from './live-tile.ts'

/** Counts of one tileset after an update. */
export interface Cut {
  /** Tiles that the view asks to be drawn. */
  readonly asked: number
  /** Of these, those that are drawn now. */
  readonly drawn: number
  /** Fetched, decoded or uploaded at this moment, or still to be. */
  readonly pending: number
  /** Wanted, and refused by a full cache. */
  readonly refused: number
  /** In view and failed: a hole, or a coarser tile that stands in. */
  readonly failed: number
  /** Of what is asked: failed, and nothing stands there. */
  readonly lacking: number
  /** Something that is drawn lies in the picture. A tile's volume may lie there and its mesh beside it. */
  readonly met: boolean
}

export const EMPTY_CUT: Cut = { asked: 0, drawn: 0, pending: 0, refused: 0, failed: 0, lacking: 0, met: false }

/** Walks the tiles that the last traversal used. A leaf of that walk is where the view wants to stop. */
export function measureCut(
  root: LiveTile,
  frame: number,
  isDrawn: (tile: LiveTile) => boolean,
  hasFailed: (tile: LiveTile) => 'lacking' | 'coarser' | null,
  /** Asked until one is. */
  isMet: (tile: LiveTile) => boolean,
): Pick<Cut, 'asked' | 'drawn' | 'failed' | 'lacking' | 'met'> {
  let asked = 0
  let drawn = 0
  let failed = 0
  let lacking = 0
  let met = false
  const isUsed = ({ traversal }: LiveTile) => traversal?.lastFrameVisited === frame && traversal.used && traversal.inFrustum
  const count = (tile: LiveTile) => {
    asked++
    if (hasFailed(tile) === 'lacking') lacking++
    if (!isDrawn(tile) || hasFailed(tile) === 'lacking') return
    drawn++
    met ||= isMet(tile)
  }
  const walk = (tile: LiveTile): void => {
    if (!isUsed(tile)) return
    if (hasFailed(tile) !== null) failed++
    const used = tile.children.filter(isUsed)
    // What draws nothing itself is asked only where nothing stands below it yet: a tileset or subtree on its way.
    const stops = used.length === 0
    if (stops ? tile.internal.hasContent : tile.refine === 'ADD' && tile.internal.hasRenderableContent) count(tile)
    for (const child of used) walk(child)
  }
  walk(root)
  return { asked, drawn, failed, lacking, met }
}

export function refinementOf(cuts: readonly Cut[]): Refinement {
  const sum = (of: (cut: Cut) => number) => cuts.reduce((total, cut) => total + of(cut), 0)
  const [asked, drawn] = [sum((cut) => cut.asked), sum((cut) => cut.drawn)]
  const share = asked === 0 ? (sum((cut) => cut.pending) > 0 ? 0 : 1) : drawn / asked
  if (sum((cut) => cut.pending) > 0) return { state: 'loading', share }
  if (sum((cut) => cut.refused) > 0) return { state: 'starved', share }
  if (drawn + sum((cut) => cut.lacking) < asked) return { state: 'loading', share }
  if (sum((cut) => cut.failed) > 0) return { state: 'partial', share }
  return cuts.length === 0 || cuts.some(({ met }) => met) ? { state: 'complete', share } : { state: 'empty', share: 0 }
}
