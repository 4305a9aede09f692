import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createVerify } from '../tokens.ts'
import { twinmapKeys } from './twinmap-keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinmap-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const NOW_MS = Date.UTC(2026, 10, 30)
async function keys(...args: string[]) {
  let out = ''
  let err = ''
  const code = await twinmapKeys(args, { out: (text) => (out += text), err: (text) => (err += text), nowMs: () => NOW_MS })
  return { code, out, err }
}
const file = (name: string) => join(folder, name)
const sign = (...args: string[]) => keys('sign', '--key', file('portal-private.json'), ...args)

test('makes a pair whose private half only its owner reads, and signs a token that the public half verifies', async () => {
  expect(await keys('--out', folder)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('viewers.publicKey') })
  expect(readdirSync(folder).sort()).toEqual(['portal-private.json', 'portal-public.json'])
  expect(statSync(file('portal-private.json')).mode & 0o777).toBe(0o600)
  const publicKey = JSON.parse(readFileSync(file('portal-public.json'), 'utf8'))
  expect(publicKey).not.toHaveProperty('d')
  const { code, out, err } = await sign('--role', 'grid', '--name', '李四', '--audience', 'longwan', '--issuer', 'portal')
  expect([code, err]).toEqual([0, ''])
  const verify = await createVerify({ publicKey, audience: 'longwan', issuer: 'portal', nowMs: () => NOW_MS })
  expect(await verify(out.trim())).toEqual({ role: 'grid', name: '李四', isAnonymous: false, expiresMs: NOW_MS + 3_600_000 })
})

test('keeps keys that are there, and leaves no half of a pair', async () => {
  writeFileSync(file('portal-public.json'), 'mine')
  expect(await keys('--out', folder)).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringMatching(/portal-public\.json is there already/),
  })
  expect(readdirSync(folder)).toEqual(['portal-public.json'])
  expect(readFileSync(file('portal-public.json'), 'utf8')).toBe('mine')
  expect(await keys('--out', file('absent'))).toMatchObject({ code: 3, err: expect.stringContaining('cannot be written (ENOENT)') })
})

test('tells of a token that lives longer than servers take by default', async () => {
  await keys('--out', folder)
  expect(await sign('--role', 'care', '--name', 'li', '--hours', '24')).toMatchObject({ code: 0, err: '' })
  expect(await sign('--role', 'care', '--name', 'li', '--hours', '25')).toMatchObject({ code: 0, err: expect.stringContaining('90000000') })
})

test.each([
  [['sign', '--name', 'li'], '--role is missing; give one of public, grid, care, command'],
  [['sign', '--role', 'mayor', '--name', 'li'], '--role is mayor'],
  [['sign', '--role', 'grid'], '--name is missing'],
  [['sign', '--role', 'grid', '--name', ' li'], '--name'],
  [['sign', '--role', 'grid', '--name', 'li', '--hours', '0'], '--hours is 0; give a number above 0'],
  [['sign', '--role', 'grid', '--name', 'li', '--hours', 'x'], '--hours is x'],
  [['make'], 'make is no command'],
  [['--nonsense'], '--help lists the options'],
])('%j is refused with what it takes', async (args, sentence) =>
  expect(await keys(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(sentence) }),
)

test.each([
  ['{', 'is no JSON'],
  ['{"kty":"OKP","crv":"Ed25519","x":"x"}', 'holds no private key (d)'],
  ['{"kty":"OKP","crv":"Ed25519","x":"x","d":"d"}', 'holds no key that can sign'],
])('a key file that holds %s is told by its name, without the key', async (text, sentence) => {
  writeFileSync(file('portal-private.json'), text)
  expect(await sign('--role', 'grid', '--name', 'li')).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringContaining(`portal-private.json ${sentence}`),
  })
})

test('help names each option', async () => {
  const { code, out } = await keys('--help')
  expect(code).toBe(0)
  for (const option of ['--out', '--key', '--role', '--name', '--hours', '--audience', '--issuer']) expect(out).toContain(option)
})
