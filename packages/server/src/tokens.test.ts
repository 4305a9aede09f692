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
  expect(await verify(token)).toEqual({ role: 'care', name: 'li', isAnonymous: false, expiresMs: NOW + 60_000 })
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

const HOUR = 3_600
const at = NOW / 1000
const claims = { role: 'care', sub: 'li', iat: at, exp: at + HOUR }
const refusal = (words: RegExp) => ({ code: 'not-allowed', message: expect.stringMatching(words) })

test('a token of another audience, or of none, is refused where the server has one', async () => {
  const strict = await createVerify({ publicKey: keys.publicKey, audience: ['twin', 'twin-test'], nowMs: () => NOW })
  for (const aud of ['twin', 'twin-test', ['portal', 'twin']])
    expect(await strict(await signed({ ...claims, aud }))).toMatchObject({ role: 'care' })
  for (const aud of ['portal', ['a', 'b'], []])
    await expect(strict(await signed({ ...claims, aud }))).rejects.toMatchObject(refusal(/aud.*viewers\.audience/))
  await expect(strict(await signed(claims))).rejects.toMatchObject(refusal(/for its aud, which it lacks/))
  expect(await verify(await signed({ ...claims, aud: 'anyone' }))).toMatchObject({ role: 'care' })
})

test('a token of another issuer, or of none, is refused where the server has one', async () => {
  const strict = await createVerify({ publicKey: keys.publicKey, issuer: 'https://portal.example', nowMs: () => NOW })
  expect(await strict(await signed({ ...claims, iss: 'https://portal.example' }))).toMatchObject({ role: 'care' })
  await expect(strict(await signed({ ...claims, iss: 'https://evil.example' }))).rejects.toMatchObject(refusal(/iss.*viewers\.issuer/))
  await expect(strict(await signed(claims))).rejects.toMatchObject(refusal(/for its iss, which it lacks/))
})

test('a token lives for a day at most, or for what the server says, counted from its iat or from now', async () => {
  expect(await verify(await signed({ ...claims, exp: at + 24 * HOUR }))).toMatchObject({ role: 'care' })
  const long = refusal(/exp.*longestTokenLifeMs.*24 h/)
  await expect(verify(await signed({ ...claims, exp: at + 24 * HOUR + 1 }))).rejects.toMatchObject(long)
  await expect(verify(await signed({ ...claims, iat: at - 24 * HOUR, exp: at + 1 }))).rejects.toMatchObject(long)
  await expect(verify(await signed({ role: 'care', sub: 'li', exp: at + 25 * HOUR }))).rejects.toMatchObject(
    refusal(/25 h after now, and no iat/),
  )
  await expect(verify(await signed({ ...claims, exp: 1e300 }))).rejects.toMatchObject(long)
  const short = await createVerify({ publicKey: keys.publicKey, longestTokenLifeMs: 600_000, nowMs: () => NOW })
  expect(await short(await signed({ ...claims, exp: at + 600 }))).toMatchObject({ role: 'care' })
  await expect(short(await signed({ ...claims, exp: at + 601 }))).rejects.toMatchObject(refusal(/longestTokenLifeMs.*0\.167 h/))
})

test('a token of the future is refused beyond a minute, and one whose end has come has no minute more', async () => {
  for (const claim of ['iat', 'nbf']) {
    expect(await verify(await signed({ ...claims, [claim]: at + 60 }))).toMatchObject({ role: 'care' })
    await expect(verify(await signed({ ...claims, [claim]: at + 61 }))).rejects.toMatchObject(
      refusal(new RegExp(`for its ${claim}, 61 s ahead of this server's clock`)),
    )
  }
  await expect(verify(await signed({ ...claims, exp: at }))).rejects.toMatchObject({ code: 'token-expired' })
  await expect(verify(await signed({ ...claims, exp: at - 59 }))).rejects.toMatchObject({ code: 'token-expired' })
})

test('says which claim is of a wrong type or missing, and no value', async () => {
  await expect(verify(await signed({ ...claims, iat: 'yesterday' }))).rejects.toMatchObject(refusal(/^(?!.*yesterday).*its iat/))
  await expect(verify(await signed({ role: 'care', exp: at + HOUR }))).rejects.toMatchObject(refusal(/its sub, which it lacks/))
  await expect(verify(await signed({ role: 'care', sub: 'li' }))).rejects.toMatchObject(refusal(/its exp, which it lacks/))
})
