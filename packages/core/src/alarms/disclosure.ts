// Live flow: life cycle -> **disclosure** -> store and stream. What roles see that may not read a rule's fields: that help is
// needed, and where. docs/formats/wire.md, "By role".
import type { AlarmCategory, Priority } from '../kind/kind.ts'
import type { Location } from '../record/record.ts'

/** One disclosure as its authority keeps it: it stands while any alarm behind it stands, and says nothing of those. */
export interface KeptDisclosure {
  readonly id: string
  readonly kind: string
  readonly entity: string
  readonly as: string
  readonly category: AlarmCategory
  readonly priority: Priority
  readonly place: Location | null
  /** `withdrawn`: it stands for nobody, until a rule behind it is raised anew. `ended`: told once. */
  readonly state: 'open' | 'taken' | 'withdrawn' | 'ended'
  /** Server's time of the raise. */
  readonly raisedMs: number
  readonly taken: { readonly by: string; readonly atMs: number } | null
  readonly done: { readonly by: string; readonly atMs: number } | null
}
