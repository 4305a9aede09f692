// Keys of the map: arrows pan, shift + arrows orbit, + and − zoom, N faces north, Home goes home. The table is data, so the
// viewer's help can show it.
import type { Rig } from '../../camera/rig.ts'

const PAN_PX = 60
const ORBIT_RAD = (7.5 * Math.PI) / 180
const ZOOM = 0.8

interface KeyLike {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** What a key does; undefined: it is the page's. */
export function keyAction({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyLike): ((rig: Rig, cut: boolean) => void) | undefined {
  if (ctrlKey || altKey || metaKey) return undefined
  const durationMs = (cut: boolean) => (cut ? { durationMs: 0 } : {})
  switch (key) {
    case 'ArrowLeft':
      return (rig) => (shiftKey ? rig.orbitBy(-ORBIT_RAD, 0) : rig.panBy(PAN_PX, 0))
    case 'ArrowRight':
      return (rig) => (shiftKey ? rig.orbitBy(ORBIT_RAD, 0) : rig.panBy(-PAN_PX, 0))
    case 'ArrowUp':
      return (rig) => (shiftKey ? rig.orbitBy(0, ORBIT_RAD) : rig.panBy(0, PAN_PX))
    case 'ArrowDown':
      return (rig) => (shiftKey ? rig.orbitBy(0, -ORBIT_RAD) : rig.panBy(0, -PAN_PX))
    case '+':
    case '=':
      return (rig) => void rig.zoomBy(ZOOM)
    case '-':
    case '_':
      return (rig) => void rig.zoomBy(1 / ZOOM)
    case 'n':
    case 'N':
      return (rig, cut) => void rig.faceNorth(durationMs(cut))
    case 'Home':
      return (rig, cut) => void rig.goHome(durationMs(cut))
    default:
      return undefined
  }
}

/** Listens on the canvas, which must have the focus. Answers how to stop. */
export function listenToKeys(canvas: HTMLCanvasElement, rig: Rig, isCut: () => boolean): () => void {
  const onKey = (event: KeyboardEvent) => {
    const action = keyAction(event)
    if (action === undefined) return
    event.preventDefault()
    action(rig, isCut())
  }
  canvas.addEventListener('keydown', onKey)
  return () => canvas.removeEventListener('keydown', onKey)
}
