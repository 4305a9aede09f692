import { readFileSync } from 'node:fs'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import * as v from 'valibot'
import { isProxyAddress } from './http/address.ts'
import { readOrigin } from './http/origin.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'
import { LONGEST_TOKEN_LIFE_MS } from './tokens.ts'

const jwk = v.looseObject({ kty: v.string(), alg: v.string() })
const publicKey = v.pipe(
  v.custom<PublicKey | string | undefined>(() => true),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const read = readPublicKey(dataset.value)
    if ('key' in read) return read.key
    addIssue({ message: read.fault })
    return NEVER
  }),
)
const folder = v.pipe(v.string(), v.nonEmpty())
const name = v.pipe(v.string(), v.nonEmpty())
const names = v.union([name, v.pipe(v.array(name), v.minLength(1, 'name at least one'))], 'a name, or a list of them')
const origin = v.pipe(
  v.string(),
  v.check((text) => readOrigin(text) !== null, 'scheme, host and port alone, as https://portal.example'),
)
/** Of CSP's sources those that name a page: anything else could end the header, or the directive. */
const ANCESTOR = /^('self'|'none'|https?:|https?:\/\/(\*\.)?[\w.-]+(:(\d+|\*))?|https?:\/\/\[[\da-f:]+\](:\d+)?)$/i
const ancestor = v.pipe(
  v.string(),
  v.check((text) => ANCESTOR.test(text), "'self', or an origin as https://portal.example"),
)
const proxy = v.pipe(v.string(), v.check(isProxyAddress, 'an address or a network, as 127.0.0.1 or 10.0.0.0/8'))

/** Two threads open it, and a restart goes on with it: `:memory:` would be two databases, each gone at the end; a URI is no path. */
function isKeptFile(path: string): boolean {
  return !/:memory:/i.test(path) && !/^[a-z][a-z\d+.-]+:/i.test(path)
}

/** What a server is told. Folders and files are relative to the working directory. */
export const CONFIG = v.strictObject({
  /** `127.0.0.1` (default): this machine alone; `0.0.0.0`: the network. */
  host: v.optional(v.string(), '127.0.0.1'),
  /** 0: any free one. */
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 8080),
  /** File of the database; it is made if absent. */
  database: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.check(isKeptFile, 'the path of a file on this machine, as town.db, which outlives the server'),
  ),
  /** The twin document, served as `twin.json`; its kinds add to the server's own. */
  document: v.optional(v.pipe(v.string(), v.nonEmpty())),
  /** Folders that are served; of two that fit, the longer path is asked first, then the other. */
  mounts: v.optional(v.array(v.strictObject({ path: v.pipe(v.string(), v.regex(/^\/(.*\/)?$/, 'begin and end with /')), folder })), []),
  /**
   * Inventories of kinds that are not for everybody: the layer of the document that asks for `inventory/{layer}`, and the file
   * that is cut for each role. It must lie in no folder that is served.
   */
  inventories: v.optional(v.array(v.strictObject({ layer: v.pipe(v.string(), v.nonEmpty()), file: v.pipe(v.string(), v.nonEmpty()) })), []),
  viewers: v.strictObject({
    /** The portal's public key: a JWK with `alg` (EdDSA, ES256, RS256…), or its JSON text, as an environment variable holds it. */
    publicKey,
    /** `public`: who has no token sees what is public. Absent: refused. */
    anonymous: v.optional(v.literal('public')),
    /** A token must be for one of these (its `aud`). Absent: it may be for anyone. */
    audience: v.optional(names),
    /** A token must come from one of these (its `iss`). Absent: from whoever has the portal's key. */
    issuer: v.optional(names),
    /** From a token's `iat`, or from now where it has none, to its `exp`. Default: a day. */
    longestTokenLifeMs: v.optional(v.pipe(v.number(), v.minValue(1_000)), LONGEST_TOKEN_LIFE_MS),
  }),
  sources: v.optional(
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.nonEmpty()),
        key: v.pipe(v.string(), v.minLength(16, 'at least 16 characters, from a generator of passwords')),
        /** Kinds that it may write. */
        kinds: v.pipe(v.array(v.string()), v.minLength(1, 'name at least one kind')),
      }),
    ),
    [],
  ),
  /**
   * Origins of pages that may open `live` and post here, beside the server's own: those of a portal whose proxy does not
   * pass the header `Host`.
   */
  origins: v.optional(v.array(origin), []),
  /** Pages that may frame one of this server, as CSP's `frame-ancestors` names them. Default: those of its own origin. */
  frameAncestors: v.optional(v.array(ancestor), ["'self'"]),
  /** Addresses and networks of the proxies whose `X-Forwarded-For` is believed. Default: of none. */
  proxies: v.optional(v.array(proxy), []),
  /** Signs tokens for whoever asks: for a demo, never for a town. */
  demo: v.optional(v.strictObject({ privateKey: jwk })),
  /** Files whose workers may compile wasm, by the end of their path. Default: the KTX2 worker. */
  wasmWorker: v.optional(v.pipe(v.string(), v.nonEmpty())),
  keepHistoryDays: v.optional(v.pipe(v.number(), v.minValue(1)), 90),
})

export type ServerConfig = v.InferInput<typeof CONFIG>
export type CheckedConfig = v.InferOutput<typeof CONFIG>

/**
 * Checks a configuration.
 *
 * @param file - where it came from, for the message.
 * @throws TwinError `config-invalid`: file, field and value; never a key.
 */
export function checkConfig(config: unknown, file = 'configuration'): CheckedConfig {
  const result = v.safeParse(CONFIG, config)
  if (result.success) return result.output
  const issue = result.issues[0]
  const field = v.getDotPath(issue) ?? ''
  if (issue.type === 'raw_transform') throw new TwinError('config-invalid', `${file}: ${field} ${issue.message}`, { file, field })
  // A key is never told itself.
  const value = /key/i.test(field) && issue.received !== 'undefined' ? '(hidden)' : issue.received
  const message = `${file}: ${field || 'the whole'} is ${value}; ${issue.type === 'strict_object' && issue.expected === 'never' ? 'no such option' : `expected ${issue.expected ?? issue.message}`}`
  throw new TwinError('config-invalid', `${message}${issue.expected ? ` (${issue.message})` : ''}`, { file, field })
}

/** @throws TwinError `config-invalid` */
export function readConfigFile(file: string): CheckedConfig {
  let json: unknown
  try {
    // A decoder, for it leaves out the byte order mark that some editors put first.
    json = JSON.parse(new TextDecoder().decode(readFileSync(file)))
  } catch (error) {
    throw new TwinError('config-invalid', `${file}: cannot be read as JSON (${(error as Error).message})`, { file }, { cause: error })
  }
  return checkConfig(json, file)
}
