// The messages between the page and its tile workers: one table, both ways.
import type { TwinErrorData } from '../error/twin-error.ts'
import type { TileContent } from './content.ts'
import type { DecodeOptions } from './decode-tile.ts'
import type { GpuFormat, ReadyImage, TileImage } from './ready-image.ts'

/** What the GPU can take. */
export interface GpuLimits {
  readonly maxTextureSize: number
  readonly formats: readonly GpuFormat[]
}

export type DecodeJob =
  | { readonly type: 'tile'; readonly bytes: ArrayBuffer; readonly options: DecodeOptions; readonly gpu: GpuLimits }
  /** An image that was fetched beside a tile. Goes to the tile workers, but KTX2, which goes to its own. */
  | { readonly type: 'image'; readonly bytes: ArrayBuffer; readonly file: string; readonly gpu: GpuLimits }

export type ToWorker =
  | { readonly id: number; readonly job: DecodeJob }
  | { readonly id: number; readonly resource: { readonly key: number; readonly bytes?: ArrayBuffer; readonly error?: TwinErrorData } }
  | { readonly id: number; readonly abort: true }
  /** Does it live? */
  | { readonly ping: true }

/** A KTX2 inside a tile is handed on: only its own worker may run wasm. */
export type WorkerImage = TileImage | { readonly type: 'ktx2'; readonly bytes: ArrayBuffer }

export type FromWorker =
  | { readonly id: number; readonly tile: TileContent<WorkerImage> }
  | { readonly id: number; readonly image: ReadyImage }
  /** The bytes come back, for the worker that has Draco. */
  | { readonly id: number; readonly needsDraco: ArrayBuffer }
  | { readonly id: number; readonly want: { readonly key: number; readonly uri: string } }
  | { readonly id: number; readonly failed: TwinErrorData }
  /** It is loaded, or answers `ping`. */
  | { readonly alive: true }
