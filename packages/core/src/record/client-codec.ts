// The way up: what a viewer may say to the server, read as if an enemy had sent it.
import { TwinError } from '../error/twin-error.ts'
import { isId } from '../kind/wire-text.ts'
import type { Action } from './action.ts'
import { isObject } from './check.ts'
import type { ClientMessage, Hello } from './envelope.ts'

/** Names in a hello, and characters of one: four times what a twin has, and as long as the name of a kind may be. */
const MOST_KINDS = 256
const LONGEST_KIND = 64

const wrong = (path: string, expected: string): never => {
  throw new TwinError('request-invalid', `${path}: expected ${expected}; docs/formats/wire.md shows each message`, { path })
}
const isCounter = (raw: unknown): raw is number => typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0
const isKindName = (raw: unknown): raw is string => isId(raw, LONGEST_KIND)

/**
 * Reads one message of a viewer.
 *
 * @throws TwinError `request-invalid` with the path of what is wrong; never the token.
 */
export function readClientMessage(json: unknown): ClientMessage {
  if (!isObject(json)) return wrong('message', 'an object')
  if (isObject(json['resync'])) return { resync: {} }
  if (!isObject(json['hello'])) return wrong('message', '{"hello":{…}} or {"resync":{}}')
  return { hello: helloOf(json['hello']) }
}

function helloOf({ token, expired, kinds, resume }: Readonly<Record<string, unknown>>): Hello {
  if (token !== undefined && (typeof token !== 'string' || token.length > 8_000)) return wrong('hello.token', 'a JWT')
  if (kinds !== undefined && !(Array.isArray(kinds) && kinds.length <= MOST_KINDS && kinds.every(isKindName)))
    return wrong('hello.kinds', `at most ${MOST_KINDS} names of kinds`)
  if (resume !== undefined && !(isObject(resume) && isId(resume['streamId']) && isCounter(resume['n'])))
    return wrong('hello.resume', '{"streamId":"…","n":0}')
  return {
    ...(token !== undefined && { token }),
    ...(expired === true && { expired }),
    ...(kinds !== undefined && { kinds: kinds as string[] }),
    ...(resume !== undefined && {
      resume: { streamId: (resume as Record<string, string>)['streamId']!, n: (resume as Record<string, number>)['n']! },
    }),
  }
}

/**
 * Reads the body of `POST actions`.
 *
 * @throws TwinError `request-invalid` with the path of what is wrong.
 */
export function readAction(json: unknown): Action {
  if (!isObject(json)) return wrong('action', 'an object')
  const { key, type, alarm, count } = json
  if (typeof key !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) return wrong('key', 'a UUID')
  if (!isId(alarm)) return wrong('alarm', 'the id of an alarm')
  if (type === 'take' || type === 'done' || type === 'withdraw') return { key: key.toLowerCase(), type, alarm }
  if (type !== 'acknowledge') return wrong('type', 'acknowledge, take, done or withdraw')
  if (!isCounter(count) || count < 1) return wrong('count', 'the occurrences that the operator saw, from 1')
  return { key: key.toLowerCase(), type, alarm, count }
}
