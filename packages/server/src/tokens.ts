// Who a viewer is: a JWT that the portal signs and this server verifies. Nothing but the token says the role.
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { isRole, type Role } from '@twinmap/core/internal/kind/privacy'
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
  readonly nowMs: () => number
}

/**
 * @returns a function that tells who holds a token.
 * @throws TwinError from it: `token-expired`, or `not-allowed` for every other fault; never the token.
 */
export async function createVerify({ publicKey, anonymous, nowMs }: TokenRules): Promise<Verify> {
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
        currentDate: new Date(nowMs()),
      })
      const { role, sub, exp } = payload
      if (!isRole(role)) throw new TwinError('not-allowed', 'the role in the token is none of this server; let the portal sign a known one')
      return { role, name: String(sub).slice(0, 200), isAnonymous: false, expiresMs: exp! * 1000 }
    } catch (error) {
      if (error instanceof TwinError) throw error
      if (error instanceof errors.JWTExpired) throw expired(Number(error.payload.exp) * 1000)
      throw new TwinError(
        'not-allowed',
        'the token cannot be verified with the key of this server; let the portal sign it anew',
        {},
        { cause: error },
      )
    }
  }
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
}

/** Signs a token as a portal would. */
export async function signDemoToken({ privateKey, role, name = role, lifeMs = 3_600_000, nowMs = Date.now() }: DemoToken): Promise<string> {
  const key = await importJWK(privateKey)
  return new SignJWT({ role })
    .setProtectedHeader({ alg: privateKey.alg ?? 'EdDSA' })
    .setSubject(name)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor((nowMs + lifeMs) / 1000))
    .sign(key)
}
