// Action flow: POST actions -> intake -> **acknowledge** -> life cycle. Acknowledge is the operator's word alone, and only
// about what was seen: a count that grew meanwhile is refused.
import { type KeptAlarm, reduceAlarm } from '../alarms/life-cycle.ts'
import { errorToData, TwinError } from '../error/twin-error.ts'
import type { Acknowledge, ActionAnswer } from '../record/action.ts'

/**
 * @param alarm - as it stands; undefined: it does not.
 * @param endedBy - who acknowledged it, where it stood once and ended; null: there was none.
 * @returns the answer, and what the alarm becomes where this changes it.
 */
export function answerAcknowledge(
  action: Acknowledge & { readonly by: string },
  alarm: KeptAlarm | undefined,
  endedBy: string | null,
  nowMs: number,
): { readonly answer: ActionAnswer; readonly becomes?: KeptAlarm } {
  const { key, count, by } = action
  if (alarm === undefined || alarm.state === 'normal') {
    const first = alarm?.acknowledged?.by ?? endedBy
    if (first !== null) return { answer: { key, state: 'done', by: first } }
    return refuse('alarm-unknown', `there is no alarm ${action.alarm}; load the list of alarms again`, { alarm: action.alarm })
  }
  if (alarm.state === 'acknowledged' && alarm.acknowledged !== null) return { answer: { key, state: 'done', by: alarm.acknowledged.by } }
  if (count < alarm.count)
    return refuse('alarm-grew', `alarm ${alarm.id} occurred ${alarm.count} times and you saw ${count}; look at it and acknowledge again`, {
      alarm: alarm.id,
      count: alarm.count,
      seen: count,
    })
  if (count > alarm.count)
    return refuse(
      'request-invalid',
      `count ${count} of alarm ${alarm.id} is more than its ${alarm.count} occurrences; send the count that is shown`,
    )
  const becomes = reduceAlarm(alarm, { type: 'acknowledge', by, nowMs })
  return becomes === alarm ? { answer: { key, state: 'pending' } } : { answer: { key, state: 'pending' }, becomes }
}

const refuse = (code: 'alarm-unknown' | 'alarm-grew' | 'request-invalid', message: string, details: Record<string, unknown> = {}) => ({
  answer: { error: errorToData(new TwinError(code, message, details)) },
})
