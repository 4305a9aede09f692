// What is due when, as a binary heap: a turn looks at what is due and at nothing else. Entries are never taken back; one that no
// longer holds is found out when its time comes, by whoever keeps what it is about.

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
  /** All that is due by `nowMs`, earliest first; nothing is taken out. */
  readonly until: (nowMs: number) => Due[]
  /** Takes out all that is due by `nowMs`. */
  readonly drop: (nowMs: number) => void
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
      // In an order that does not depend on how the heap grew: after a restart it grew otherwise.
      return found.sort(
        (a, b) =>
          a.dueMs - b.dueMs ||
          compare(a.kind, b.kind) ||
          compare(a.id, b.id) ||
          compare(a.rule, b.rule) ||
          compare(a.alarm ?? '', b.alarm ?? ''),
      )
    },
    drop(nowMs) {
      while (heap.length > 0 && heap[0]!.dueMs <= nowMs) {
        const last = heap.pop()!
        if (heap.length === 0) return
        heap[0] = last
        sink(0)
      }
    },
    size: () => heap.length,
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
