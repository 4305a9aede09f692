// The way out: page -> worker -> **act** -> POST -> server -> echo in the feed -> state. A request with an idempotency
// key: asked again with the same key it is the same action, so a cut line costs nothing.
import { TwinError, type TwinErrorData } from '../error/twin-error.ts'
import type { Net } from '../net/net.ts'
import { placeOfUrl } from '../net/net.ts'
import type { Action, ActionAnswer } from '../record/action.ts'

/** Longest wait for an answer at each try, ms. */
export const ACTION_TIMEOUT_MS = 10_000

/**
 * Sends an action.
 *
 * @returns what the server said; a refusal (`alarm-grew`, `not-allowed`, …) is an answer too.
 * @throws TwinError `fetch-failed` where no server answered after the retries; `token-expired` where it asks for a new token;
 * `action-refused` where its answer is not understood; the signal's reason where it aborts.
 */
export async function act(action: Action, url: string, net: Net, signal: AbortSignal): Promise<ActionAnswer> {
  const response = await net.fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(action),
    repeatable: true,
    timeoutMs: ACTION_TIMEOUT_MS,
    accept: [400, 401, 403, 404, 409],
    signal,
  })
  const where = placeOfUrl(new URL(url))
  let answer: unknown
  try {
    answer = await response.json()
  } catch (cause) {
    signal.throwIfAborted()
    throw notUnderstood(where, response.status, cause)
  }
  const error = errorOf(answer)
  if (error?.code === 'token-expired') throw new TwinError('token-expired', `${where}: ${error.message}`, { where })
  if (error !== null) return { error }
  const { key, state, by } = answer as { key?: unknown; state?: unknown; by?: unknown }
  if (response.ok && key === action.key) {
    if (state === 'pending') return { key, state }
    if (state === 'done' && typeof by === 'string') return { key, state, by }
  }
  throw notUnderstood(where, response.status)
}

function errorOf(answer: unknown): TwinErrorData | null {
  const error = (answer as { error?: Partial<TwinErrorData> } | null)?.error
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') return null
  return { code: error.code, message: error.message, details: error.details ?? {} }
}

const notUnderstood = (where: string, status: number, cause?: unknown): TwinError =>
  new TwinError(
    'action-refused',
    `${where}: answered ${status} with what is no answer to an action; check what stands between this page and the server`,
    { where, status },
    { cause },
  )
