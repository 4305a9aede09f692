// The bars of an SOS, seen in the page: however it comes, one row; a second press wakes it again; it wipes nothing.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type AcceptanceTown, startAcceptanceTown } from './acceptance/town.ts'
import { openViewer, until, type ViewerPage } from './acceptance/viewer-page.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { bundleMissing } from './harness/portal-town.ts'

const missing = browserMissing() ?? bundleMissing()
const MINUTE = 60_000

describeWith(missing, 'an SOS in the page', () => {
  let chromium: TestBrowser
  let town: AcceptanceTown
  let viewer: ViewerPage
  let id = ''
  let tests = 0

  beforeAll(async () => {
    town = await startAcceptanceTown()
    town.site.signIn(await town.token('command'))
    chromium = await launchBrowser()
    viewer = await openViewer(chromium, `${town.url}page.html`)
  })
  afterAll(async () => {
    await chromium?.close()
    await town?.close()
  })
  afterEach(async () => {
    expect(await viewer.violations()).toEqual([])
  })

  /** A wristband of its own for each test: what one raises, no other counts. */
  const band = (seq: number | undefined, t: number, properties: object, more: object = {}) => ({
    kind: 'Wristband',
    id,
    boot: 1,
    ...(seq !== undefined && { seq }),
    t,
    location: [117.83 + tests * 1e-4, 37.25, 6.4],
    properties,
    ...more,
  })
  const press = (seq: number | undefined, t: number, more: object = {}, properties: object = {}) =>
    band(seq, t, { sos: 'pressed', ...properties }, more)
  const calm = (seq: number, t: number, more: object = {}) => band(seq, t, { heartRate: 70 }, more)
  const begin = () => {
    id = `W-${++tests}-s`
  }
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...calm(i, town.now() - 1_000 + i), id: `C-${i % 40}-${tests}` }))
  /** The card's words, without the spaces between label, value and unit. */
  const written = async () => (await viewer.card()).replace(/\s/g, '')
  /** One row of hers, and it stays one: a double would come with the records that follow. */
  async function oneRow(words = `SOS 求助 ${id}`): Promise<void> {
    await until(() => viewer.rowsOf(id)).toEqual([{ words, open: true }])
    const known = () => viewer.page.evaluate(() => document.querySelector('twin-viewer')!.twin!.health.current!.layers[0]!.count)
    const before = await known()
    await town.post([{ ...calm(1, town.now()), id: `C-echo-${tests}` }])
    await until(known).toBeGreaterThan(before)
    expect(await viewer.rowsOf(id)).toEqual([{ words, open: true }])
  }

  test('in a batch of 1,000 is one row', async () => {
    begin()
    const batch: object[] = crowd(999)
    batch.splice(613, 0, press(1, town.now()))
    expect((await town.post(batch)).body).toEqual({ accepted: 1_000, repeated: 0, told: [] })
    await oneRow()
  })

  test('that arrives late, behind newer records, is one row', async () => {
    begin()
    await town.post([calm(900, town.now())])
    await town.post([press(2, town.now() - 5 * MINUTE)])
    await oneRow()
  })

  test("inside a device's backlog, sent twice because the answer was lost, is one row", async () => {
    begin()
    const now = town.now()
    await town.post([calm(500, now)])
    const backlog = Array.from({ length: 200 }, (_, i) =>
      i === 77 ? press(i, now - (300 - i) * MINUTE) : calm(i, now - (300 - i) * MINUTE),
    )
    await town.post(backlog)
    await town.post(backlog)
    await oneRow()
  })

  test('that comes while the page is cut off is one row once it is back, from where it was', async () => {
    begin()
    await town.post([calm(1, town.now())])
    const before = [...town.sockets]
    for (const socket of before) socket.terminate()
    await until(() => before.some((socket) => town.sockets.has(socket))).toBe(false)
    await town.post([...crowd(400), press(2, town.now()), ...crowd(40)])
    await oneRow()
  })

  test('that comes while server and page begin anew is one row', async () => {
    begin()
    await town.restart()
    await town.post([...crowd(100), press(1, town.now())])
    await oneRow()
  })

  test('of a device that rebooted, seq from 0, is one row', async () => {
    begin()
    await town.post([calm(881, town.now() - 5_000)])
    await town.post([press(0, town.now(), { boot: 2 })])
    await oneRow()
  })

  test('of a device without a boot, sent twice, is one row', async () => {
    begin()
    const record = press(7, town.now(), { boot: undefined })
    await town.post([calm(7, town.now() - 5_000, { boot: undefined })])
    await town.post([record])
    await town.post([record])
    await oneRow()
  })

  test('with an impossible heart rate is one row, and the card shows no such rate', async () => {
    begin()
    await town.post([calm(1, town.now() - 2_000)])
    await town.post([press(2, town.now(), {}, { heartRate: 900 })])
    await oneRow()
    await viewer.openRow(id)
    expect(await written()).toContain('心率70次/分')
  })

  test('pressed again after the acknowledgement waits again, twice counted, and wipes nothing from the card', async () => {
    begin()
    await town.post([
      band(1, town.now() - 3_000, {
        name: '王秀英',
        heartRate: 72,
        systolic: 128,
        diastolic: 79,
        steps: 4_321,
        battery: 64,
        phone: '138-77',
      }),
    ])
    const fields = ['心率72次/分', '收缩压128', '舒张压79', '步数4,321', '电量64%', '电话138-77']
    await town.post([press(2, town.now())])
    await viewer.openRow('王**')
    for (const field of fields) await until(written).toContain(field)
    await viewer.acknowledge()
    await until(() => viewer.rowsOf('王**')).toEqual([{ words: 'SOS 求助 王**', open: false }])
    expect(await viewer.card()).not.toContain('确认中')

    await town.post([press(3, town.now())])
    await until(() => viewer.rowsOf('王**')).toEqual([{ words: 'SOS 求助 王** ×2', open: true }])
    for (const field of fields) await until(written).toContain(field)
    expect(await viewer.card()).toContain('确认')
    expect(viewer.consoleErrors).toEqual([])
    expect(chromium.foreign).toEqual([])
  })
})
