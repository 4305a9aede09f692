// "Complete" means shown: each sort of picture, tile and place that a capture may bring, in the real viewer: what is seen, what is said, and a
// console without a word.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ownCapture } from '../examples/longwan/src/own-capture.ts'
import { turnedJpeg, turnedPng, turnedWebp } from '../packages/core/test/turned-pictures.ts'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { bundleMissing, ORIGIN } from './harness/portal-town.ts'
import { colorsAt, shareShown } from './harness/see.ts'
import { type Kept, SHADOW, until, withVillage } from './harness/village.ts'
import { cmykJpeg, greyJpeg, jpeg, mpo, png, QUARTERS, webp, webpOf } from './shown/pictures.ts'
import { quartersOf, type SquareJson, setOf, square, twinOf } from './shown/sets.ts'

declare const kept: Kept

const COMPLETE = '细化完成'
const PARTIAL = '有一部分没有载入'
/** The square that lies about the set's own origin. */
const IN_THE_MIDDLE = 7
const CASES = fileURLToPath(new URL('../../shared/cases/viewer/', import.meta.url))
const near = (color: readonly number[], by = 14) =>
  color.map((each) => expect.toSatisfy((got: number) => Math.abs(got - each) <= by, `${each} ± ${by}`))
const ascii = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0))

describeWith(browserMissing() ?? bundleMissing(), 'what is shown:', () => {
  const village = withVillage()
  const caption = () => village.text('[part=refinement]')
  const problem = () => village.text('[part=problem]')
  const told = () => village.page.evaluate(() => [...kept.sentences])
  const colors = (n: number) => colorsAt(village.page, quartersOf(n))
  /** A set in a folder of its own, with its document. */
  let sets = 0
  function put(
    files: Readonly<Record<string, Uint8Array | string>>,
    contents: readonly string[],
    more: object = {},
    root: object = {},
  ): string {
    const folder = `tiles/set-${++sets}`
    for (const [name, content] of Object.entries(files)) village.town.write(`${folder}/${name}`, content)
    village.town.write(`${folder}/tileset.json`, setOf(contents, root))
    village.town.write(`set-${sets}.twin.json`, twinOf(`${folder}/tileset.json`, more))
    return `set-${sets}.twin.json`
  }
  const open = async (src: string) => {
    await village.open({ src })
    await until(caption).not.toMatch(/^细化 \d|^$/)
  }
  afterEach(() => expect(village.consoleWarnings).toEqual([]))

  describe('a picture lies as its pixels are stored', () => {
    let forms: Record<string, Uint8Array>
    beforeAll(async () => {
      const [plain, flat, web, progressive, cmyk] = await Promise.all([jpeg(), png(), webp(), jpeg({ progressive: true }), cmykJpeg()])
      forms = {
        'plain.jpg': plain,
        'ii6.jpg': turnedJpeg(plain, 6, 'II'),
        'mm6.jpg': turnedJpeg(plain, 6, 'MM'),
        'mm3.jpg': turnedJpeg(plain, 3, 'MM'),
        'twice.jpg': turnedJpeg(turnedJpeg(plain, 8, 'II'), 5, 'MM'),
        'eight.png': turnedPng(flat, 8),
        'six.webp': turnedWebp(web, 6, [64, 64]),
        'progressive.jpg': turnedJpeg(progressive, 2, 'II'),
        'phone.jpg': mpo(turnedJpeg(plain, 6, 'MM'), turnedJpeg(plain, 3, 'II')),
        'inks.jpg': turnedJpeg(cmyk, 6, 'II'),
      }
    })

    test.each(['inside of a tile', 'beside it'])('whatever EXIF says, %s', async (where) => {
      const names = Object.keys(forms)
      const inside = where === 'inside of a tile'
      const tiles = names.map((name): [string, Uint8Array] => [
        `${name}.glb`,
        square(inside ? { image: forms[name]! } : { imageUri: name }),
      ])
      await open(
        put(
          { ...(!inside && forms), ...Object.fromEntries(tiles) },
          tiles.map(([name]) => name),
        ),
      )
      expect([await caption(), await told()]).toEqual([COMPLETE, []])
      // The colours of four inks are the profile's affair: only which is where.
      for (const [n, name] of names.entries())
        expect(await colors(n), name).toEqual(QUARTERS.map((each) => near(each, name === 'inks.jpg' ? 90 : 14)))
      expect(village.consoleErrors).toEqual([])
    })

    test('and one without colour is grey', async () => {
      await open(put({ 'a.glb': square({ image: await greyJpeg() }) }, ['a.glb']))
      const [first] = await colors(0)
      expect(Math.max(...first!) - Math.min(...first!)).toBeLessThan(6)
    })
  })

  test('what a material calls translucent is seen, over whatever is behind it', async () => {
    const blend = (json: SquareJson) => Object.assign(json.materials[0]!, { alphaMode: 'BLEND' })
    const cut = await png([255, 128, 0, 255])
    const lifted = (json: SquareJson) => {
      Object.assign(json.nodes[0]!, { translation: [0, 1, 0] })
      blend(json)
    }
    const files = {
      'word.glb': square({ image: await jpeg() }, blend),
      'unlit.glb': square({ image: await png(), unlit: true }, blend),
      'cut.glb': square({ image: cut }, blend),
      'webp.glb': square({ image: await webpOf([255, 128, 0, 255]) }, blend),
      'half.glb': square({ image: await jpeg(), color: [1, 1, 1, 0.5] }, blend),
      'over.glb': square({ image: cut }, lifted),
      'under.glb': square({ color: [0, 0, 0, 1], unlit: true }),
      'mask.glb': square({ image: await png([255, 100, 0, 200]), color: [1, 1, 1, 0.5] }, (json) =>
        Object.assign(json.materials[0]!, { alphaMode: 'MASK', alphaCutoff: 0.3 }),
      ),
      'opaque.glb': square({ image: await png([255, 100, 0, 200]) }),
      'colour.glb': square({ color: [1, 0, 0, 0.5], unlit: true }, blend),
    }
    const names = Object.keys(files).filter((name) => name !== 'under.glb')
    const src = put(files, names, {}, {})
    // A black square below the one that is cut out.
    const set = JSON.parse(setOf(names))
    const at = names.indexOf('over.glb')
    set.root.children.push({ ...set.root.children[at], content: { uri: 'under.glb' } })
    village.town.write(`tiles/set-${sets}/tileset.json`, JSON.stringify(set))
    await open(src)
    expect([await caption(), await told(), village.consoleErrors]).toEqual([COMPLETE, [], []])
    const [sky] = await colorsAt(village.page, [[13, 0, 0]])
    const mixed = (color: readonly number[], with_: readonly number[], alpha: number) =>
      color.map((each, i) => each * alpha + with_[i]! * (1 - alpha))
    const see = (name: string) => colors(names.indexOf(name))
    expect(await see('word.glb')).toEqual(QUARTERS.map((each) => near(each)))
    expect(await see('unlit.glb')).toEqual(QUARTERS.map((each) => near(each)))
    const cutOver = (behind: readonly number[]) => [
      near(QUARTERS[0]),
      near(mixed(QUARTERS[1], behind, 0.5)),
      near(behind),
      near(QUARTERS[3]),
    ]
    expect(await see('cut.glb')).toEqual(cutOver(sky!))
    expect(await see('webp.glb')).toEqual(cutOver(sky!))
    expect(await see('over.glb')).toEqual(cutOver([0, 0, 0]))
    expect(await see('half.glb')).toEqual(QUARTERS.map((each) => near(mixed(each, sky!, 0.5))))
    // 0.5, 0.2, 0, 0.39 against 0.3.
    expect(await see('mask.glb')).toEqual([near(QUARTERS[0]), near(sky!), near(sky!), near(QUARTERS[3])])
    expect(await see('opaque.glb')).toEqual(QUARTERS.map((each) => near(each)))
    expect((await see('colour.glb'))[0]).toEqual(near(mixed([255, 0, 0], sky!, 0.5)))
  })

  test('light of a mesh, and diffuse of the older materials, are its picture', async () => {
    const image = await jpeg()
    const only = (material: object) => (json: SquareJson) => {
      json.materials[0] = material
    }
    const emissiveTexture = { index: 0 }
    const files = {
      'black.glb': square(
        { image },
        only({ pbrMetallicRoughness: { baseColorFactor: [0, 0, 0, 1] }, emissiveTexture, emissiveFactor: [1, 1, 1] }),
      ),
      'bare.glb': square({ image }, only({ emissiveTexture, emissiveFactor: [1, 1, 1] })),
      'grey.glb': square(
        { image },
        only({ pbrMetallicRoughness: { baseColorFactor: [0.8, 0.8, 0.8, 1] }, emissiveTexture, emissiveFactor: [1, 1, 1] }),
      ),
      'glossy.glb': square({ image }, only({ extensions: { KHR_materials_pbrSpecularGlossiness: { diffuseTexture: { index: 0 } } } })),
      'unlit.glb': square(
        { image },
        only({ pbrMetallicRoughness: { baseColorTexture: { index: 0 } }, extensions: { KHR_materials_unlit: {} } }),
      ),
    }
    await open(put(files, Object.keys(files)))
    expect([await caption(), await told(), village.consoleErrors]).toEqual([COMPLETE, [], []])
    for (const [n, name] of Object.keys(files).entries()) expect(await colors(n), name).toEqual(QUARTERS.map((each) => near(each)))
  })

  test('a picture that is missing or broken takes nothing but itself, and is named, once', async () => {
    const whole = await jpeg()
    const cut = whole.slice(0, 60)
    const files = {
      'cut.webp': (await webp()).slice(0, 50),
      'page.jpg': '<!doctype html><title>Not found</title>',
      'ok.glb': square({ image: whole }),
      'gone.glb': square({ imageUri: 'tex/gone.jpg' }),
      'gone-too.glb': square({ imageUri: 'tex/gone.jpg' }),
      'cut.glb': square({ image: cut }),
      'webp.glb': square({ imageUri: 'cut.webp' }),
      'page.glb': square({ imageUri: 'page.jpg' }),
      'gif.glb': square({ image: ascii('GIF89a, which glTF does not know') }),
      'ktx2.glb': square({ image: Uint8Array.from([0xab, ...ascii('KTX 20'), 0xbb, 13, 10, 26, 10, ...Array(80).fill(0)]) }),
      'nowhere.glb': square({ image: whole }, (json) => (json.textures[0] = {})),
      'lost.glb': square({ image: whole }, (json) => Object.assign(json.images[0]!, { bufferView: 99 })),
    }
    const names = Object.keys(files).filter((name) => name.endsWith('.glb'))
    await open(put(files, names))
    expect(await caption()).toBe(COMPLETE)
    const [sky] = await colorsAt(village.page, [[13, 0, 0]])
    expect(await colors(0)).toEqual(QUARTERS.map((each) => near(each)))
    for (const [n, name] of names.entries()) {
      if (name === 'ok.glb') continue
      const [color] = await colors(n)
      // Plain: a grey of its own, and not what is behind it.
      expect(Math.max(...color!) - Math.min(...color!), name).toBeLessThan(8)
      expect(color, name).not.toEqual(near(sky!, 6))
    }
    const sentences = await told()
    const of = (what: RegExp) => sentences.filter((each) => what.test(each))
    expect(of(/tex\/gone\.jpg: is not there, so its tiles are shown without this picture/)).toHaveLength(1)
    for (const what of [
      /\/cut\.glb: images\[0\]/,
      /\/cut\.webp: the image/,
      /\/page\.jpg: the image begins with 3c 21/,
      /\/gif\.glb: images\[0\] begins with 47 49 46/,
      /\/ktx2\.glb images\[0\]: /,
      /\/nowhere\.glb: textures\[0\]\.source is undefined/,
      /\/lost\.glb: images\[0\]\.bufferView/,
    ])
      expect(of(what), String(what)).toHaveLength(1)
    expect(sentences).toHaveLength(8)
    expect(of(/parent tile stays/)).toEqual([])
    await until(problem).toMatch(/有一张纹理(缺失|打不开)，只显示形状 picture-(missing|broken)/)
  })

  test('a picture that was missing is shown when it is there and asked for again', async () => {
    const src = put({ 'a.glb': square({ imageUri: 'late.jpg' }) }, ['a.glb'])
    await open(src)
    const [plain] = await colors(0)
    expect(Math.max(...plain!) - Math.min(...plain!)).toBeLessThan(8)
    village.town.write(`tiles/set-${sets}/late.jpg`, await jpeg())
    await village.page.evaluate(`${SHADOW}.querySelector('[part=problem] button').click()`)
    await expect.poll(() => colors(0), { timeout: 10_000 }).toEqual(QUARTERS.map((each) => near(each)))
    await until(caption).toBe(COMPLETE)
  })

  describe('complete means shown', () => {
    test('a view of the sky meets nothing: it says so, and a key leads home', async () => {
      await open(put({ 'a.glb': square({ image: await jpeg() }) }, ['a.glb']))
      expect([await caption(), await village.text('[part=home]')]).toEqual([COMPLETE, ''])
      const { sky, home } = await village.page.evaluate(async () => {
        const viewer = document.querySelector('twin-viewer')!
        const home = viewer.twin!.view.current
        await viewer.flyTo({ ...home, heightEllipsoidalMeters: 10, pitchDeg: 25 }, { durationMs: 0 })
        return { sky: viewer.twin!.view.current, home }
      })
      expect(sky.pitchDeg).toBeCloseTo(25, 3)
      await until(caption).toBe('画面里没有实景')
      await until(() => village.text('[part=home]')).toBe('回到全景')
      await village.page.evaluate(`${SHADOW}.querySelector('[part=home]').focus()`)
      await village.page.keyboard.press('Enter')
      await until(caption).toBe(COMPLETE)
      await until(() => village.text('[part=home]')).toBe('')
      const back = () => village.page.evaluate(() => document.querySelector('twin-viewer')!.twin!.view.current)
      await expect
        .poll(back, { timeout: 10_000 })
        .toMatchObject({ longitude: expect.closeTo(home.longitude, 3), pitchDeg: expect.closeTo(-90, 3) })
      expect(village.consoleErrors).toEqual([])
    })

    test.each([
      ['meets a volume, and no mesh', ['far.glb'], {}],
      ['meets a tileset that draws nothing', ['none.glb'], {}],
      ['meets a tileset without content', [], { children: [] }],
    ])('a view that %s is empty', async (_, contents, root) => {
      const files = {
        // Its mesh lies 3 km beside its volume.
        'far.glb': square({}, (json) => Object.assign(json.nodes[0]!, { translation: [3_000, 0, 0] })),
        'none.glb': square({}, (json) => Object.assign(json, { scenes: [{ nodes: [] }] })),
      }
      await open(put(files, contents, {}, root))
      await until(caption).toBe('画面里没有实景')
      expect([await shareShown(village.page), await told(), village.consoleErrors]).toEqual([0, [], []])
      await until(() => village.text('[part=home]')).toBe('回到全景')
    })

    test.each([
      ['with nobody to stand in', ['a.glb', 'gone.glb'], {}, 0],
      ['beside a parent that adds to it', ['gone.glb'], { refine: 'ADD', content: { uri: 'a.glb' } }, IN_THE_MIDDLE],
      ['where a coarser one stands in', ['gone.glb'], { content: { uri: 'a.glb' } }, IN_THE_MIDDLE],
    ])('a tile that is not there, %s, leaves the picture incomplete', async (_, contents, root, shown) => {
      await open(put({ 'a.glb': square({ image: await jpeg() }) }, contents, {}, root))
      expect(await caption()).toBe(PARTIAL)
      expect(await colors(shown)).toEqual(QUARTERS.map((each) => near(each)))
      await until(problem).toMatch(/tile-missing .*gone\.glb/)
    })
    test('a tileset that is not there leaves it incomplete, and none that is there helps', async () => {
      const src = put({ 'a.glb': square({}) }, ['a.glb'])
      const doc = JSON.parse(twinOf(`tiles/set-${sets}/tileset.json`))
      village.town.write(
        'two.twin.json',
        JSON.stringify({ ...doc, tilesets: [...doc.tilesets, { id: 'none', url: 'tiles/none.json', at: 'origin' }] }),
      )
      village.town.write('none.twin.json', twinOf('tiles/none.json'))
      for (const name of ['two.twin.json', 'none.twin.json']) {
        await open(name)
        expect(await caption(), name).toBe(PARTIAL)
        await until(problem).toMatch(/tileset-missing/)
      }
      await open(src)
      expect(await caption()).toBe(COMPLETE)
    })

    test('a lost context is not complete, and its strip goes when the picture is back', async () => {
      await open(put({ 'a.glb': square({ image: await jpeg() }) }, ['a.glb']))
      const context = (what: 'loseContext' | 'restoreContext') =>
        village.page.evaluate((name) => {
          const canvas = document.querySelector('twin-viewer')!.shadowRoot!.querySelector('canvas')!
          const held = globalThis as unknown as { lose?: WEBGL_lose_context }
          held.lose ??= canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!
          held.lose[name]()
        }, what)
      await context('loseContext')
      await until(problem).toMatch(/显卡上下文丢失，正在恢复 context-lost/)
      await until(caption).toBe('细化 0 %')
      await context('restoreContext')
      await until(caption).toBe(COMPLETE)
      await until(problem).toBe('')
      expect(await colors(0)).toEqual(QUARTERS.map((each) => near(each)))
      expect(await told()).toHaveLength(1)
    })
  })

  describe.each(['alpha-blend-invisible', 'exif-orientation', 'texture-missing', 'projected-local'])('the case %s', (name) => {
    const folder = join(CASES, name)
    test('is shown as its README says', async (ctx) => {
      if (!existsSync(join(folder, 'tileset.json'))) ctx.skip('../shared/cases/viewer is absent')
      const files = (from: string): string[] =>
        readdirSync(from).flatMap((each) => (statSync(join(from, each)).isDirectory() ? files(join(from, each)) : [join(from, each)]))
      for (const each of files(folder)) village.town.write(`capture-${name}/${each.slice(folder.length + 1)}`, readFileSync(each))
      const { doc } = await ownCapture(join(folder, 'tileset.json'), ORIGIN)
      village.town.write(`${name}.twin.json`, JSON.stringify(doc).replaceAll('capture/', `capture-${name}/`))
      await open(`${name}.twin.json`)
      expect(await caption()).toBe(COMPLETE)
      expect(await shareShown(village.page)).toBeGreaterThan(0.05)
      const sentences = await told()
      if (name === 'texture-missing')
        expect(sentences).toEqual([expect.stringMatching(/tex\/gone\.jpg: is not there, so its tiles are shown without this picture/)])
      else expect([sentences, village.consoleErrors]).toEqual([[], []])
      if (name === 'projected-local') expect(await village.text('[part=placed]')).toMatch(/移到原点/)
    })
  })
})
