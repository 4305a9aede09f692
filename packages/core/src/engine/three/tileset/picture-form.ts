// Tile flow: worker's picture -> **picture-form** -> tile-texture. In which form this browser's WebGL takes a picture that a worker decoded:
// WebKit refuses an ImageBitmap that crossed from a worker where its GPU process draws, and takes one that the page made of it. It is found out
// once per context by one small picture that goes the way of all others; a browser's name says nothing of its next version.
import type { Texture, WebGLRenderer } from 'three'
import { TwinError } from '../../../error/twin-error.ts'
import type { GpuLimits } from '../../../tiles/decode-messages.ts'
import type { DecodeLease } from '../../../tiles/decode-pool.ts'
import { type BitmapImage, closeImage } from '../../../tiles/ready-image.ts'
import { errorName, type GlErrors } from './gl-errors.ts'
import { type TileTexture, tileTexture } from './tile-texture.ts'

export type PictureForm = 'as-it-came' | 'made-anew'

export interface Trial {
  readonly form: PictureForm
  /** What GL said of the upload; 0 where it took it. */
  readonly error: number
  /** RGBA of four px as they were read back. */
  readonly pixels: ArrayLike<number>
}

/** GL takes no form; what it said of the first. */
interface Refused {
  readonly refused: number
}

/** sRGB and alpha of the trial picture, by rows; one px is translucent, so that a form which multiplies by alpha is seen. */
export const TRIAL_PIXELS = [200, 40, 60, 255, 30, 180, 90, 255, 50, 80, 220, 255, 240, 200, 20, 128]

/** {@link TRIAL_PIXELS} as a PNG. */
export const TRIAL_PNG: Uint8Array<ArrayBuffer> = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAGklEQVR4AWM8oWHzP6xHjoEpS2MBwyWRXY0AO00GguP4NkkAAAAASUVORK5CYII='),
  (char) => char.charCodeAt(0),
)

const isTrue = ({ pixels }: Trial) => TRIAL_PIXELS.every((value, i) => Math.abs(value - (pixels[i] ?? -99)) <= 4)

/**
 * The first form that is taken and comes out as it went in. Where none comes out so, the first that is taken: some browsers give a page no true
 * pixels, against fingerprints. Undefined where none is taken.
 */
export function chooseForm(trials: readonly Trial[]): PictureForm | undefined {
  const taken = trials.filter(({ error }) => error === 0)
  return (taken.find(isTrue) ?? taken[0])?.form
}

/** The same pixels as a bitmap of this page's own. */
export const copyBitmap = (bitmap: ImageBitmap): Promise<ImageBitmap> =>
  createImageBitmap(bitmap, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' })

/**
 * The bitmap that came stays open beside the new one: WebKit copies later than it says, so that of one that is closed at once another tile's
 * picture is seen (26 of 30 times with two workers).
 */
async function makeAnew(image: BitmapImage): Promise<BitmapImage> {
  try {
    return { ...image, bitmap: await copyBitmap(image.bitmap), madeOf: image.bitmap }
  } catch (error) {
    closeImage(image)
    throw error
  }
}

export interface PicturePreparer {
  /** Takes the picture over: what it answers is the caller's to close. Rejects with `picture-refused` where GL takes it in no form. */
  prepare(image: BitmapImage): Promise<BitmapImage>
  /** Begins to find out; the first `prepare` does so too. */
  begin(): void
}

export function createPicturePreparer(
  renderer: WebGLRenderer,
  errors: GlErrors,
  decode: Pick<DecodeLease, 'image'>,
  gpu: GpuLimits,
  signal: AbortSignal,
): PicturePreparer {
  let found: Promise<PictureForm | Refused> | undefined
  const find = () => {
    found ??= findForm(renderer, errors, decode, gpu, signal).catch((): PictureForm => {
      // No worker, or no context just now: the next asks anew, and each upload is checked by itself.
      found = undefined
      return 'as-it-came'
    })
    return found
  }
  return {
    begin: () => void find(),
    async prepare(image) {
      const form = await find()
      if (form === 'as-it-came') return image
      if (form === 'made-anew') return makeAnew(image)
      closeImage(image)
      throw pictureRefused(image, form.refused)
    },
  }
}

async function findForm(
  renderer: WebGLRenderer,
  errors: GlErrors,
  decode: Pick<DecodeLease, 'image'>,
  gpu: GpuLimits,
  signal: AbortSignal,
): Promise<PictureForm | Refused> {
  const image = await decode.image(TRIAL_PNG.slice().buffer, 'the trial picture', { signal, gpu })
  if (image.type !== 'bitmap') throw new TwinError('internal', `the trial picture came as ${image.type}`)
  const trials: Trial[] = []
  let own: BitmapImage | undefined
  try {
    trials.push(tryForm(renderer, errors, 'as-it-came', image))
    if (chooseForm(trials) !== undefined && isTrue(trials[0]!)) return 'as-it-came'
    own = { ...image, bitmap: await copyBitmap(image.bitmap) }
    signal.throwIfAborted()
    trials.push(tryForm(renderer, errors, 'made-anew', own))
  } finally {
    closeImage(image)
    if (own !== undefined) closeImage(own)
  }
  return chooseForm(trials) ?? { refused: trials[0]!.error }
}

/** Uploads as tiles do, and reads back. */
function tryForm(renderer: WebGLRenderer, errors: GlErrors, form: PictureForm, image: BitmapImage): Trial {
  const gl = renderer.getContext() as WebGL2RenderingContext
  if (gl.isContextLost()) throw new TwinError('context-lost', 'the graphics context is lost while a form of pictures is tried')
  const trial: TileTexture = tileTexture(
    image,
    { image: 0, wrapS: 'clamp', wrapT: 'clamp', magFilter: 'nearest', minFilter: 'nearest' },
    undefined,
    1,
  )
  // Of an upload before this one, whose own check is still to come.
  const before = errors.take()
  try {
    renderer.initTexture(trial.texture)
    const error = errors.take()
    const pixels = error === 0 ? readBack(renderer, gl, trial.texture) : []
    errors.take()
    return { form, error, pixels }
  } finally {
    errors.putBack(before)
    // Its pixels are the caller's to close.
    trial.texture.dispose()
  }
}

function readBack(renderer: WebGLRenderer, gl: WebGL2RenderingContext, texture: Texture): Uint8Array {
  const pixels = new Uint8Array(16)
  const { __webglTexture: uploaded } = renderer.properties.get(texture) as { __webglTexture?: WebGLTexture }
  const framebuffer = gl.createFramebuffer()
  // By three's own record of what is bound, so that it goes on knowing.
  renderer.state.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, uploaded ?? null, 0)
  gl.readPixels(0, 0, 2, 2, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
  renderer.state.bindFramebuffer(gl.FRAMEBUFFER, null)
  gl.deleteFramebuffer(framebuffer)
  return pixels
}

/** `code` as of `gl.getError()`. */
export function pictureRefused({ width, height }: { readonly width: number; readonly height: number }, code: number): TwinError {
  const error = errorName(code)
  return new TwinError('picture-refused', `the graphics driver refuses a picture of ${width} × ${height} px (${error})`, {
    width,
    height,
    error,
  })
}
