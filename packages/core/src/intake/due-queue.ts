// What is due when, as a binary heap: a turn looks at what is due and at nothing else. An entry is a time at which to look, never
// later than what it is about is due; a delay that moves further away leaves its entry, and gets another when that comes.

/** A delay of a rule that runs out, or an alarm (`alarm` set) that nobody acknowledged. */
export interface Due {
  readonly dueMs: number
  readonly kind: string
  readonly id: string
  readonly rule: string
  readonly alarm?: string
}

export interface DueQueue {
  readonly push: (due: Due) => void
  /** All entries up to `nowMs`, in no order; nothing is taken out. */
  readonly until: (nowMs: number) => Due[]
  /** Takes out all entries up to `nowMs`, and gives them. */
  readonly drop: (nowMs: number) => Due[]
  readonly size: () => number
}

export function createDueQueue(): DueQueue {
  const heap: Due[] = []
  const swap = (a: number, b: number): void => {
    const one = heap[a]!
    heap[a] = heap[b]!
    heap[b] = one
  }
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      const left = 2 * at + 1
      let least = at
      for (const child of [left, left + 1]) if (child < heap.length && heap[child]!.dueMs < heap[least]!.dueMs) least = child
      if (least === at) return
      swap(at, least)
      at = least
    }
  }
  return {
    push(due) {
      let at = heap.push(due) - 1
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (heap[parent]!.dueMs <= due.dueMs) return
        swap(at, parent)
        at = parent
      }
    },
    until(nowMs) {
      const found: Due[] = []
      const look = [0]
      for (let at = look.pop(); at !== undefined; at = look.pop()) {
        if (at >= heap.length || heap[at]!.dueMs > nowMs) continue
        found.push(heap[at]!)
        look.push(2 * at + 1, 2 * at + 2)
      }
      return found
    },
    drop(nowMs) {
      const dropped: Due[] = []
      while (heap.length > 0 && heap[0]!.dueMs <= nowMs) {
        dropped.push(heap[0]!)
        const last = heap.pop()!
        if (heap.length === 0) break
        heap[0] = last
        sink(0)
      }
      return dropped
    },
    size: () => heap.length,
  }
}

/** In an order that does not depend on how the heap grew: after a restart it grew otherwise. */
export const compareDue = (a: Due, b: Due): number =>
  a.dueMs - b.dueMs || compare(a.kind, b.kind) || compare(a.id, b.id) || compare(a.rule, b.rule) || compare(a.alarm ?? '', b.alarm ?? '')

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
