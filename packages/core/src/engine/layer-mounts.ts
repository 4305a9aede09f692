// The markers of all layers on the page: patch -> **mounts** -> engine -> recycle. Holds no bytes: a patch that comes before
// its layer is mounted waits, and the worker sends no second one until it came back.
import type { Patch } from '../live/layout.ts'
import type { OpenedLayer } from '../worker/messages.ts'
import type { Engine, MountedMarkers } from './contract.ts'

export interface LayerMounts {
  mount(layers: readonly OpenedLayer[]): void
  patch(patch: Patch): void
  /** Draws nobody any more, whatever the worker does; its next patch of a layer must be whole. */
  empty(): void
  setVisible(layer: string, visible: boolean): void
}

export interface LayerMountPorts {
  readonly recycle: (layer: string, buffer: ArrayBuffer) => void
  /** In a hidden tab it does not run, so nothing is sent there: changes gather in the worker. */
  readonly beforeFrame: (run: () => void) => void
  readonly tell: (error: unknown) => void
}

export function createLayerMounts(engine: Engine, { recycle, beforeFrame, tell }: LayerMountPorts): LayerMounts {
  const markers = new Map<string, MountedMarkers>()
  const early: Patch[] = []

  function draw(patch: Patch): void {
    const layer = markers.get(patch.layer)
    if (layer === undefined) {
      early.push(patch)
      return
    }
    let { buffer } = patch.words
    try {
      buffer = layer.patch(patch) as typeof buffer
    } catch (error) {
      tell(error)
    }
    beforeFrame(() => recycle(patch.layer, buffer))
  }

  return {
    mount(layers) {
      for (const { id, visible, ...look } of layers) {
        const mounted = engine.mount({ type: 'markers', layer: id, ...look })
        mounted.setVisible(visible)
        markers.set(id, mounted)
      }
      for (const patch of early.splice(0)) draw(patch)
    },
    patch: draw,
    empty() {
      early.length = 0
      for (const [layer, mounted] of markers) mounted.patch(emptyPatch(layer))
    },
    setVisible: (layer, visible) => markers.get(layer)?.setVisible(visible),
  }
}

const emptyPatch = (layer: string): Patch => ({
  layer,
  timeBaseMs: 0,
  slots: 0,
  whole: true,
  runs: new Uint32Array(0),
  words: new Uint32Array(0),
  removals: new Uint32Array(0),
  glidesUntilMs: 0,
})
