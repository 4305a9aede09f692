// kill -9 of the server and of the whole browser at once, right after a record's answer: whoever starts both again sees each
// alarm once, and what was acknowledged stays acknowledged.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoKeys, signDemoToken } from '../packages/server/src/tokens.ts'
import { freePort, makeSite, type Site } from './acceptance/town.ts'
import { openViewer, until, type ViewerPage } from './acceptance/viewer-page.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { bundleMissing } from './harness/portal-town.ts'

const missing = browserMissing() ?? bundleMissing()
const KEY = 'a-key-of-wristbands-0001'
const ROUNDS = 4

describeWith(missing, 'kill -9 of server and page', () => {
  const data = mkdtempSync(join(tmpdir(), 'twinmap-killed-'))
  let site: Site
  let config: object
  let url = ''
  let server: ChildProcess | undefined
  let chromium: TestBrowser | undefined
  let viewer: ViewerPage

  beforeAll(async () => {
    const keys = await createDemoKeys()
    site = makeSite()
    site.signIn(await signDemoToken({ privateKey: keys.privateKey, role: 'command' }))
    config = {
      port: await freePort(),
      database: join(data, 'twin.db'),
      document: site.document,
      mounts: site.mounts,
      viewers: { publicKey: keys.publicKey },
      sources: [{ name: 'bands', key: KEY, kinds: ['Wristband'] }],
    }
  })
  afterAll(async () => {
    server?.kill('SIGKILL')
    await chromium?.close()
    site?.remove()
    rmSync(data, { recursive: true, force: true })
  })

  async function start(): Promise<void> {
    const child = fork(fileURLToPath(new URL('harness/killed-server.mjs', import.meta.url)), {
      // Without the test runner's own conditions, which lead to TypeScript.
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    server = child
    const listens = new Promise<string>((resolve, reject) => {
      child.on('message', (message: { readonly url?: string }) => message.url !== undefined && resolve(message.url))
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
    child.send({ start: config })
    url = await listens
    chromium = await launchBrowser()
    viewer = await openViewer(chromium, `${url}page.html`)
  }
  const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()))
  async function killBoth(): Promise<void> {
    const browser = chromium!.browser.process()!
    const both = [ended(server!), ended(browser)]
    server!.kill('SIGKILL')
    browser.kill('SIGKILL')
    await Promise.all(both)
    await chromium!.close()
    server = chromium = undefined
  }
  /** When each press was made: one that is sent again is the same record, with the time that it had. */
  const pressedMs = new Map<string, number>()
  /** Resolves with the answer, not a moment later. */
  const press = async (id: string, seq: number): Promise<number> => {
    const t = pressedMs.get(`${id} ${seq}`) ?? Date.now()
    pressedMs.set(`${id} ${seq}`, t)
    const record = { kind: 'Wristband', id, boot: 1, seq, t, location: [117.83, 37.25, 6.4], properties: { sos: 'pressed' } }
    const answer = await fetch(`${url}records`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ records: [record] }),
    })
    return answer.status
  }
  const words = (id: string, count = 1) => `SOS 求助 ${id}${count === 1 ? '' : ` ×${count}`}`
  const seen = async () => [...(await viewer.rows())].sort((a, b) => (a.words < b.words ? -1 : 1))

  test(`in ${ROUNDS} rounds loses no alarm, doubles none, and forgets no acknowledgement`, async () => {
    const expected = new Map<string, { words: string; open: boolean }>()
    const all = () => [...expected.values()].sort((a, b) => (a.words < b.words ? -1 : 1))
    await start()
    for (let round = 1; round <= ROUNDS; round++) {
      const id = `K-${round}`
      // The page stands open and live when it happens.
      await until(() => viewer.text('[part=liveness]')).toMatch(/^实时/)
      expect(await press(id, 1)).toBe(200)
      await killBoth()
      expected.set(id, { words: words(id), open: true })

      await start()
      await until(seen).toEqual(all())

      // Every other round: acknowledged in the page, and killed as soon as the page shows it.
      if (round % 2 === 1) {
        await viewer.openRow(id)
        await viewer.acknowledge()
        expected.set(id, { words: words(id), open: false })
        await until(seen).toEqual(all())
        await killBoth()
        await start()
        await until(seen).toEqual(all())
      }
      // What was sent before, sent again by a device that missed the answer, is no second press; a new one is.
      expect(await press(id, 1)).toBe(200)
      if (round === 1) {
        expect(await press(id, 2)).toBe(200)
        await killBoth()
        expected.set(id, { words: words(id, 2), open: true })
        await start()
      }
      await until(seen).toEqual(all())
    }
    expect(await viewer.violations()).toEqual([])
    await killBoth()
  })
})
