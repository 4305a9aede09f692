// Worker: what the picture shows, as a list for who cannot see or point at it. Flow: columns -> **nearest in view** -> the viewer's list.
import type { Layer } from '../live/layer.ts'
import { HIDDEN, PRIORITY_MASK, PRIORITY_SHIFT, WORDS } from '../live/layout.ts'
import { placeAt } from '../live/motion.ts'
import { plateAt } from '../live/plate.ts'
import { handleOf, shownName } from './describe.ts'
import type { LiveTwin } from './live-twin.ts'
import type { ThingInView, ViewState } from './messages.ts'

interface Met {
  readonly layer: Layer
  readonly slot: number
  readonly priority: ThingInView['priority']
  readonly distanceMeters: number
}

/** Written over for each slot. */
const place = [] as unknown as [number, number, number]

/** The nearest to the eye of all whose foot is in the picture, the mesh before them or not. What hidden layers draw (their alarms) counts. */
export function nearestInView(
  twin: LiveTwin,
  { view, twinMs, most }: { readonly view: ViewState; readonly twinMs: number; readonly most: number },
): readonly ThingInView[] {
  const [x, y, z] = view.eye
  // Ascending, at most `most` long: of a hundred thousand few are kept, and no list of all is sorted.
  const nearest: Met[] = []
  for (const { layer } of twin.layers.values()) {
    const { shape } = layer.kind.symbol
    for (const slot of layer.slots.slotOf.values()) {
      const flags = layer.motion.u32[slot * WORDS + 7]!
      const priority = ((flags & PRIORITY_MASK) >>> PRIORITY_SHIFT) as Met['priority']
      if ((flags & HIDDEN) !== 0 || !(layer.visible || priority !== 0)) continue
      placeAt(layer.motion, slot, twinMs, place)
      const distanceMeters = Math.hypot(place[0] - x, place[1] - y, place[2] - z)
      if (distanceMeters >= (nearest[most - 1]?.distanceMeters ?? Number.POSITIVE_INFINITY)) continue
      const at = plateAt(view, place, shape, priority)
      if (at === null || at.footX < 0 || at.footX > view.width || at.footY < 0 || at.footY > view.height) continue
      let before = nearest.length
      while (before > 0 && nearest[before - 1]!.distanceMeters > distanceMeters) before--
      nearest.splice(before, 0, { layer, slot, priority, distanceMeters })
      if (nearest.length > most) nearest.pop()
    }
  }
  return nearest.map(({ layer, slot, priority, distanceMeters }) => ({
    handle: handleOf(layer, slot),
    kind: layer.kind.kind,
    id: layer.slots.ids[slot]!,
    name: shownName(layer, slot),
    priority,
    distanceMeters,
  }))
}
