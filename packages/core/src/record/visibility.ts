// Server flow: commit -> **visibility** -> the record's index. Which sorts of data a record carries, as one small number that a
// database can filter by: so that a history costs what the role gets, and not what is kept of what it may not see.
import type { AnyKind } from '../kind/kind.ts'
import { maySee, type Privacy, type Role, SEES } from '../kind/privacy.ts'
import type { Location, Value } from './record.ts'

/**
 * One bit for each sort of data. They stand in databases: a bit is never given another meaning, and a new sort gets a new bit.
 */
const BIT: Readonly<Record<Privacy, number>> = { personal: 2, whereabouts: 4, health: 8 }
const PUBLIC = 1

const bitOf = (privacy: Privacy | undefined): number => (privacy === undefined ? PUBLIC : BIT[privacy])

/** What a record carries, as far as its sorts of data go. */
export interface Carrying {
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
}

/**
 * The sorts of data that a record carries: bit 0, something public; above it, one bit for each {@link Privacy}. What the kind
 * does not declare is seen by nobody and sets no bit; 0: there is nothing in it to see.
 */
export function visibilityMask({ location, properties }: Carrying, kind: AnyKind): number {
  let mask = location === undefined ? 0 : bitOf(kind.location?.privacy)
  for (const name of Object.keys(properties)) if (Object.hasOwn(kind.fields, name)) mask |= bitOf(kind.fields[name]!.privacy)
  return mask
}

/**
 * The sorts that a role sees of a kind; 0: entities of the kind are not there for it. It sees something of a record just where
 * `(visibilityMask(record, kind) & maskOf(role, kind)) !== 0`.
 */
export function maskOf(role: Role, kind: AnyKind): number {
  if (!maySee(role, kind.location?.privacy)) return 0
  return SEES[role].reduce((mask, privacy) => mask | BIT[privacy], PUBLIC)
}
