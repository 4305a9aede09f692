// Worker: standing alarms, document style -> **label candidates** -> labels/choose-labels. Which markers have something to say.
import type { LabelCandidate } from '../labels/choose-labels.ts'
import type { Layer } from '../live/layer.ts'
import { HIDDEN, PRIORITY_MASK, PRIORITY_SHIFT, WORDS } from '../live/layout.ts'
import { placeAt } from '../live/motion.ts'
import { alarmsOf, inOrder } from '../live/standing.ts'
import type { Alarm } from '../record/alarm.ts'
import { findEntity, handleOf, shownName, shownValue } from './describe.ts'
import type { LiveTwin } from './live-twin.ts'

const place: number[] = []

/** Entities with an alarm, each with its worst one's words, also of layers that are hidden; and the markers of layers that the document labels. */
export function labelCandidates(twin: LiveTwin, locale: 'zh' | 'en', twinMs: number): LabelCandidate[] {
  const candidates: LabelCandidate[] = []
  for (const [kind, ids] of twin.standing.byEntity) {
    for (const id of ids.keys()) {
      const found = findEntity(twin, kind, id)
      if (found === null) continue
      const [worst] = inOrder(alarmsOf(twin.standing, kind, id))
      const candidate = candidateAt(found.layer, found.slot, twinMs, alarmWords(found.layer, found.slot, worst!, locale), worst!.heardMs)
      if (candidate !== null && candidate.priority !== 0) candidates.push(candidate)
    }
  }
  for (const { layer, label } of twin.layers.values()) {
    if (label === null || !layer.visible) continue
    for (const slot of layer.slots.slotOf.values()) {
      const value = shownValue(layer, slot, label)
      const candidate = value === null ? null : candidateAt(layer, slot, twinMs, String(value), 0)
      if (candidate?.priority === 0) candidates.push(candidate)
    }
  }
  return candidates
}

/** `SOS 张**`; `L-27 断电`: an SOS says so first, because a chip may be cut. */
function alarmWords(layer: Layer, slot: number, { rule, as, category }: Alarm, locale: 'zh' | 'en'): string {
  const name = shownName(layer, slot)
  if (category === 'sos') return `SOS ${name}`
  const { alarms, disclosures = {} } = layer.kind
  const words = rule !== null && Object.hasOwn(alarms, rule) ? alarms[rule]!.text : undefined
  const label = as !== null && Object.hasOwn(disclosures, as) ? disclosures[as]!.label : undefined
  const told = (words ?? label)?.[locale] ?? ''
  return told === '' ? name : `${name} ${told}`
}

function candidateAt(layer: Layer, slot: number, twinMs: number, text: string, heardMs: number): LabelCandidate | null {
  const flags = layer.motion.u32[slot * WORDS + 7]!
  if ((flags & HIDDEN) !== 0) return null
  placeAt(layer.motion, slot, twinMs, place)
  return {
    handle: handleOf(layer, slot),
    text,
    priority: ((flags & PRIORITY_MASK) >>> PRIORITY_SHIFT) as LabelCandidate['priority'],
    shape: layer.kind.symbol.shape,
    enu: [place[0]!, place[1]!, place[2]!],
    selected: false,
    dotBeyondMeters: layer.dotBeyondMeters,
    heardMs,
  }
}
