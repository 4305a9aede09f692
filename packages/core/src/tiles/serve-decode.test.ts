import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { noMeshopt } from '../../test/no-meshopt.ts'
import type { FromWorker, ToWorker } from './decode-messages.ts'
import { sampleBody, samplePlane, samplePlaneGlb, writeGlb } from './sample-tile.ts'
import { serveDecode, type WorkerScope } from './serve-decode.ts'

const GPU = { maxTextureSize: 1000, formats: [] }
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0))
const jpeg = (width: number, height: number) => {
  const bytes = new Uint8Array(64)
  bytes.set([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255])
  return bytes
}

describe('a tile worker', () => {
  let bitmaps: { options: ImageBitmapOptions; closed: boolean }[]
  beforeEach(() => {
    bitmaps = []
    vi.stubGlobal('createImageBitmap', async (_: Blob, options: ImageBitmapOptions) => {
      const made = {
        options,
        closed: false,
        width: options.resizeWidth ?? 64,
        height: options.resizeHeight ?? 64,
        close: () => void (made.closed = true),
      }
      bitmaps.push(made)
      return made
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  const broken = (cause: string, message: RegExp) => ({
    type: 'blocked',
    error: { code: 'picture-broken', message: expect.stringMatching(message), details: { picture: 'a.glb images[0]', cause } },
  })

  function worker() {
    const said: FromWorker[] = []
    const moved: Transferable[][] = []
    const scope: WorkerScope = {
      onmessage: null,
      postMessage: (message, transfer) => {
        said.push(message)
        moved.push(transfer)
      },
    }
    serveDecode(scope, { meshopt: noMeshopt })
    expect(said.splice(0)).toEqual([{ alive: true }])
    moved.length = 0
    const ask = (data: ToWorker) => scope.onmessage!({ data } as MessageEvent<ToWorker>)
    const tile = (id: number, bytes: Uint8Array) =>
      ask({ id, job: { type: 'tile', bytes: bytes.buffer as ArrayBuffer, options: { file: 'a.glb' }, gpu: GPU } })
    return { said, moved, ask, tile }
  }

  test('says that it lives, when it is loaded and when it is asked', () => {
    const { said, ask } = worker()
    ask({ ping: true })
    expect(said).toEqual([{ alive: true }])
  })

  test('hands over arrays and bitmaps, each once, untouched by colour or turn', async () => {
    const { said, moved, tile } = worker()
    tile(1, samplePlaneGlb({ image: jpeg(512, 512) }))
    await turn()
    expect(said).toEqual([
      {
        id: 1,
        tile: expect.objectContaining({ images: [{ type: 'bitmap', bitmap: bitmaps[0], width: 64, height: 64, translucent: false }] }),
      },
    ])
    expect(new Set(moved[0]).size).toBe(4)
    expect(bitmaps[0]!.options).toEqual({ premultiplyAlpha: 'none', colorSpaceConversion: 'none', imageOrientation: 'none' })
  })

  test('makes a picture smaller that the GPU would not take', async () => {
    const { tile } = worker()
    tile(1, samplePlaneGlb({ image: jpeg(4000, 2000) }))
    await turn()
    expect(bitmaps[0]!.options).toMatchObject({ resizeWidth: 1000, resizeHeight: 500 })
  })

  test('refuses a picture of more pixels than a tile may hold, before it is decoded', async () => {
    const { said, tile } = worker()
    tile(1, samplePlaneGlb({ image: jpeg(65_000, 65_000) }))
    await turn()
    expect(said).toMatchObject([
      {
        id: 1,
        tile: { images: [broken('tile-too-large', /^a\.glb: images\[0\] is 65000 × 65000 px.*; the tile is shown without this picture/)] },
      },
    ])
    expect(bitmaps).toHaveLength(0)
  })

  test('refuses an AVIF of as many pixels too, and a picture that is larger than it says', async () => {
    const { said, tile } = worker()
    const huge = [0xfd, 0xe8]
    const ispe = [0, 0, 0, 20, ...ascii('ispe'), 0, 0, 0, 0, 0, 0, ...huge, 0, 0, ...huge]
    const heads = [
      [48, 'meta', 0, 0, 0, 0],
      [36, 'iprp'],
      [28, 'ipco'],
    ] as const
    const boxes = heads.flatMap(([size, type, ...more]) => [0, 0, 0, size, ...ascii(type), ...more])
    tile(1, samplePlaneGlb({ image: Uint8Array.from([0, 0, 0, 16, ...ascii('ftypavifavif'), ...boxes, ...ispe]) }))
    tile(2, samplePlaneGlb({ image: jpeg(8, 8) }))
    await turn()
    expect(said).toMatchObject([
      { id: 1, tile: { images: [broken('tile-too-large', /images\[0\] is 65000 × 65000 px/)] } },
      { id: 2, tile: { images: [broken('tile-corrupt', /says that it is 8 × 8 px, and is 64 × 64/)] } },
    ])
    expect(bitmaps.map(({ closed }) => closed)).toEqual([true])
  })

  test('makes EXIF unreadable before a browser sees the picture, in a tile and beside it', async () => {
    const seen: Uint8Array[] = []
    vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
      seen.push(new Uint8Array(await blob.arrayBuffer()))
      return { width: 8, height: 8, close: () => undefined }
    })
    const turned = () => Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, 8, ...ascii('Exif\0\0'), ...jpeg(8, 8).subarray(2)])
    const { ask, tile } = worker()
    tile(1, samplePlaneGlb({ image: turned() }))
    ask({ id: 2, job: { type: 'image', bytes: turned().buffer, file: 'a.jpg', gpu: GPU } })
    await turn()
    expect(seen.map((bytes) => [bytes.length, String.fromCharCode(...bytes.subarray(6, 10))])).toEqual([
      [turned().length, '\0xif'],
      [turned().length, '\0xif'],
    ])
  })

  test('shows a tile without a picture that does not decode, and the others with theirs', async () => {
    vi.stubGlobal('createImageBitmap', async () => Promise.reject(new Error('The source image could not be decoded.')))
    const { said, ask, tile } = worker()
    tile(1, samplePlaneGlb({ image: jpeg(8, 8) }))
    tile(2, samplePlaneGlb({ image: Uint8Array.from(ascii('GIF89a is no picture of glTF')) }))
    ask({ id: 3, job: { type: 'image', bytes: jpeg(8, 8).buffer, file: 'b/wall.jpg', gpu: GPU } })
    await turn()
    const of = (id: number) => said.find((each) => 'id' in each && each.id === id)
    expect(of(1)).toMatchObject({
      tile: {
        geometries: [{}],
        images: [{ type: 'blocked', error: { message: expect.stringMatching(/images\[0\] does not decode as image\/jpeg/) } }],
      },
    })
    expect(of(2)).toMatchObject({ tile: { images: [broken('tile-unsupported', /begins with 47 49 46 38/)] } })
    expect(of(3)).toMatchObject({
      failed: {
        code: 'picture-broken',
        message: expect.stringMatching(/^b\/wall\.jpg: the image does not decode/),
        details: { picture: 'b/wall.jpg' },
      },
    })
  })

  test('hands a KTX2 on as bytes, and a Draco tile back whole', async () => {
    const { said, tile } = worker()
    const ktx2 = new Uint8Array(80)
    ktx2.set([...'«KTX 20»\r\n\x1a\n'].map((each) => each.charCodeAt(0)))
    tile(1, samplePlaneGlb({ image: ktx2 }))
    const draco = samplePlaneGlb({}, (json) => {
      const changed = json as { meshes: { primitives: object[] }[] }
      Object.assign(changed.meshes[0]!.primitives[0]!, {
        extensions: { KHR_draco_mesh_compression: { bufferView: 0, attributes: { POSITION: 0 } } },
      })
      return json
    })
    tile(2, draco)
    await turn()
    const of = (id: number) => said.find((each) => 'id' in each && each.id === id)
    expect(of(1)).toMatchObject({ tile: { images: [{ type: 'ktx2' }] } })
    expect(of(2)).toEqual({ id: 2, needsDraco: draco.buffer })
  })

  test('asks for a buffer that lies beside, and tells why it could not come', async () => {
    const { said, ask, tile } = worker()
    const { json, body } = samplePlane()
    const bin = body.bytes()
    const outside = writeGlb({ ...json, buffers: [{ byteLength: bin.length, uri: 'a.bin' }] })
    tile(1, outside.slice())
    tile(2, outside.slice())
    await turn()
    expect(said).toEqual([
      { id: 1, want: { key: 0, uri: 'a.bin' } },
      { id: 2, want: { key: 0, uri: 'a.bin' } },
    ])
    ask({ id: 1, resource: { key: 0, bytes: bin.buffer as ArrayBuffer } })
    ask({ id: 2, resource: { key: 0, error: { code: 'fetch-gone', message: 'a.bin is gone', details: {} } } })
    await turn()
    // Two jobs; neither waits for the other.
    const ends = said.slice(2).sort((a, b) => ('id' in a && 'id' in b ? a.id - b.id : 0))
    expect(ends).toMatchObject([
      { id: 1, tile: { geometries: [{ count: 9 }] } },
      { id: 2, failed: { code: 'fetch-gone' } },
    ])
  })

  test('closes what was decoded for a tile that is no longer wanted, and keeps silent', async () => {
    const { said, ask, tile } = worker()
    tile(1, samplePlaneGlb({ image: jpeg(64, 64) }))
    ask({ id: 1, abort: true })
    await turn()
    expect(said).toEqual([])
    expect(bitmaps.every(({ closed }) => closed)).toBe(true)
  })

  test('survives what is no tile', async () => {
    const { said, tile } = worker()
    tile(1, sampleBody().bytes())
    tile(2, samplePlaneGlb())
    await turn()
    expect(said).toMatchObject([
      { id: 1, failed: { code: 'tile-corrupt' } },
      { id: 2, tile: {} },
    ])
  })
})
