import { importJWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createDemoKeys, createVerify, signDemoToken } from './tokens.ts'

const NOW = 1_764_046_800_000
const keys = await createDemoKeys()
const verify = await createVerify({ publicKey: keys.publicKey, nowMs: () => NOW })
const signed = (claims: object, alg = 'EdDSA') =>
  importJWK(keys.privateKey).then((key) => new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(key))
const exp = NOW / 1000 + 60

test('tells role, name and end of a token that the portal signed', async () => {
  const token = await signDemoToken({ privateKey: keys.privateKey, role: 'care', name: 'li', lifeMs: 60_000, nowMs: NOW })
  expect(await verify(token)).toEqual({ role: 'care', name: 'li', expiresMs: NOW + 60_000 })
})

test('tells an expired token from a false one', async () => {
  await expect(verify(await signed({ role: 'care', sub: 'li', exp: exp - 120 }))).rejects.toMatchObject({ code: 'token-expired' })
  await expect(verify(await signed({ role: 'care', sub: 'li' }))).rejects.toMatchObject({ code: 'not-allowed' })
  await expect(verify(await signed({ role: 'care', exp }))).rejects.toMatchObject({ code: 'not-allowed' })
  await expect(verify(await signed({ role: 'king', sub: 'li', exp }))).rejects.toMatchObject({ code: 'not-allowed' })
  await expect(verify(await signed({ role: 'toString', sub: 'li', exp }))).rejects.toMatchObject({ code: 'not-allowed' })
})

test('takes no token that chose its own algorithm, or none', async () => {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const none = `${part({ alg: 'none' })}.${part({ role: 'command', sub: 'x', exp })}.`
  await expect(verify(none)).rejects.toMatchObject({ code: 'not-allowed' })
  const hmac = await new SignJWT({ role: 'command', sub: 'x', exp })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(String(keys.publicKey['x']).padEnd(64, 'x')))
  await expect(verify(hmac)).rejects.toMatchObject({ code: 'not-allowed' })
})

test('never tells the token in its words', async () => {
  await expect(verify('eyJsecret')).rejects.toThrow(/^(?!.*eyJsecret)/)
})

test('lets nobody in without a token, unless what is public is for all', async () => {
  await expect(verify(undefined)).rejects.toMatchObject({ code: 'not-allowed' })
  const open = await createVerify({ publicKey: keys.publicKey, anonymous: 'public', nowMs: () => NOW })
  expect(await open('')).toMatchObject({ role: 'public', expiresMs: Number.POSITIVE_INFINITY })
})
