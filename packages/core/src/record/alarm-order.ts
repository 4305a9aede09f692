// Server flow: **order** of the alarms of a snapshot, by nothing but what each viewer of them sees: how they lie in a map or an
// index may tell of others that lie between.
import type { Alarm } from './alarm.ts'

/** Oldest first, as the server entered them; those of one commit by whose they are, disclosures first, and by what they say. */
export function byEntry(a: Alarm, b: Alarm): number {
  return (
    a.enteredMs - b.enteredMs ||
    compare(a.kind, b.kind) ||
    compare(a.entity, b.entity) ||
    Number(a.as === null) - Number(b.as === null) ||
    compare((a.rule ?? a.as)!, (b.rule ?? b.as)!)
  )
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b)
