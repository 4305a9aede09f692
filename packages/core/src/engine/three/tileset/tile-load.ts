// Tile flow: bytes -> **tile-load** -> scene on the GPU. One tile from its fetched bytes to three objects whose textures are uploaded: decodes
// in the pool, fetches pictures that lie beside it through the viewer's store, and owns all of it until `dispose`.
import type { Group, Texture, WebGLRenderer } from 'three'
import { errorFromData, TwinError } from '../../../error/twin-error.ts'
import type { TileContent, Texture as ToldTexture } from '../../../tiles/content.ts'
import type { GpuLimits } from '../../../tiles/decode-messages.ts'
import type { DecodeLease } from '../../../tiles/decode-pool.ts'
import type { DecodeOptions } from '../../../tiles/decode-tile.ts'
import { closeImage, type ReadyImage, type TileImage } from '../../../tiles/ready-image.ts'
import type { ImageStore, Shared } from './image-store.ts'
import { copyBitmap, type PicturePreparer } from './picture-form.ts'
import type { GradeUniforms } from './tile-material.ts'
import { buildTileScene, type TileScene } from './tile-scene.ts'
import { type TileTexture, tileTexture } from './tile-texture.ts'
import type { UploadQueue } from './upload-queue.ts'

/** What all tiles of a viewer load with. */
export interface LoadPorts {
  readonly renderer: WebGLRenderer
  readonly decode: DecodeLease
  readonly images: ImageStore<TileTexture>
  readonly pictures: PicturePreparer
  readonly uploads: UploadQueue
  readonly grade: GradeUniforms
  readonly gpu: GpuLimits
  /** Rejects with a TwinError for every answer but a good one. */
  readonly fetchBytes: (url: string, signal: AbortSignal) => Promise<ArrayBuffer>
}

export interface TileHold {
  readonly group: Group
  readonly bytes: number
  /** What is shown more plainly than the tile asks. */
  readonly notes: readonly string[]
  /** Each picture that it is shown without. */
  readonly lacking: readonly TwinError[]
  dispose(): void
}

/** Origin and path alone: a token may stand in the query. */
export const placeOf = (url: string): string => url.replace(/[?#].*$/, '')

/** Grazing views of a village are what anisotropy is for; 4 is where the eye stops seeing more. */
const anisotropyOf = ({ capabilities }: WebGLRenderer) => Math.min(4, capabilities.getMaxAnisotropy())

/** `besideTile` says where lies what the tile names, from the tile's own address. */
export async function loadTile(
  bytes: ArrayBuffer,
  url: string,
  options: Omit<DecodeOptions, 'file'>,
  besideTile: (uri: string, url: string) => string,
  signal: AbortSignal,
  ports: LoadPorts,
): Promise<TileHold> {
  const beside = (uri: string) => besideTile(uri, url)
  const content = await ports.decode.tile(
    bytes,
    { ...options, file: placeOf(url) },
    {
      signal,
      gpu: ports.gpu,
      resource: (uri) => ports.fetchBytes(beside(uri), signal),
    },
  )
  const held: TileTexture[] = []
  const shared: Shared<TileTexture>[] = []
  let scene: TileScene | undefined
  // Each part may be disposed of twice: at the abort, so that nothing outlives it by a turn, and once what was under way then has ended.
  const dispose = () => {
    scene?.dispose()
    for (const each of held) each.dispose()
    for (const each of shared) each.release()
  }
  signal.addEventListener('abort', dispose)
  try {
    const { textures, lacking } = await makeTextures(content, beside, signal, ports, held, shared)
    scene = buildTileScene(content, textures, ports.grade)
    const all = [...held, ...shared.map(({ value }) => value)]
    await Promise.all(all.filter((each) => each.state === 'held').map((each) => ports.uploads.add(each, signal)))
    signal.throwIfAborted()
    const own = held.reduce((sum, each) => sum + each.bytes, 0)
    const counted = shared.reduce((sum, { first, value }) => sum + (first ? value.bytes : 0), 0)
    return {
      group: scene.group,
      bytes: scene.bytes + own + counted,
      notes: content.notes,
      lacking,
      dispose,
    }
  } catch (error) {
    dispose()
    throw error
  } finally {
    signal.removeEventListener('abort', dispose)
  }
}

/**
 * One texture for each that the content names; undefined where its picture cannot be shown, which is told in `lacking`. Fills `held` and `shared` as it goes, so
 * that a failure leaves nothing behind.
 */
async function makeTextures(
  content: TileContent<TileImage>,
  beside: (uri: string) => string,
  signal: AbortSignal,
  ports: LoadPorts,
  held: TileTexture[],
  shared: Shared<TileTexture>[],
): Promise<{ textures: (Texture | undefined)[]; lacking: readonly TwinError[] }> {
  const anisotropy = anisotropyOf(ports.renderer)
  const used = new Set<number>()
  const lacking: TwinError[] = []

  const inTakenForm = async (image: ReadyImage) => (image.type === 'bitmap' ? ports.pictures.prepare(image) : image)

  async function external(uri: string, told: ToldTexture, uvMatrix: readonly number[] | undefined): Promise<Texture | undefined> {
    const href = beside(uri)
    const key = [href, told.wrapS, told.wrapT, told.magFilter, told.minFilter, ...(uvMatrix ?? [])].join(' ')
    const make = async (inner: AbortSignal) => {
      const bytes = await ports.fetchBytes(href, inner)
      const ready = await ports.decode.image(bytes, placeOf(href), { signal: inner, gpu: ports.gpu })
      return tileTexture(await inTakenForm(ready), told, uvMatrix, anisotropy)
    }
    try {
      const got = await ports.images.get(key, make, signal)
      shared.push(got)
      return got.value.texture
    } catch (error) {
      const lack = lackOf(error, placeOf(href))
      if (lack === undefined) throw error
      lacking.push(lack)
      return undefined
    }
  }

  const results = await Promise.allSettled(
    content.textures.map(async (told, index): Promise<Texture | undefined> => {
      const image = content.images[told.image]!
      const uvMatrix = content.materials.find(({ texture }) => texture === index)?.uvMatrix
      if (image.type === 'external') return external(image.uri, told, uvMatrix)
      if (image.type === 'blocked') {
        lacking.push(errorFromData(image.error))
        return undefined
      }
      // A picture that two textures of a tile show is rare, and the first may be uploaded and closed at any moment: a copy for the second.
      const own = used.has(told.image) && image.type === 'bitmap' ? { ...image, bitmap: await copyBitmap(image.bitmap) } : image
      used.add(told.image)
      const texture = tileTexture(await inTakenForm(own), told, uvMatrix, anisotropy)
      held.push(texture)
      return texture.texture
    }),
  )
  for (const [i, image] of content.images.entries()) if (!used.has(i)) closeImage(image)
  const failed = results.find((each) => each.status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return { textures: results.map((each) => (each.status === 'fulfilled' ? each.value : undefined)), lacking }
}

/** Why a picture beside the tile is not shown; undefined where it is not the picture's own fault, so that the tile is tried again. */
function lackOf(error: unknown, picture: string): TwinError | undefined {
  if (!(error instanceof TwinError)) return undefined
  const { code, details } = error
  if (code === 'fetch-gone')
    return new TwinError(
      'picture-missing',
      `${picture}: is not there, so its tiles are shown without this picture; check that the capture was copied whole`,
      { ...details, picture },
      { cause: error },
    )
  return code === 'picture-broken' || code === 'ktx2-blocked' || code === 'fetch-failed' || code === 'fetch-refused' ? error : undefined
}

/** The picture of a lack may come yet: the network heals, somebody signs in, or copies what was missing. */
export const mayComeYet = ({ code, details }: TwinError): boolean =>
  code === 'fetch-failed' || code === 'picture-missing' || (code === 'fetch-refused' && details['status'] !== undefined)
