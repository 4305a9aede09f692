import { type LiveTile, LOADED } from './live-tile.ts'

/** Whether nothing stands where a tile is, neither itself nor what is above it, while a parent that the view uses could and has not come. */
export function isShutOut(tile: LiveTile, visible: ReadonlySet<LiveTile>): boolean {
  if (visible.has(tile)) return false
  let lacks = false
  for (let up = tile.parent; up !== null; up = up.parent) {
    if (visible.has(up)) return false
    const { internal, traversal } = up
    if (traversal?.used && internal.hasRenderableContent && internal.loadingState !== LOADED) lacks = true
  }
  return lacks
}
