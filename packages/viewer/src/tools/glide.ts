// Small movements of the camera that a button asks for: spread over a few frames, so that the reader keeps their bearings.

/** Cubic, slow at both ends. */
export const eased = (t: number): number => (t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2)

export interface GlidePorts {
  readonly requestFrame: (frame: (nowMs: number) => void) => number
  readonly cancelFrame: (id: number) => void
}

const browser: GlidePorts = { requestFrame: (frame) => requestAnimationFrame(frame), cancelFrame: (id) => cancelAnimationFrame(id) }

/** Calls `step` once per frame with the share of the way gone since the last call; the shares add up to 1. 0 ms: at once. */
export function glide(durationMs: number, step: (share: number) => void, ports: GlidePorts = browser): () => void {
  if (durationMs <= 0) {
    step(1)
    return () => undefined
  }
  let begunMs: number | null = null
  let done = 0
  let id = 0
  const frame = (nowMs: number) => {
    begunMs ??= nowMs
    const t = Math.min(1, (nowMs - begunMs) / durationMs)
    const now = eased(t)
    step(now - done)
    done = now
    if (t < 1) id = ports.requestFrame(frame)
  }
  id = ports.requestFrame(frame)
  return () => ports.cancelFrame(id)
}
