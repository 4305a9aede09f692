// Who a viewer is: a JWT that the portal signs and this server verifies. Nothing but the token says the role.
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { isRole, type Role } from '@twinmap/core/internal/kind/privacy'
import { isId, wrongWithId } from '@twinmap/core/internal/kind/wire-text'
import { errors, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'

export interface Viewer {
  readonly role: Role
  /** The token's `sub`: who acknowledges, and whom the audit names. */
  readonly name: string
  /** It has no token. */
  readonly isAnonymous: boolean
  /** UTC ms; Infinity: without a token. */
  readonly expiresMs: number
}

export type Verify = (token: string | undefined) => Promise<Viewer>

export interface TokenRules {
  readonly publicKey: JWK
  readonly anonymous?: 'public' | undefined
  /** A token must be for one of these (`aud`). Absent: for anyone. */
  readonly audience?: string | readonly string[] | undefined
  /** A token must come from one of these (`iss`). Absent: from whoever has the key. */
  readonly issuer?: string | readonly string[] | undefined
  /** From its `iat`, or from now where it has none, to its `exp`. */
  readonly longestTokenLifeMs?: number | undefined
  readonly nowMs: () => number
}

/** A day: a shift and its hand-over. A token that was lost is of no use for longer. */
export const LONGEST_TOKEN_LIFE_MS = 24 * 3_600_000
/** So far the portal's clock may be ahead of this server's. An end is an end: `exp` has no such grace. */
const AHEAD_MS = 60_000

/**
 * @returns a function that tells who holds a token.
 * @throws TwinError from it: `token-expired`, or `not-allowed` for every other fault, with the claim that is wrong; never the token.
 */
export async function createVerify({
  publicKey,
  anonymous,
  audience,
  issuer,
  longestTokenLifeMs = LONGEST_TOKEN_LIFE_MS,
  nowMs,
}: TokenRules): Promise<Verify> {
  const key = await importJWK(publicKey).catch((error: Error) => {
    throw new TwinError('config-invalid', `viewers.publicKey is no JWK that can be used (${error.message}); give the portal's public key`)
  })
  const algorithms = [publicKey.alg ?? 'EdDSA']
  return async (token) => {
    if (token === undefined || token === '') {
      if (anonymous === 'public') return { role: 'public', name: 'anonymous', isAnonymous: true, expiresMs: Number.POSITIVE_INFINITY }
      throw new TwinError('not-allowed', 'this twin asks for a token; give the viewer a getToken')
    }
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms,
        requiredClaims: ['exp', 'sub', 'role'],
        ...(audience !== undefined && { audience: [audience].flat() }),
        ...(issuer !== undefined && { issuer: [issuer].flat() }),
        clockTolerance: AHEAD_MS / 1000,
        currentDate: new Date(nowMs()),
      })
      const { role, sub, exp, iat } = payload
      const expiresMs = exp! * 1000
      if (expiresMs <= nowMs()) throw expired(expiresMs)
      if (iat !== undefined && iat * 1000 > nowMs() + AHEAD_MS) throw wrong(`iat, ${ahead(iat * 1000 - nowMs())}`)
      const lifeMs = expiresMs - (iat === undefined ? nowMs() : iat * 1000)
      if (lifeMs > longestTokenLifeMs)
        throw wrong(
          `exp, ${hours(lifeMs)} after ${iat === undefined ? 'now, and no iat' : 'its iat'}, where viewers.longestTokenLifeMs of this server allows ${hours(longestTokenLifeMs)}; let the portal sign shorter ones`,
        )
      if (!isRole(role)) throw new TwinError('not-allowed', 'the role in the token is none of this server; let the portal sign a known one')
      if (!isId(sub)) throw wrong(`sub, which ${wrongWithId(sub)}`)
      return { role, name: sub, isAnonymous: false, expiresMs }
    } catch (error) {
      if (error instanceof TwinError) throw error
      if (error instanceof errors.JWTExpired) throw expired(Number(error.payload.exp) * 1000)
      if (error instanceof errors.JWTClaimValidationFailed) throw claimFault(error, nowMs())
      throw new TwinError(
        'not-allowed',
        'the token cannot be verified with the key of this server; let the portal sign it anew',
        {},
        { cause: error },
      )
    }
  }
}

const wrong = (what: string): TwinError => new TwinError('not-allowed', `the token is refused for its ${what}`)
const hours = (ms: number): string => `${Number((ms / 3_600_000).toPrecision(3))} h`
const ahead = (ms: number): string => `${Math.round(ms / 1000)} s ahead of this server's clock; set the clock of the portal, or this one`

/** Its signature is right by then, so the portal made it so. A value is not told: it may be a person's name. */
function claimFault({ claim, reason, payload }: errors.JWTClaimValidationFailed, nowMs: number): TwinError {
  if (reason === 'missing') return wrong(`${claim}, which it lacks; let the portal sign it with one`)
  if (reason === 'check_failed' && claim === 'nbf') return wrong(`nbf, ${ahead(Number(payload.nbf) * 1000 - nowMs)}`)
  if (claim === 'aud')
    return wrong('aud (audience), which is none of viewers.audience of this server; let the portal sign one for this twin')
  if (claim === 'iss') return wrong('iss (issuer), which is none of viewers.issuer of this server; let the right portal sign it')
  return wrong(`${claim}, which is not of the type that it must have; let the portal sign it anew`)
}

export const expired = (expiresMs: number): TwinError =>
  new TwinError(
    'token-expired',
    `the token expired at ${new Date(Number.isFinite(expiresMs) ? expiresMs : 0).toISOString()}; ask for a new one and say hello with expired: true`,
  )

/** A pair of keys for a demo or a test; a town's private key never leaves its portal. */
export async function createDemoKeys(): Promise<{ readonly publicKey: DemoKey; readonly privateKey: DemoKey }> {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  const jwk = async (key: typeof pair.publicKey): Promise<DemoKey> => ({ ...(await exportJWK(key)), alg: 'EdDSA', kty: 'OKP' })
  return { publicKey: await jwk(pair.publicKey), privateKey: await jwk(pair.privateKey) }
}
export type DemoKey = JWK & { alg: string; kty: string }

export interface DemoToken {
  readonly privateKey: JWK
  readonly role: Role
  /** Who it is. Default: the role. */
  readonly name?: string
  /** Default an hour. */
  readonly lifeMs?: number
  readonly nowMs?: number
  readonly audience?: string
  readonly issuer?: string
}

/** Signs a token as a portal would. */
export async function signDemoToken(asked: DemoToken): Promise<string> {
  const { privateKey, role, name = role, lifeMs = 3_600_000, nowMs = Date.now(), audience, issuer } = asked
  const key = await importJWK(privateKey)
  const token = new SignJWT({ role })
    .setProtectedHeader({ alg: privateKey.alg ?? 'EdDSA' })
    .setSubject(name)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor((nowMs + lifeMs) / 1000))
  if (audience !== undefined) token.setAudience(audience)
  if (issuer !== undefined) token.setIssuer(issuer)
  return token.sign(key)
}
