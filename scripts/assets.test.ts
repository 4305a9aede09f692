import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeAssets } from './assets.mjs'

describe('the decoders in assets/', () => {
  let folder = ''
  let made: { files: string[]; changed: string[] }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twinmap-assets-'))
    made = await makeAssets({ folder })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('are written once and then left alone', async () => {
    expect(made.changed).toEqual(made.files)
    expect((await makeAssets({ folder })).changed).toEqual([])
  })

  test('hold no code made from text', async () => {
    for (const name of made.files.filter((each) => each.endsWith('.js')))
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/new Function|newFunc\(|[^\w.]eval\(|Function\}\(\)\(/)
  })

  test('name the licence of each', async () => {
    const licences = await readFile(join(folder, 'LICENSES.md'), 'utf8')
    for (const name of made.files.filter((each) => each !== 'LICENSES.md')) expect(licences).toContain(`| ${name} |`)
    expect(licences).toContain('Permission is hereby granted')
    expect(licences).toContain('TERMS AND CONDITIONS FOR USE')
  })

  test('load as modules, and Basis runs through its closures', async () => {
    const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)
    const { MeshoptDecoder } = await load('meshopt-decoder.js')
    expect(() => MeshoptDecoder.decodeGltfBuffer(new Uint8Array(12), 3, 4, new Uint8Array([0xd1, 0xff]), 'INDICES')).toThrow('Assertion')
    const { DracoDecoderModule } = await load('draco-decoder.js')
    const draco = await DracoDecoderModule()
    expect(new draco.Decoder()).toBeTruthy()
    const { BASIS } = await load('basis-transcoder.js')
    const basis = await BASIS({ wasmBinary: await readFile(join(folder, 'basis-transcoder.wasm')) })
    basis.initializeBasis()
    const file = new basis.KTX2File(new Uint8Array(100))
    expect([file.getWidth(), file.getHeight(), file.isUASTC()]).toEqual([0, 0, false])
    file.close()
    file.delete()
  })
})
