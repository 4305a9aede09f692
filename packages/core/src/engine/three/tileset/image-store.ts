// Pictures that lie beside tiles, shared by URL and counted, one store for a viewer: a capture's tiles of all levels point at the same few.
// A fetch is aborted when its last asker leaves; a picture whose askers left while it was decoded is closed at once.

export interface Shared<T> {
  readonly value: T
  /** True for one holder: who accounts for its bytes. */
  readonly first: boolean
  release(): void
}

interface Entry<T> {
  askers: number
  readonly control: AbortController
  readonly made: Promise<T>
  settled: boolean
  value?: T
}

export interface ImageStore<T> {
  /** The same `key` is the same picture. Rejects with AbortError when `signal` aborts; others are not disturbed. */
  get(key: string, make: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Shared<T>>
  readonly size: number
}

export function createImageStore<T extends { dispose(): void }>(): ImageStore<T> {
  const entries = new Map<string, Entry<T>>()

  function leave(key: string, entry: Entry<T>): void {
    if (--entry.askers > 0) return
    if (entries.get(key) === entry) entries.delete(key)
    if (!entry.settled) entry.control.abort()
    entry.value?.dispose()
  }

  function open(key: string, make: (signal: AbortSignal) => Promise<T>): Entry<T> {
    const control = new AbortController()
    const entry: Entry<T> = {
      askers: 0,
      control,
      settled: false,
      made: make(control.signal).then((value) => {
        entry.settled = true
        entry.value = value
        if (entry.askers === 0) value.dispose()
        return value
      }),
    }
    entry.made.catch(() => {
      entry.settled = true
      // Told to each asker; who asks anew begins anew.
      if (entries.get(key) === entry) entries.delete(key)
    })
    entries.set(key, entry)
    return entry
  }

  return {
    async get(key, make, signal) {
      signal.throwIfAborted()
      const entry = entries.get(key) ?? open(key, make)
      const first = entry.askers++ === 0
      let held = true
      const release = () => {
        if (!held) return
        held = false
        leave(key, entry)
      }
      let abort: () => void = () => undefined
      const aborted = new Promise<never>((_, reject) => {
        abort = () => reject(new DOMException('The picture is no longer wanted', 'AbortError'))
        signal.addEventListener('abort', abort)
      })
      try {
        const value = await Promise.race([entry.made, aborted])
        return { value, first, release }
      } catch (error) {
        release()
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    get size() {
      return entries.size
    },
  }
}
