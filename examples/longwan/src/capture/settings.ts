// Sizes of the demo capture. `full` is what `npm start` shows; `small` is a corner of it for tests, in seconds.
import { SITE_DEPTH_METERS, SITE_WIDTH_METERS } from './place/grid.ts'
import type { Window } from './scene/scene.ts'

export interface CaptureSettings {
  /** The part of the site that is made, in site metres. */
  readonly window: Window
  readonly columns: number
  readonly rows: number
  /** Ground size of a photo's pixel. 0.125 cost 170 MB more and showed nothing new. */
  readonly photoPixelMeters: number
  readonly sunPixelMeters: number
  readonly voxelMeters: number
  /** Share of the fused triangles that is delivered. */
  readonly keepShare: number
  readonly texelMeters: number
  readonly pageTexels: number
  readonly facadePixelsPerMeter: number
  readonly groundPixelsPerMeter: number
}

export type CaptureSize = 'full' | 'small'

export const CAPTURE_SIZES: Readonly<Record<CaptureSize, CaptureSettings>> = {
  full: {
    window: { x0: 0, y0: 0, x1: SITE_WIDTH_METERS, y1: SITE_DEPTH_METERS },
    columns: 5,
    rows: 4,
    photoPixelMeters: 0.14,
    sunPixelMeters: 0.16,
    voxelMeters: 0.3,
    keepShare: 0.14,
    texelMeters: 0.066,
    pageTexels: 2048,
    facadePixelsPerMeter: 16,
    groundPixelsPerMeter: 10,
  },
  small: {
    window: { x0: 120, y0: 30, x1: 201, y1: 84 },
    columns: 2,
    rows: 1,
    photoPixelMeters: 0.24,
    sunPixelMeters: 0.3,
    voxelMeters: 0.5,
    keepShare: 0.25,
    texelMeters: 0.2,
    pageTexels: 512,
    facadePixelsPerMeter: 6,
    groundPixelsPerMeter: 5,
  },
}
