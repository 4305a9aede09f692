// A picture as it leaves the workers: ready for one upload. Only browsers read this file; what Node and the pipeline use keeps images encoded.

import type { TwinErrorData } from '../error/twin-error.ts'

/** Compressed formats of GPUs, by what basis can write; `rgba8` always works. */
export type GpuFormat = 'astc-4x4' | 'bc7' | 'bc3' | 'bc1' | 'etc2-rgba' | 'etc2-rgb' | 'rgba8'

export interface BitmapImage {
  readonly type: 'bitmap'
  readonly bitmap: ImageBitmap
  /** The bitmap that `bitmap` was made of, which must outlive it. */
  readonly madeOf?: ImageBitmap
  readonly width: number
  readonly height: number
  /** Absent: it may be. False: no pixel is. */
  readonly translucent?: boolean
}

export interface CompressedImage {
  readonly type: 'compressed'
  readonly format: GpuFormat
  readonly width: number
  readonly height: number
  /** The largest first. */
  readonly levels: readonly { readonly data: Uint8Array; readonly width: number; readonly height: number }[]
}

export type ReadyImage = BitmapImage | CompressedImage

/** An image of a decoded tile: ready, still to be fetched beside it, or one that cannot be shown: broken, or KTX2 without its header. */
export type TileImage =
  | ReadyImage
  | { readonly type: 'external'; readonly uri: string }
  | { readonly type: 'blocked'; readonly error: TwinErrorData }

export function closeImage(image: TileImage | { readonly type: 'ktx2' }): void {
  if (image.type !== 'bitmap') return
  image.bitmap.close()
  image.madeOf?.close()
}
