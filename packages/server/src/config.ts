import { readFileSync } from 'node:fs'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import * as v from 'valibot'

const jwk = v.looseObject({ kty: v.string(), alg: v.string() })
const folder = v.pipe(v.string(), v.nonEmpty())

/** What a server is told. Folders and files are relative to the working directory. */
export const CONFIG = v.strictObject({
  /** `127.0.0.1` (default): this machine alone; `0.0.0.0`: the network. */
  host: v.optional(v.string(), '127.0.0.1'),
  /** 0: any free one. */
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 8080),
  /** File of the database; it is made if absent. */
  database: v.pipe(v.string(), v.nonEmpty()),
  /** The twin document, served as `twin.json`; its kinds add to the server's own. */
  document: v.optional(v.pipe(v.string(), v.nonEmpty())),
  /** Folders that are served; of two that fit, the longer path is asked first, then the other. */
  mounts: v.optional(v.array(v.strictObject({ path: v.pipe(v.string(), v.regex(/^\/(.*\/)?$/, 'begin and end with /')), folder })), []),
  viewers: v.strictObject({
    /** The portal's public key, as a JWK with `alg` (EdDSA, ES256, RS256…). */
    publicKey: jwk,
    /** `public`: who has no token sees what is public. Absent: refused. */
    anonymous: v.optional(v.literal('public')),
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
  // A key is told by its length, never itself.
  const value = /key/i.test(field) ? '(hidden)' : issue.received
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
