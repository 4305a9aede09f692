import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkConfig, readConfigFile } from './config.ts'
import { startServer } from './server.ts'
import { openInThread } from './store/in-thread.ts'
import { twinDocument } from './testing/town.ts'
import { createDemoKeys } from './tokens.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const publicKey = { kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', x: 'x' }
const good = { database: 'twin.db', viewers: { publicKey } }

test('fills in what it need not be told', () => {
  expect(checkConfig(good)).toMatchObject({ host: '127.0.0.1', port: 8080, mounts: [], sources: [], keepHistoryDays: 90 })
})

test('names the file, the field and the value', () => {
  expect(() => checkConfig({ ...good, port: 'x' }, 'twin.config.json')).toThrow('twin.config.json: port is "x"; expected number')
  expect(() => checkConfig({ viewers: { publicKey } })).toThrow('database is undefined')
  expect(() => checkConfig({ ...good, mounts: [{ path: 'tiles', folder: 'x' }] })).toThrow(
    /mounts\.0\.path is "tiles".*begin and end with \//,
  )
  expect(() => checkConfig({ ...good, databse: 'x' })).toThrow('no such option')
  expect(() => checkConfig(7)).toThrow('the whole is 7')
})

test.each([':memory:', 'file::memory:?cache=shared', 'file:town.db', 'libsql://town.example', 'http://town.example/db'])(
  'refuses the database %s, which is no file that is kept',
  (database) =>
    expect(() => checkConfig({ ...good, database }, 'twin.config.json')).toThrow(
      `twin.config.json: database is "${database}"; expected the path of a file on this machine, as town.db, which outlives the server`,
    ),
)
test.each(['town.db', './kept/town.db', '/var/lib/twin/town.db', 'C:\\twin\\town.db', 'my town.db'])('takes the database %s', (database) =>
  expect(checkConfig({ ...good, database }).database).toBe(database),
)

test('takes origins, pages that may frame and proxies that are what they say, and names what is not', () => {
  const given = {
    origins: ['https://portal.example', 'http://[::1]:8080'],
    frameAncestors: ["'self'", 'https://*.town.example', 'https://portal.example:*', 'https:'],
    proxies: ['127.0.0.1', '10.0.0.0/8', '::1'],
  }
  expect(checkConfig({ ...good, ...given })).toMatchObject(given)
  expect(checkConfig(good)).toMatchObject({ origins: [], frameAncestors: ["'self'"], proxies: [] })
  for (const origin of ['*', 'null', 'portal.example', 'https://portal.example/twin', 'https://portal.example/'])
    expect(() => checkConfig({ ...good, origins: [origin] })).toThrow(/origins\.0 is .*scheme, host and port alone/)
  for (const ancestor of ['self', '*', "'self'; script-src *", 'https://a.example https://b.example', 'https://a.example,x', "'self'\n"])
    expect(() => checkConfig({ ...good, frameAncestors: [ancestor] })).toThrow(/frameAncestors\.0 is .*portal\.example/s)
  for (const proxy of ['localhost', '10.0.0.0/64', ''])
    expect(() => checkConfig({ ...good, proxies: [proxy] })).toThrow(/proxies\.0 is .*10\.0\.0\.0\/8/)
})

test('takes one audience or issuer, or a list of them, and a longest life of tokens', () => {
  const viewers = { publicKey, audience: 'twin', issuer: ['https://portal.example'], longestTokenLifeMs: 3_600_000 }
  expect(checkConfig({ ...good, viewers }).viewers).toEqual(viewers)
  expect(checkConfig(good).viewers.longestTokenLifeMs).toBe(24 * 3_600_000)
  expect(() => checkConfig({ ...good, viewers: { publicKey, audience: [] } })).toThrow(/viewers\.audience.*name/)
  expect(() => checkConfig({ ...good, viewers: { publicKey, longestTokenLifeMs: 0 } })).toThrow('viewers.longestTokenLifeMs is 0')
})

test('never tells a key', () => {
  expect(() => checkConfig({ ...good, sources: [{ name: 'a', key: 'short-secret', kinds: ['B'] }] })).toThrow(
    /^(?!.*short-secret).*sources\.0\.key is \(hidden\)/,
  )
})

test('says which file is no JSON', () => {
  const file = join(folder, 'broken.json')
  writeFileSync(file, '{')
  expect(() => readConfigFile(file)).toThrow(`${file}: cannot be read as JSON`)
  expect(() => readConfigFile(join(folder, 'absent.json'))).toThrow('absent.json')
})

const lamp = (more: object) => ({
  kind: 'Lamp',
  label: { zh: '灯', en: 'Lamp' },
  fields: {},
  alarms: {},
  card: [],
  symbol: { shape: 'circle', glyph: 'lamp' },
  ...more,
})
const start = async (more: object) => {
  const keys = await createDemoKeys()
  return startServer(
    { database: join(folder, 'a.db'), port: 0, viewers: { publicKey: keys.publicKey }, ...more },
    { openStore: async (file) => openInThread(file), tickMs: 0 },
  )
}

test('a kind in the document that is wrong is refused with its path, a port that is busy with its number', async () => {
  const document = join(folder, 'town.twin.json')
  writeFileSync(document, twinDocument({ kinds: [lamp({ card: ['power'] })] }))
  await expect(start({ document })).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining('Lamp.card') })
  const server = await start({})
  await expect(start({ database: join(folder, 'b.db'), port: server.port })).rejects.toMatchObject({
    code: 'port-busy',
    message: expect.stringContaining(String(server.port)),
  })
  await server.close()
})

test('a document that the page would refuse is refused at the start, with file and path', async () => {
  const document = join(folder, 'broken.twin.json')
  const refused = async (text: string) => {
    writeFileSync(document, text)
    return start({ document }).then(
      (server) => server.close().then(() => 'started'),
      (error) => [error.code, error.message],
    )
  }
  expect(await refused(twinDocument({ kinds: [{ kind: 'Lamp' }] }))).toEqual([
    'config-invalid',
    expect.stringContaining('kinds[0].label is missing'),
  ])
  expect(await refused(twinDocument({ layers: [{ id: 'x', kind: 'Lamp', feed: 'y' }] }))).toEqual([
    'config-invalid',
    expect.stringContaining('layers[0].feed'),
  ])
  expect(await refused('{')).toEqual(['config-invalid', expect.stringContaining(`document ${document}`)])
})

test('a byte order mark before a document changes nothing', async () => {
  const document = join(folder, 'marked.twin.json')
  writeFileSync(document, `\uFEFF${twinDocument({})}`)
  await (await start({ document })).close()
})

test('a document may not declare a kind that the server brings: without its privacy, health would be open to all', async () => {
  const document = join(folder, 'careless.twin.json')
  writeFileSync(document, twinDocument({ kinds: [lamp({ kind: 'Wristband' })] }))
  await expect(start({ document })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('kinds[0].kind is Wristband, which this twinmap brings itself'),
  })
})

test('a second server on the same database is refused, and let in after the first is gone', async () => {
  const server = await start({})
  await expect(start({})).rejects.toMatchObject({ code: 'store-failed', message: expect.stringContaining('in use by another server') })
  await server.close()
  await (await start({})).close()
})

test('a public key that is none is refused', async () => {
  await expect(start({ viewers: { publicKey } })).rejects.toMatchObject({ code: 'config-invalid' })
})

test('what is planned in a document is one line on standard error, and no reason not to start', async () => {
  const document = join(folder, 'planned.twin.json')
  writeFileSync(document, twinDocument({ feeds: [{ id: 'town', type: 'websocket', url: 'live', history: 'history' }] }))
  const reported: unknown[] = []
  const keys = await createDemoKeys()
  const server = await startServer(
    { database: join(folder, 'planned.db'), port: 0, viewers: { publicKey: keys.publicKey }, document },
    { openStore: async (file) => openInThread(file), tickMs: 0, report: (error) => reported.push(error) },
  )
  await server.close()
  expect(reported).toMatchObject([{ code: 'document-planned', message: expect.stringContaining('feeds[0].history') }])
})

test('a glyph, a unit and a kind of a layer that nobody knows are a line each on standard error, and no reason not to start', async () => {
  const document = join(folder, 'unknown.twin.json')
  const odd = lamp({ kind: 'Rocket', symbol: { shape: 'house', glyph: 'streetlght' } }) as { fields: object }
  const text = { zh: '温度', en: 'Temperature' }
  odd.fields = { ...odd.fields, heat: { type: 'quantity', label: text, unit: 'celsius', range: [0, 90] } }
  writeFileSync(document, twinDocument({ kinds: [odd], layers: [{ id: 'bands', kind: 'Wristbnd' }] }))
  const reported: unknown[] = []
  const keys = await createDemoKeys()
  const server = await startServer(
    { database: join(folder, 'unknown.db'), port: 0, viewers: { publicKey: keys.publicKey }, document },
    { openStore: async (file) => openInThread(file), tickMs: 0, report: (error) => reported.push(error) },
  )
  await server.close()
  expect(reported).toMatchObject([
    { code: 'glyph-unknown', message: expect.stringContaining('kinds[0].symbol.glyph is "streetlght" (did you mean streetlight?)') },
    { code: 'unit-unknown', message: expect.stringContaining('kinds[0].fields.heat.unit is "celsius" (did you mean Cel?)') },
    { code: 'kind-invalid', message: expect.stringContaining('layers[0].kind is "Wristbnd"') },
  ])
})
