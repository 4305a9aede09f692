// The alarm that tests begin from: an unacknowledged SOS of one wristband, raised at 1 ms. Each test says only what it is about.
import type { Alarm } from '../src/record/alarm.ts'

export const sampleAlarm = (more: Partial<Alarm> = {}): Alarm => ({
  id: 'a-1',
  kind: 'Wristband',
  entity: 'W-1',
  rule: 'sos',
  as: null,
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
  done: null,
  escalated: false,
  ...more,
})
