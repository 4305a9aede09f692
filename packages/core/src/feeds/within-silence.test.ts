import { expect, test, vi } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import type { Sink, Transport } from './transport.ts'
import { withinSilence } from './within-silence.ts'

/** A line that a test speaks on, with its one timer. */
function line() {
  let run: (() => void) | null = null
  const timers = {
    set: vi.fn((due: () => void, _ms: number) => {
      run = due
      return due
    }),
    clear: vi.fn((timer: unknown) => {
      if (timer === run) run = null
    }),
  }
  let sink!: Sink
  let end!: { resolve: () => void; reject: (error: Error) => void }
  const inner: { signal: AbortSignal | null } = { signal: null }
  const transport: Transport = (_, heard, signal) => {
    sink = heard
    inner.signal = signal
    return new Promise((resolve, reject) => {
      end = { resolve, reject }
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
  const moves = { now: true }
  const messages: unknown[] = []
  const opened = vi.fn()
  const control = new AbortController()
  const ended = withinSilence(transport, 'wss://town/live', { timers })(
    { kinds: [] },
    {
      opened,
      message: (data) => {
        messages.push(data)
        return moves.now
      },
    },
    control.signal,
  )
  ended.catch(() => undefined)
  return {
    ended,
    control,
    timers,
    inner,
    moves,
    messages,
    opened,
    say: (data: string) => sink.message(data, 1),
    open: () => sink.opened(() => undefined),
    fall: () => run?.(),
    waits: () => run !== null,
    end,
  }
}

test('a line that brought nothing for three heartbeats of 5 s is lost, and says how long it was silent', async () => {
  const { ended, timers, inner, fall, waits } = line()
  expect(timers.set.mock.calls[0]![1]).toBe(15_000)
  fall()
  await expect(ended).rejects.toMatchObject({ code: 'feed-lost', message: expect.stringContaining('wss://town/live: silent for 15 s') })
  expect([inner.signal!.aborted, waits()]).toEqual([true, false])
})

test('each word that moves the stream begins the wait anew; a complaint of the server does not', () => {
  const { say, timers, moves, messages, opened, open } = line()
  open()
  expect([say('one'), timers.set.mock.calls.length, timers.clear.mock.calls.length]).toEqual([true, 2, 2])
  moves.now = false
  expect([say('two'), timers.set.mock.calls.length]).toEqual([false, 2])
  expect([messages, opened.mock.calls.length]).toEqual([['one', 'two'], 1])
})

test('who leaves is no silence: it resolves, and no timer stays', async () => {
  const { ended, control, inner, waits } = line()
  control.abort()
  await ended
  expect([inner.signal!.aborted, waits()]).toEqual([true, false])
})

test('a line that ends by itself is told as it ended, and no timer stays', async () => {
  const { ended, end, waits } = line()
  end.reject(new TwinError('token-expired', 'the token ended'))
  await expect(ended).rejects.toMatchObject({ code: 'token-expired' })
  expect(waits()).toBe(false)
})

test('only silence is told as silence', async () => {
  const { ended, end } = line()
  end.resolve()
  expect(await ended).toBeUndefined()
})

test('one that is over before it began opens nothing', async () => {
  const transport = vi.fn()
  await withinSilence(transport, 'x')({ kinds: [] }, { opened: () => undefined, message: () => true }, AbortSignal.abort())
  expect(transport).not.toHaveBeenCalled()
})
