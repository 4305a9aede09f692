// One page, two readers: `?peer` and `?ours`. It marks the first tile request and the moment the picture is complete.
import { ours } from './ours.ts'
import { start as peer } from './peer.ts'
import { COMPLETE, FIRST_TILE } from './trace.ts'

declare global {
  var completed: number | undefined
}

performance.setResourceTimingBufferSize(2000)

/** The engine's vertical angle of view. */
const FOV_DEG = 45

function complete(tiles: number): void {
  if (globalThis.completed !== undefined) return
  const first = performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('.glb'))
  if (first === undefined) return
  performance.mark(COMPLETE)
  performance.mark(FIRST_TILE, { startTime: first.startTime })
  globalThis.completed = tiles
}

if (location.search === '?peer') peer(FOV_DEG, complete)
else ours(complete)
