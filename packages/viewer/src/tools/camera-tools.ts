import type { EngineView } from '@twinmap/core/internal/engine/contract'
import { glide } from './glide.ts'

/** A press of + comes so much nearer. */
const ZOOM = 0.5
const ZOOM_MS = 250
const TURN_MS = 600

export type CameraTool = 'zoom-in' | 'zoom-out' | 'north'

/** The short way back to north, degrees. */
export const turnToNorthDeg = (headingDeg: number): number => -((((headingDeg % 360) + 540) % 360) - 180)

/** Buttons that move the camera; a press ends the movement before it. */
export class CameraTools {
  #stop: () => void = () => undefined

  /** `still`: the reader wants no motion, so it is a cut. */
  press(tool: CameraTool, view: EngineView, still: boolean): void {
    this.stop()
    if (tool === 'north') {
      const turnDeg = turnToNorthDeg(view.current.headingDeg)
      this.#stop = glide(still ? 0 : TURN_MS, (share) => view.orbitBy(turnDeg * share, 0))
    } else {
      const factor = tool === 'zoom-in' ? ZOOM : 1 / ZOOM
      this.#stop = glide(still ? 0 : ZOOM_MS, (share) => view.zoomBy(factor ** share))
    }
  }

  /** Moves what is in the middle up by so much, CSS px: out from under a sheet that covers the lower part. */
  lift(px: number, view: EngineView, still: boolean): void {
    this.stop()
    this.#stop = glide(still ? 0 : ZOOM_MS, (share) => view.panBy(0, -px * share))
  }

  stop(): void {
    this.#stop()
  }
}
