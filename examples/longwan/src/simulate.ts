// Makes `npm start` alive: one person walks, and her wristband reports over HTTP like any other source. What could not be
// sent waits and is sent again in order, as a real device does after a dead spot.
import { setTimeout as sleep } from 'node:timers/promises'
import { profile, recordAt, type SimulatedRecord, WALK_DEFAULTS, type Walk } from './simulate-walk.ts'

export interface SimulatorOptions extends Partial<Omit<Walk, 'origin'>> {
  readonly origin: Walk['origin']
  /** Of the server, with its last slash. */
  readonly url: string
  /** The source's key, with a right to the kinds Wristband and Person. */
  readonly key: string
  /** Told once when the server cannot be reached, and once when it can again. */
  readonly say?: (line: string) => void
  readonly nowMs?: () => number
}

/** What waits at the most while the server is away, records: an hour at the demo's pace. */
const MOST_WAITING = 1_200

/** Walks until `signal` aborts, and resolves then. */
export async function simulate(options: SimulatorOptions, signal: AbortSignal): Promise<void> {
  const { url, key, say = () => undefined, nowMs = () => Date.now(), ...walk } = { ...WALK_DEFAULTS, ...options }
  const startedMs = nowMs()
  // A boot that grows with each start, as a wristband counts its own.
  const boot = Math.floor(startedMs / 1_000)
  let waiting: SimulatedRecord[] = [profile(startedMs)]
  let lost = false
  for (let step = 0; !signal.aborted; step++) {
    waiting.push(recordAt(walk, boot, startedMs, step))
    // By the same clock as every t in the batch: what waited while the server was away keeps its own time.
    const refused = await send(url, key, { records: waiting, sentAt: nowMs() }, signal)
    if (refused === null) waiting = []
    else waiting = waiting.slice(-MOST_WAITING)
    if ((refused !== null) !== lost && !signal.aborted) {
      lost = refused !== null
      say(lost ? `The walking person cannot report (${refused}); she sends it later.` : 'The walking person reports again.')
    }
    const waitMs = Math.max(0, startedMs + (step + 1) * walk.everyMs - nowMs())
    await sleep(waitMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Null: taken. Else why not. */
async function send(
  url: string,
  key: string,
  batch: { readonly records: readonly SimulatedRecord[]; readonly sentAt: number },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const answer = await fetch(new URL('records', url), {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(batch),
      signal,
    })
    if (answer.ok) {
      await answer.body?.cancel()
      return null
    }
    const { error } = (await answer.json()) as { readonly error?: { readonly message?: string } }
    return error?.message ?? `status ${answer.status}`
  } catch (error) {
    return (error as Error).message
  }
}
