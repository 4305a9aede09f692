// Errors that fall from each tile to those below it, whatever the file says. 3d-tiles-renderer passes by each tile whose error is not below
// that of what is above it: a leaf of that kind is never loaded, hides its sisters, and "refining" never ends. And it stops at an empty tile
// whose error is small enough, which leaves a hole where the parent was.
import { Sphere } from 'three'
import type { LiveTile } from './live-tile.ts'

/** Far over float64's rounding, and even a thousand times one after the other it moves no view. */
const JUST_UNDER = 1 - 2 ** -40
/** A tile with children keeps a little, so that there is something below it. */
const LEAST = 1e-9
const sphere = new Sphere()

/**
 * Gives a tile whose parents are known its two errors. `geometricError` places it in the order and strictly falls, across tilesets too;
 * `judgedError` is what the view is asked about: what the file says, or, where nothing is drawn, how much is missing.
 */
export function placeError(tile: LiveTile): void {
  tile.toldError ??= tile.geometricError
  let above = tile.parent
  while (above?.internal.hasUnrenderableContent) above = above.parent
  const most = above == null ? Number.MAX_VALUE : above.geometricError * JUST_UNDER
  const isLeaf = tile.children.length === 0
  const draws = tile.internal.hasRenderableContent || (isLeaf && !tile.internal.hasUnrenderableContent)
  tile.geometricError = draws ? Math.min(isLeaf ? tile.toldError : Math.max(tile.toldError, LEAST), most) : most
  tile.judgedError = draws || tile.internal.hasUnrenderableContent ? tile.toldError : errorOfNothing(tile)
}

/** The same for a tile that became another kind, and for all below it that are known. */
export function placeErrorsBelow(tile: LiveTile): void {
  const stack = [tile]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    placeError(next)
    for (const child of next.children) if (child.internal !== undefined) stack.push(child)
  }
}

/**
 * How wrong it is to draw nothing where tiles are below: by the size of what is missing, so that an empty tile is passed until it is a dot.
 * Where the tile that is drawn above has left for it, it is no place to stop at all.
 */
function errorOfNothing(tile: LiveTile): number {
  let drawn = tile.parent
  while (drawn !== null && !drawn.internal.hasRenderableContent) drawn = drawn.parent
  if (drawn !== null && drawn.refine !== 'ADD') return Number.MAX_VALUE
  tile.engineData.boundingVolume.getSphere(sphere)
  return Math.max(tile.toldError!, sphere.radius)
}
