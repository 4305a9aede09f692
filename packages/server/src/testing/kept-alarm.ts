// The alarm that tests of the store and the wire begin from: a latched, unacknowledged SOS, raised at 1 ms.
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'

export const keptAlarm = (more: Partial<KeptAlarm> = {}): KeptAlarm => ({
  id: 'a-1',
  kind: 'Wristband',
  entity: 'W-1',
  rule: 'sos',
  category: 'sos',
  place: null,
  priority: 1,
  state: 'unacknowledged',
  raisedMs: 1,
  lastMs: 1,
  enteredMs: 1,
  heardMs: 1,
  clearedMs: null,
  count: 1,
  acknowledged: null,
  escalated: false,
  latch: true,
  escalatesAtMs: null,
  ...more,
})
