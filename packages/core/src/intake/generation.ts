// Live flow: intake: time -> **generation** -> rules, merge. Whether a record is the newest of its entity or came late, by what
// its device counted and by what its clock said. A device that restarts without raising boot, a counter that rolls over and two
// devices that share an id look alike: numbers that fall while time goes on. Such a fall opens a generation, and nothing is lost.
import { ABSENT, type Order } from '../record/order.ts'
import { AGREE_MS, type DeviceTime } from './device-clock.ts'

/** What the device of an entity has counted. Plain data, kept with the entity. */
export interface DeviceCount {
  readonly generation: number
  /** Highest of the current generation; {@link ABSENT}: none had both. */
  readonly boot: number
  readonly seq: number
  /** Highest of all that came, late ones among them: a record above it was surely never sent before. */
  readonly highestBoot: number
  readonly highestSeq: number
  /** Newest phenomenon time of what came as the newest; null: nothing came. */
  readonly newestT: number | null
  /** The same of those whose own time was usable. A receipt is later than what a live record says, for it was on its way. */
  readonly newestUsableT: number | null
  /** When the current generation was opened, by the server's clock; null: it is the first. */
  readonly openedMs: number | null
  /** Until then generations are opened so fast that the device is ordered by receipt alone. */
  readonly crowdedUntilMs: number
}

export const NOTHING_COUNTED: DeviceCount = {
  generation: 0,
  boot: ABSENT,
  seq: ABSENT,
  highestBoot: ABSENT,
  highestSeq: ABSENT,
  newestT: null,
  newestUsableT: null,
  openedMs: null,
  crowdedUntilMs: 0,
}

export interface Arriving extends DeviceTime {
  /** Of a record without both, both are {@link ABSENT}. */
  readonly boot: number
  readonly seq: number
  /** It came with a seq alone, which orders nothing. */
  readonly lacksBoot: boolean
  /** A record of the current generation had the same boot and seq, and said something else. */
  readonly isReused: boolean
  readonly receivedMs: number
  readonly everyMs: number | undefined
}

export interface Placed {
  readonly order: Order
  /** It is the newest of its entity: what it carries holds. Else it takes only what no newer record spoke of. */
  readonly isNewest: boolean
  readonly count: DeviceCount
  /** What its source is told. `boot-lost`: it counts without a boot, which it had. `crowded`: more than one new generation in an interval. */
  readonly told: 'sequence-reused' | 'boot-fell' | 'boot-lost' | 'crowded' | null
}

/** Whether (boot, seq) is above another pair. */
export const isAbove = (boot: number, seq: number, otherBoot: number, otherSeq: number): boolean =>
  boot > otherBoot || (boot === otherBoot && seq > otherSeq)

/** More than one generation in so long is told. */
export const crowdMs = (everyMs: number | undefined): number => Math.max(everyMs ?? 0, AGREE_MS)

export function placeRecord(count: DeviceCount, arriving: Arriving): Placed {
  const { t, basis, boot, seq, isReused, receivedMs } = arriving
  const counts = boot !== ABSENT
  const { newestT, newestUsableT } = count
  const isTimed = basis !== 'receipt' && newestT !== null
  const isHighest = counts && isAbove(boot, seq, count.highestBoot, count.highestSeq)
  const known: DeviceCount = isHighest ? { ...count, highestBoot: boot, highestSeq: seq } : count
  const late = (generation: number): Placed => ({
    order: { generation, boot, seq, t },
    isNewest: false,
    count: known,
    told: isReused ? 'sequence-reused' : null,
  })

  // Yesterday's backlog neither opens a generation nor moves one. Its numbers order it only while there was one generation.
  const isUp = counts && isAbove(boot, seq, count.boot, count.seq)
  if (basis === 'trusted' && isTimed && t < newestT - AGREE_MS) return late(count.generation === 0 && !isUp && !isReused ? 0 : ABSENT)

  const isCrowded = receivedMs < count.crowdedUntilMs
  const newest = (next: DeviceCount, told: Placed['told']): Placed => ({
    order: { generation: counts ? next.generation : ABSENT, boot, seq, t },
    isNewest: true,
    count: { ...next, newestT: laterOf(newestT, t), newestUsableT: basis === 'receipt' ? newestUsableT : laterOf(newestUsableT, t) },
    told,
  })
  if (!counts)
    return basis !== 'receipt' && newestUsableT !== null && t < newestUsableT && !isCrowded
      ? late(ABSENT)
      : newest(count, arriving.lacksBoot && count.boot !== ABSENT ? 'boot-lost' : null)
  const counted: DeviceCount = { ...known, boot, seq }
  if (isUp && !isReused) return newest(counted, null)
  // It was overtaken on the way: lower numbers, and a time that agrees with them.
  if (isTimed && t <= newestT && !isReused && !isCrowded) return late(count.generation)
  const longMs = crowdMs(arriving.everyMs)
  const isSoon = count.openedMs !== null && receivedMs - count.openedMs < longMs
  const opened: DeviceCount = {
    ...counted,
    generation: count.generation + 1,
    openedMs: receivedMs,
    crowdedUntilMs: isSoon ? receivedMs + longMs : count.crowdedUntilMs,
  }
  return newest(opened, isSoon ? 'crowded' : boot < count.boot ? 'boot-fell' : 'sequence-reused')
}

const laterOf = (known: number | null, t: number): number => (known === null ? t : Math.max(known, t))
