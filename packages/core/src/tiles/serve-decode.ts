// Worker side of the tile pool: takes jobs, decodes, hands typed arrays and bitmaps over. Shared by tile-worker.ts and draco-worker.ts, which
// differ only in whether Draco is at hand.
import { errorFromData, errorToData } from '../error/twin-error.ts'
import type { MeshoptPort } from './buffers.ts'
import { type TileContent, transferables } from './content.ts'
import type { DecodeJob, FromWorker, GpuLimits, ToWorker, WorkerImage } from './decode-messages.ts'
import { decodeTile } from './decode-tile.ts'
import type { DracoModule } from './draco.ts'
import { forgetTurn } from './exif.ts'
import { corrupt, pictureFault } from './fault.ts'
import { unpackGzip } from './gzip.ts'
import { imageInfo, mayBeTranslucent } from './image.ts'
import { tileBudget } from './limits.ts'
import { NeedsDraco } from './model.ts'
import { type BitmapImage, closeImage } from './ready-image.ts'

export interface WorkerScope {
  postMessage(message: FromWorker, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}

interface Running {
  aborted: boolean
  readonly waiting: Map<number, { resolve(bytes: Uint8Array): void; reject(error: unknown): void }>
}

export function serveDecode(
  scope: WorkerScope,
  { meshopt, draco }: { readonly meshopt: MeshoptPort; readonly draco?: Promise<DracoModule> },
): void {
  const jobs = new Map<number, Running>()

  async function decode(id: number, job: Extract<DecodeJob, { type: 'tile' }>, running: Running): Promise<void> {
    let key = 0
    const resource = (uri: string) =>
      new Promise<Uint8Array>((resolve, reject) => {
        running.waiting.set(key, { resolve, reject })
        scope.postMessage({ id, want: { key: key++, uri } }, [])
      })
    const content = await decodeTile(new Uint8Array(job.bytes), job.options, { meshopt, draco: await draco, resource })
    const budget = tileBudget()
    const images: WorkerImage[] = []
    for (const [i, image] of content.images.entries()) {
      if (image.type === 'bytes') images.push(await embedded(image.bytes, `images[${i}]`, job, budget))
      else images.push(image)
    }
    if (running.aborted) {
      images.forEach(closeImage)
      return
    }
    const tile: TileContent<WorkerImage> = { ...content, images }
    const moved = images.flatMap((each): Transferable[] =>
      each.type === 'bitmap' ? [each.bitmap] : each.type === 'ktx2' ? [each.bytes] : [],
    )
    scope.postMessage({ id, tile }, [...transferables(tile), ...moved])
  }

  /** A picture that cannot be shown is told beside the tile: it takes nothing from the tile's form. */
  async function embedded(
    bytes: Uint8Array,
    pointer: string,
    { gpu, options }: Extract<DecodeJob, { type: 'tile' }>,
    budget: ReturnType<typeof tileBudget>,
  ): Promise<WorkerImage> {
    try {
      if (imageInfo(bytes, pointer).type === 'image/ktx2') return { type: 'ktx2', bytes: bytes.slice().buffer }
      return await toBitmap(bytes, pointer, gpu, budget)
    } catch (error) {
      return { type: 'blocked', error: errorToData(pictureFault(error, options.file, pointer)) }
    }
  }

  async function run(id: number, job: DecodeJob): Promise<void> {
    const running: Running = { aborted: false, waiting: new Map() }
    jobs.set(id, running)
    try {
      if (job.type === 'tile') await decode(id, job, running)
      else {
        const image = await unpackGzip(new Uint8Array(job.bytes))
          .then((bytes) => toBitmap(bytes, 'the image', job.gpu, tileBudget()))
          .catch((error: unknown) => {
            throw pictureFault(error, job.file)
          })
        if (running.aborted) closeImage(image)
        else scope.postMessage({ id, image }, [image.bitmap])
      }
    } catch (error) {
      if (error instanceof NeedsDraco) scope.postMessage({ id, needsDraco: job.bytes }, [job.bytes])
      else if (!running.aborted) scope.postMessage({ id, failed: errorToData(error) }, [])
    } finally {
      jobs.delete(id)
    }
  }

  scope.onmessage = ({ data }) => {
    if ('ping' in data) scope.postMessage({ alive: true }, [])
    else if ('job' in data) void run(data.id, data.job)
    else if ('abort' in data) {
      const running = jobs.get(data.id)
      if (running === undefined) return
      running.aborted = true
      for (const { reject } of running.waiting.values()) reject(new DOMException('The tile is no longer wanted', 'AbortError'))
    } else {
      const { key, bytes, error } = data.resource
      const waiting = jobs.get(data.id)?.waiting.get(key)
      if (error !== undefined) waiting?.reject(errorFromData(error))
      else waiting?.resolve(new Uint8Array(bytes!))
    }
  }
  scope.postMessage({ alive: true }, [])
}

/**
 * Decodes as the file says its pixels, untouched: no premultiplication, no colour conversion, no turn by EXIF (which is made unreadable in
 * `bytes`). What is larger than the GPU takes is made smaller here.
 */
async function toBitmap(
  bytes: Uint8Array,
  pointer: string,
  { maxTextureSize }: GpuLimits,
  budget: ReturnType<typeof tileBudget>,
): Promise<BitmapImage> {
  const { type, width, height } = imageInfo(bytes, pointer)
  budget.takePixels(width, height, pointer)
  forgetTurn(bytes, type)
  const shrink = maxTextureSize / Math.max(width, height)
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
    imageOrientation: 'none' as ImageOrientation,
    ...(shrink < 1 && { resizeWidth: Math.max(1, Math.floor(width * shrink)), resizeHeight: Math.max(1, Math.floor(height * shrink)) }),
  }).catch((error: unknown) => {
    throw new Error(`${pointer} does not decode as ${type} (${error instanceof Error ? error.message : error})`)
  })
  if (bitmap.width * bitmap.height > width * height) {
    bitmap.close()
    throw corrupt(pointer, `says that it is ${width} × ${height} px, and is ${bitmap.width} × ${bitmap.height}`)
  }
  return { type: 'bitmap', bitmap, width: bitmap.width, height: bitmap.height, translucent: mayBeTranslucent(bytes, type) }
}
