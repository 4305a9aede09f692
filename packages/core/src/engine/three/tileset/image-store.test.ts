import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createImageStore } from './image-store.ts'

const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

function made() {
  const log: string[] = []
  const pending: { key: string; resolve: () => void; reject: (error: Error) => void; signal: AbortSignal }[] = []
  const store = createImageStore<{ dispose(): void }>()
  const get = (key: string, signal = new AbortController().signal) =>
    store.get(
      key,
      (inner) => {
        log.push(`fetch ${key}`)
        return new Promise((resolve, reject) => {
          pending.push({ key, signal: inner, resolve: () => resolve({ dispose: () => void log.push(`close ${key}`) }), reject })
          inner.addEventListener('abort', () => {
            log.push(`abort ${key}`)
            reject(new DOMException('', 'AbortError'))
          })
        })
      },
      signal,
    )
  return { log, pending, store, get }
}

describe('a picture beside tiles', () => {
  test('is fetched once for all who ask, and closed when the last lets go', async () => {
    const { log, pending, store, get } = made()
    const asked = [get('a'), get('a'), get('b')]
    for (const each of pending) each.resolve()
    const shared = await Promise.all(asked)
    expect(shared.map(({ first }) => first)).toEqual([true, false, true])
    shared[0]!.release()
    shared[0]!.release()
    shared[2]!.release()
    expect(log).toEqual(['fetch a', 'fetch b', 'close b'])
    shared[1]!.release()
    expect(log.filter((each) => each.startsWith('close'))).toEqual(['close b', 'close a'])
    expect(store.size).toBe(0)
  })

  test('keeps coming for one when the other leaves, and stops when all left', async () => {
    const { log, pending, get, store } = made()
    const [one, two] = [new AbortController(), new AbortController()]
    const asked = [get('a', one.signal), get('a', two.signal)].map((each) => each.catch((error: Error) => error.name))
    one.abort()
    expect(await asked[0]).toBe('AbortError')
    expect(pending[0]!.signal.aborted).toBe(false)
    two.abort()
    expect(await asked[1]).toBe('AbortError')
    expect(log).toEqual(['fetch a', 'abort a'])
    expect(store.size).toBe(0)
  })

  test('that failed is told to all who asked, and tried anew by who asks next', async () => {
    const { log, pending, get } = made()
    const asked = [get('a'), get('a')]
    pending[0]!.reject(new Error('gone'))
    for (const each of asked) await expect(each).rejects.toThrow('gone')
    const again = get('a')
    pending[1]!.resolve()
    await again
    expect(log).toEqual(['fetch a', 'fetch a'])
  })

  test('is never left open nor closed while held, whatever the order of asking, aborting, arriving and leaving', async () => {
    const step = fc.tuple(fc.constantFrom('ask', 'abort', 'arrive', 'release'), fc.nat(7), fc.constantFrom('a', 'b'))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { log, pending, get, store } = made()
        const asked: { control: AbortController; shared?: { release(): void }; key: string }[] = []
        for (const [what, n, key] of steps) {
          const one = asked[n % Math.max(1, asked.length)]
          if (what === 'ask') {
            const entry: (typeof asked)[number] = { control: new AbortController(), key }
            asked.push(entry)
            get(key, entry.control.signal).then(
              (shared) => {
                entry.shared = shared
              },
              () => undefined,
            )
          } else if (what === 'abort' && one?.shared === undefined) one?.control.abort()
          else if (what === 'arrive') pending[n % Math.max(1, pending.length)]?.resolve()
          else if (what === 'release') one?.shared?.release()
          await turn()
        }
        for (const each of pending) each.resolve()
        await turn()
        for (const each of asked) each.shared?.release()
        for (const each of asked) if (each.shared === undefined) each.control.abort()
        await turn()
        expect(store.size).toBe(0)
        const count = (what: string) => log.filter((each) => each.startsWith(what)).length
        expect(count('close') + count('abort')).toBe(count('fetch'))
      }),
      { numRuns: 60 },
    )
  })
})
