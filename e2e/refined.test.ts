// "Complete" means shown: what the viewer says of its picture where nothing of the capture is in it, in the whole of it.
import { expect, test } from 'vitest'
import { samplePlaneGlb } from '../packages/core/src/tiles/sample-tile.ts'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { bundleMissing, oneTile, VILLAGE } from './harness/portal-town.ts'
import { SHADOW, until, withVillage } from './harness/village.ts'

describeWith(browserMissing() ?? bundleMissing(), 'the caption of the picture', () => {
  const village = withVillage()
  const refinement = () => village.text('[part=refinement]')
  const saves = (name: string, change: object) => village.town.write(name, JSON.stringify({ ...VILLAGE, feeds: [], layers: [], ...change }))
  const ask = <T>(code: string) => village.page.evaluate(code) as Promise<T>
  const viewer = `document.querySelector('twin-viewer')`

  test('says that the view meets nothing, and its button leads back to the picture', async () => {
    saves('still.twin.json', {})
    await village.open({ src: 'still.twin.json' })
    await until(refinement).toBe('细化完成')
    await ask(
      `${viewer}.flyTo({ longitude: 117.9, latitude: 37.3, heightEllipsoidalMeters: 300, headingDeg: 0, pitchDeg: -60 }, { durationMs: 0 })`,
    )
    await until(refinement).toBe('画面里没有实景')
    await ask(`${SHADOW}.querySelector('[part=home]').focus()`)
    await village.page.keyboard.press('Enter')
    await until(refinement).toBe('细化完成')
    expect(await ask(`${SHADOW}.querySelector('[part=home]')`)).toBeNull()
    // The flight goes on after the capture has come into view.
    await until(() => ask<number>(`${viewer}.twin.view.current.latitude`)).toBeCloseTo(37.249, 4)
  })

  test('is not complete where the outermost file is refused', async () => {
    village.town.write('tiles/broken.json', '{"asset":{"version":"1.1"}}')
    saves('broken-set.twin.json', { tilesets: [{ ...VILLAGE.tilesets[0], url: 'tiles/broken.json' }] })
    await village.open({ src: 'broken-set.twin.json' })
    await until(refinement).toBe('有一部分没有载入')
  })

  test('a home that meets nothing is replaced by one that sees the capture, and the page is told', async () => {
    const away = { ...VILLAGE.views[0], longitude: 118.2, latitude: 37.6 }
    saves('away.twin.json', { views: [away] })
    await village.open({ src: 'away.twin.json' })
    await until(refinement).toBe('细化完成')
    expect(await ask('kept.warnings')).toEqual(['view-empty'])
    expect(await ask<number>(`${viewer}.twin.view.current.longitude`)).toBeCloseTo(117.83, 2)
    // Home is there from now on.
    await ask(`${viewer}.twin.view.panBy(300000, 0)`)
    await ask(`${viewer}.twin.view.goHome({ durationMs: 0 })`)
    await until(refinement).toBe('细化完成')
  })

  test('a page that flies home at once is shown the capture all the same', async () => {
    const away = { ...VILLAGE.views[0], longitude: 118.2, latitude: 37.6 }
    saves('away2.twin.json', { views: [away] })
    await village.open({ src: 'away2.twin.json' })
    await ask(`${viewer}.flyTo('home', { durationMs: 0 })`)
    await until(refinement).toBe('细化完成')
  })

  test.each([
    ['Gauss-Krüger', [573_600, 4_124_900, 0]],
    ['Web Mercator', [13_116_000, 4_491_000, 0]],
    ['50 km', [50_000, 0, 0]],
  ])('a local set whose transform holds %s is brought to the origin, and how far is told', async (name, [x, y, z]) => {
    const set = JSON.parse(oneTile('ground.glb')) as { root: object }
    const file = `tiles/${x}.json`
    village.town.write(file, JSON.stringify({ ...set, root: { ...set.root, transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1] } }))
    saves(`${x}.twin.json`, { tilesets: [{ ...VILLAGE.tilesets[0], url: file }] })
    await village.open({ src: `${x}.twin.json` })
    await until(refinement).toBe('细化完成')
    expect([name, await village.text('[part=placed]')]).toEqual([
      name,
      `本地坐标远在 ${Math.round(Math.hypot(x!, y!) / 1000)} km 外，已移到原点`,
    ])
  })

  test('a lost context is not complete, and its strip goes when the picture is back', async () => {
    village.town.write('tiles/ground.glb', samplePlaneGlb({ sizeMeters: 400, color: [0.2, 0.5, 0.25, 1] }))
    await village.open({ src: 'still.twin.json' })
    await until(refinement).toBe('细化完成')
    await ask(
      `globalThis.lose = ${SHADOW}.querySelector('canvas').getContext('webgl2').getExtension('WEBGL_lose_context'), lose.loseContext()`,
    )
    await until(() => village.text('[part=problem]')).toMatch(/context-lost/)
    expect(await refinement()).not.toBe('细化完成')
    await ask('lose.restoreContext()')
    await until(refinement).toBe('细化完成')
    await until(() => village.text('[part=problem]')).toBe('')
  })
})
