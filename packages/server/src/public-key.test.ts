import { expect, test } from 'vitest'
import { checkConfig } from './config.ts'
import { createDemoKeys } from './tokens.ts'

const keys = await createDemoKeys()
const of = (publicKey: unknown) => () => checkConfig({ database: 'twin.db', viewers: { publicKey } }, 'twin.json')

test('is taken as a JWK, or as the text of one', () => {
  expect(of(keys.publicKey)().viewers.publicKey).toEqual(keys.publicKey)
  expect(of(`${JSON.stringify(keys.publicKey)}\n`)().viewers.publicKey).toEqual(keys.publicKey)
})

test.each([
  [undefined, 'is not set; npx -p @twinmap/server twinmap-keys makes a pair'],
  ['', 'is not set'],
  ['{"kty":"OKP","x":"sec', 'is text that is no JSON (21 characters: is it cut off, or a PEM?)'],
  ['-----BEGIN PUBLIC KEY-----', 'is text that is no JSON (26 characters'],
  ['7', 'is no JWK'],
  [[], 'is no JWK'],
  [{ alg: 'EdDSA' }, 'has no kty'],
  [{ kty: 'toString' }, 'has an unknown kty; it is OKP, EC or RSA'],
  [{ kty: 'oct', k: 'secret', alg: 'HS256' }, 'is a shared secret (kty oct)'],
  [keys.privateKey, 'holds a private key (d), which must never leave the portal'],
  [{ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' }, 'is half a key: x of kty OKP is missing'],
  [{ kty: 'EC', crv: 'P-256', alg: 'ES256' }, 'is half a key: x and y of kty EC is missing'],
  [{ kty: 'RSA', n: 'n', alg: 'RS256' }, 'is half a key: e of kty RSA is missing'],
  [{ ...keys.publicKey, alg: undefined }, 'has no alg'],
])('%j is refused by its field, and not shown', (publicKey, sentence) => {
  let message = ''
  try {
    of(publicKey)()
  } catch (error) {
    expect(error).toMatchObject({ code: 'config-invalid', details: { field: 'viewers.publicKey' } })
    message = (error as Error).message
  }
  expect(message).toContain(`twin.json: viewers.publicKey ${sentence}`)
  expect(message).not.toMatch(new RegExp(`secret"|${keys.privateKey.d}|sec$`))
})

test('a key of a source that is not set is told as that', () => {
  const sources = [{ name: 'wristbands', key: undefined, kinds: ['Wristband'] }]
  expect(() => checkConfig({ database: 'twin.db', viewers: { publicKey: keys.publicKey }, sources })).toThrow('sources.0.key is undefined')
})
