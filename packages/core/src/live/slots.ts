// Live flow: order -> **slots** -> columns, motion -> patch. Which slot of a layer an entity has, and who had it before.

/**
 * Slots of one layer. A slot that ends is told with the next patch and is free only when that patch came back, so the
 * engine never sees two entities in one slot; its generation grows at once, so an old handle is refused at once.
 * Memory: 4 bytes and one id a slot; slots are never given back, so it is bounded by the most entities at one time.
 */
export interface Slots {
  /** Id of each slot; null: empty. */
  readonly ids: (string | null)[]
  readonly slotOf: Map<string, number>
  generation: Uint32Array<ArrayBuffer>
  readonly free: number[]
  /** u32 × 2: slot, generation that ended; not told yet. */
  ended: number[]
  /** The same, told in the patch that is on its way. */
  told: number[]
}

export const createSlots = (): Slots => ({
  ids: [],
  slotOf: new Map(),
  generation: new Uint32Array(16),
  free: [],
  ended: [],
  told: [],
})

/** The slot of an entity, a new one where it has none. */
export function takeSlot(slots: Slots, id: string): number {
  const known = slots.slotOf.get(id)
  if (known !== undefined) return known
  const slot = slots.free.pop() ?? slots.ids.length
  slots.ids[slot] = id
  slots.slotOf.set(id, slot)
  if (slot >= slots.generation.length) {
    const more = new Uint32Array(slots.generation.length * 2)
    more.set(slots.generation)
    slots.generation = more
  }
  return slot
}

export function endSlot(slots: Slots, slot: number): void {
  const id = slots.ids[slot]
  if (id === null || id === undefined) return
  slots.slotOf.delete(id)
  slots.ids[slot] = null
  slots.ended.push(slot, slots.generation[slot]!)
  slots.generation[slot]!++
}

/** The removals to tell now; call {@link freeTold} when their patch came back. */
export function tellEnded(slots: Slots): readonly number[] {
  const telling = slots.ended
  slots.told.push(...telling)
  slots.ended = []
  return telling
}

export function freeTold(slots: Slots): void {
  for (let i = 0; i < slots.told.length; i += 2) slots.free.push(slots.told[i]!)
  slots.told = []
}

/** The id behind a handle, or null where its slot is empty or was reused. */
export function idOf(slots: Slots, slot: number, generation: number): string | null {
  return slots.generation[slot] === generation ? (slots.ids[slot] ?? null) : null
}
