// Events of an engine: one typed map, listeners in the order they came.

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()

  /** Answers how to stop listening. */
  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void): () => void {
    let listeners = this.#listeners.get(type)
    if (listeners === undefined) this.#listeners.set(type, (listeners = new Set()))
    const own = listener as (event: never) => void
    listeners.add(own)
    return () => listeners.delete(own)
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) (listener as (event: Events[K]) => void)(event)
  }

  clear(): void {
    this.#listeners.clear()
  }
}
