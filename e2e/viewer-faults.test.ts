// Each fault that a viewer meets, in the whole of it: what it says, that the code stands beside it, and what still works.
import { beforeAll, expect, test } from 'vitest'
import { browserMissing, launchBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { bundleMissing, oneTile, VILLAGE } from './harness/portal-town.ts'
import { type Kept, SHADOW, until, withVillage } from './harness/village.ts'

declare const kept: Kept

describeWith(browserMissing() ?? bundleMissing(), 'the viewer says what is wrong, with a code, and stays usable:', () => {
  const village = withVillage()
  const saves = (name: string, change: object) => village.town.write(name, JSON.stringify({ ...VILLAGE, ...change }))
  const message = () => village.text('[part=message]')
  const problem = () => village.text('[part=problem]')

  beforeAll(async () => {
    const properties = { name: '张桂兰', sos: 'pressed' }
    await village.town.post([
      { kind: 'Wristband', id: 'w-1', boot: 1, seq: 1, t: village.town.now(), location: [117.83, 37.25, 6.4], properties },
    ])
  })

  test('a document that is not there', async () => {
    await village.open({ src: 'nowhere.twin.json', ready: false })
    await until(message).toMatch(/找不到孪生文档.*nowhere\.twin\.json.*document-missing 重试/)
    expect(await village.page.evaluate(() => kept.errors)).toEqual(['document-missing true'])
  })
  test('a broken document, and another one after it', async () => {
    saves('broken.twin.json', { origin: { ...VILLAGE.origin, latitude: 137 } })
    await village.open({ src: 'broken.twin.json', ready: false })
    await until(message).toMatch(/孪生文档有误.*latitude.*document-invalid/)
    await village.page.evaluate(() => (document.querySelector('twin-viewer')!.src = 'twin.json'))
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
  })
  test('a newer document', async () => {
    saves('newer.twin.json', { twin: 2 })
    await village.open({ src: 'newer.twin.json', ready: false })
    await until(message).toMatch(/版本比这个查看器新.*document-newer/)
  })
  test('a tileset that is not there', async () => {
    saves('unmeshed.twin.json', { tilesets: [{ ...VILLAGE.tilesets[0], url: 'tiles/none.json' }] })
    await village.open({ src: 'unmeshed.twin.json' })
    await until(problem).toMatch(/实景加载不到 tileset-missing .*none\.json.* 重试/)
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
  })
  test('a corrupt tile', async () => {
    village.town.write('tiles/corrupt.glb', new TextEncoder().encode('glTF but not for long'))
    village.town.write('tiles/corrupt.json', oneTile('corrupt.glb'))
    saves('corrupt.twin.json', { tilesets: [{ ...VILLAGE.tilesets[0], url: 'tiles/corrupt.json' }] })
    await village.open({ src: 'corrupt.twin.json' })
    await until(problem).toMatch(/实景损坏.*tile-corrupt/)
  })
  test('a device without WebGL, where alarms and layers still can be read', async () => {
    const without = await launchBrowser({ args: ['--disable-3d-apis'] })
    try {
      const { page: other } = await without.page({ width: 900, height: 560 })
      await other.goto(`${village.town.url}page.html`)
      await other.evaluate(
        (token) => {
          const viewer = document.createElement('twin-viewer')
          viewer.src = 'twin.json'
          viewer.getToken = () => token
          viewer.addEventListener('twin-error', (e) => (document.title = `${e.detail.error.code} ${e.detail.fatal}`))
          document.querySelector('main')!.append(viewer)
        },
        await village.town.token('command'),
      )
      await until(
        () => other.evaluate(`${SHADOW}?.querySelector('[part=message]')?.textContent.replace(/\\s+/g, ' ') ?? ''`) as Promise<string>,
      ).toMatch(/没有可用的 WebGL.*webgl-missing/)
      expect(await other.title()).toBe('webgl-missing false')
      expect(await other.evaluate(`${SHADOW}.querySelector('[part=problem]')`)).toBeNull()
      await until(
        () =>
          other.evaluate(
            `${SHADOW}.querySelector('twin-alarm-list').shadowRoot.querySelector('li .words')?.textContent ?? ''`,
          ) as Promise<string>,
      ).toContain('张**')
    } finally {
      await without.close()
    }
  })
  test('a worker that the browser killed without a word, and the next one', async () => {
    await village.open({ role: 'command', soonLooks: true })
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    const workers = () => village.page.workers().filter((each) => each.url().includes('twin-worker'))
    const [worker] = workers()
    await worker!.evaluate('close()').catch(() => undefined)
    await until(problem).toMatch(/后台线程中断.*worker-lost/)
    await until(() => village.text('[part=offline]')).toMatch(/离线/)
    expect(workers()).toEqual([])
    await village.page.evaluate(`${SHADOW}.querySelector('[part=problem] button').click()`)
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    await until(() => village.inside('twin-alarm-list', 'li .words')).toContain('张**')
    expect(workers()).toHaveLength(1)
  })
  test('a sign-out after the worker was killed: nobody is left on the map', async () => {
    await village.open({ role: 'command', soonLooks: true })
    await until(() => village.inside('twin-alarm-list', 'li .words')).toContain('张**')
    /** Px of the picture in the red of an SOS: her plate and her chip. */
    const reds = () =>
      village.page.evaluate(async () => {
        const picture = await createImageBitmap(await document.querySelector('twin-viewer')!.twin!.engine.capture())
        const paper = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!
        paper.drawImage(picture, 0, 0)
        const { data } = paper.getImageData(0, 0, picture.width, picture.height)
        let n = 0
        for (let i = 0; i < data.length; i += 4) if (data[i]! > 180 && data[i + 1]! < 90 && data[i + 2]! < 90) n++
        return n
      })
    await expect.poll(reds, { timeout: 10_000 }).toBeGreaterThan(50)
    const [worker] = village.page.workers().filter((each) => each.url().includes('twin-worker'))
    await worker!.evaluate('close()').catch(() => undefined)
    await until(problem).toMatch(/worker-lost/)
    const out = await village.page.evaluate(async () => {
      const viewer = document.querySelector('twin-viewer')!
      let told = 0
      viewer.addEventListener('twin-signed-out', () => told++)
      await viewer.signOut()
      return told
    })
    expect([out, await reds()]).toEqual([1, 0])
  })
  test('a token that expired: it asks for another, says so when there is none, and goes on when there is again', async () => {
    await village.open({ role: 'care', lifeMs: 4_000 })
    await until(() => village.inside('twin-alarm-list', 'li .words')).toContain('张**')
    await village.page.evaluate((next) => (kept.token = next), await village.town.token('care', 9_000))
    await new Promise((done) => setTimeout(done, 4_500))
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    await village.page.evaluate(() => (kept.token = null))
    await until(() => village.text('[part=offline], [part=problem], [part=message]')).toMatch(/登录已过期|已退出登录/)
    expect(await village.page.evaluate(`${SHADOW}.querySelectorAll('.map canvas').length`)).toBe(1)
    expect(await village.inside('twin-alarm-list', 'li .words')).toBe('')
    // A press without a token signs nobody in, not even as the public, and says so.
    await village.page.evaluate(`${SHADOW}.querySelector('[part=offline] button').click()`)
    await until(() => village.text('[part=problem]')).toContain('token-expired')
    expect(await village.text('[part=liveness]')).not.toMatch(/^实时/)
    await village.page.evaluate((next) => (kept.token = next), await village.town.token('care', 600_000))
    await village.page.evaluate(`${SHADOW}.querySelector('[part=offline] button').click()`)
    await until(() => village.text('[part=liveness]')).toMatch(/^实时/)
    await until(() => village.inside('twin-alarm-list', 'li .words')).toContain('张**')
    expect(await village.text('[part=problem], [part=offline]')).toBe('')
  })
  test('a feed that is down', async () => {
    saves('feedless.twin.json', { feeds: [{ ...VILLAGE.feeds[0], url: 'nowhere' }] })
    await village.open({ src: 'feedless.twin.json' })
    await until(() => village.text('[part=offline]')).toMatch(/离线 · 尚未收到数据 feed-lost .*nowhere/)
    await until(() => village.text('[part=refinement]')).toBe('细化完成')
  })
})
