// twinmap's three engine alone, told to show the same tileset from the same place.
import { createThreeEngine } from '@twinmap/core/three'
import { CACHE_BYTES, CANVAS, ERROR_TARGET_PX, EYE, ORIGIN, PITCH_DEG } from './scene.ts'

/** Metres per degree at the origin; a view needs no more exactness than a pixel. */
const METERS_PER_DEGREE_NORTH = 110_985

export function ours(complete: (tiles: number) => void): void {
  const container = document.createElement('div')
  Object.assign(container.style, { width: `${CANVAS.width}px`, height: `${CANVAS.height}px` })
  document.body.append(container)
  const engine = createThreeEngine({
    container,
    origin: ORIGIN,
    clock: { mode: 'live', wallMs: 0, twinMs: 0, rate: 1 },
    view: {
      longitude: ORIGIN.longitude,
      latitude: ORIGIN.latitude + EYE[1] / METERS_PER_DEGREE_NORTH,
      heightEllipsoidalMeters: ORIGIN.heightEllipsoidalMeters + EYE[2],
      headingDeg: 0,
      pitchDeg: PITCH_DEG,
    },
    theme: 'light',
    pickMarkers: async () => [],
    fetch: (url, init) => fetch(url, init),
  })
  engine.on('error', (error) => {
    throw error
  })
  engine.on('refinement', ({ state }) => {
    if (state === 'complete') complete(performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.glb')).length)
  })
  engine.mount({
    type: 'tileset',
    id: 'bench',
    url: new URL('/tiles/tileset.json', location.href).href,
    at: 'origin',
    memoryBytes: CACHE_BYTES,
    errorTargetPx: ERROR_TARGET_PX,
  })
}
