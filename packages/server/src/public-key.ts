// The portal's public key as people give it: a JWK, or its JSON text as an environment variable holds it. What is no key, half
// of one, or the wrong half is told in words that do not show it.
import type { JWK } from 'jose'

/** Members without which a key of this type (RFC 7517 `kty`) is half a key; RFC 7518 section 6, RFC 8037 section 2. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = { OKP: ['crv', 'x'], EC: ['crv', 'x', 'y'], RSA: ['n', 'e'] }

const MAKE = 'npx -p @twinmap/server twinmap-keys makes a pair; give what it writes to portal-public.json'

export type PublicKey = JWK & { readonly kty: string; readonly alg: string }

/** @returns the key, or what is wrong with it: the end of a sentence that begins with the field. */
export function readPublicKey(given: unknown): { readonly key: PublicKey } | { readonly fault: string } {
  if (given === undefined || given === null || given === '') return { fault: `is not set; ${MAKE}` }
  let key = given
  if (typeof given === 'string') {
    try {
      key = JSON.parse(given)
    } catch {
      return { fault: `is text that is no JSON (${given.length} characters: is it cut off, or a PEM?); ${MAKE}` }
    }
  }
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return { fault: `is no JWK; ${MAKE}` }
  const { kty, alg, d } = key as Record<string, unknown>
  if (kty === 'oct') return { fault: 'is a shared secret (kty oct), by which this server could sign tokens too; give a public key' }
  const needed = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined
  if (needed === undefined) return { fault: `has ${kty === undefined ? 'no kty' : 'an unknown kty'}; it is OKP, EC or RSA. ${MAKE}` }
  if (d !== undefined) return { fault: 'holds a private key (d), which must never leave the portal; give the public half' }
  const missing = needed.filter((name) => typeof (key as Record<string, unknown>)[name] !== 'string')
  if (missing.length > 0) return { fault: `is half a key: ${missing.join(' and ')} of kty ${kty} is missing; ${MAKE}` }
  if (typeof alg !== 'string') return { fault: 'has no alg; add the one by which the portal signs, such as EdDSA, ES256 or RS256' }
  return { key: key as PublicKey }
}
