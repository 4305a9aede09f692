// Alarm -> **what may be done about it**: the buttons of its row on a card. The server decides; what it refuses is told.
import type { AlarmShown } from '@twinmap/core/internal/worker/messages'
import { isOpen, isShown, type Kinds, named } from './alarm-rows.ts'

export type AlarmAct = NonNullable<AlarmShown['asked']>

/**
 * An alarm is acknowledged. A disclosure is taken, then reported done, by whoever it is listed for; who sees what stands
 * behind it may withdraw it.
 *
 * @param beside - the standing alarms of the same entity.
 */
export function actsOf(alarm: AlarmShown, beside: readonly AlarmShown[], kinds: Kinds): readonly AlarmAct[] {
  if (alarm.as === null) return isOpen(alarm) ? ['acknowledge'] : []
  const acts: AlarmAct[] = []
  if (alarm.acknowledged === null) acts.push('take')
  if (alarm.done === null) acts.push('done')
  if (beside.some((other) => isBehind(alarm, other, kinds))) acts.push('withdraw')
  return acts
}

/** Whether an alarm is one of those for which a disclosure stands. */
function isBehind({ feed, kind, entity, as }: AlarmShown, other: AlarmShown, kinds: Kinds): boolean {
  if (other.feed !== feed || other.kind !== kind || other.entity !== entity || !isShown(other)) return false
  const rule = named(kinds.get(kind)?.alarms ?? {}, other.rule)
  return rule?.discloses?.some((disclosing) => disclosing.as === as) ?? false
}
