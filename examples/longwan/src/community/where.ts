// What `npm start` keeps of the community: where it lies, and when it is whole.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captureRecipe } from '../capture/capture.ts'
import type { CaptureSize } from '../capture/settings.ts'

export interface CommunityPlaces {
  /** OBJ, MTL, JPEG and inventories. */
  readonly capture: string
  readonly inventory: string
  /** tileset.json, its tiles and heights. */
  readonly tiles: string
  /** Written last: what the whole was made of. */
  readonly done: string
}

export const communityPlaces = (kept: string): CommunityPlaces => {
  const folder = join(kept, 'longwan')
  const capture = join(folder, 'capture')
  return { capture, inventory: join(capture, 'inventory'), tiles: join(folder, 'community'), done: join(folder, 'community.json') }
}

/** Raised when the same capture must be tiled anew. */
const TILES = 1

/** What a whole community was made of: another recipe, seed or size is another community. */
export const madeOf = (size: CaptureSize): string => JSON.stringify({ tiles: TILES, capture: captureRecipe({ size }) })

/** True where capture and tiles are all there, made of what is asked. */
export function isCommunityWhole(kept: string, size: CaptureSize): boolean {
  const { done, tiles, inventory } = communityPlaces(kept)
  try {
    return readFileSync(done, 'utf8') === madeOf(size) && existsSync(join(tiles, 'tileset.json')) && existsSync(inventory)
  } catch {
    return false // not made yet
  }
}
