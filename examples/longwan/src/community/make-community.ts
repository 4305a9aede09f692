// `npm start`'s first minutes: capture, then tiles, each in a child process that goes on where an earlier one stopped.
import { rm } from 'node:fs/promises'
import type { CaptureSize } from '../capture/settings.ts'
import { writeWhole } from '../capture/write/disk.ts'
import { runStep, type StepPorts } from './run-step.ts'
import { type MakingProgress, withTimeLeft } from './time-left.ts'
import { communityPlaces, madeOf } from './where.ts'

export interface MakeCommunityOptions {
  readonly kept: string
  readonly size: CaptureSize
  readonly onProgress?: (progress: MakingProgress) => void
  readonly signal?: AbortSignal
  /** Runs one step. Default: in a child process. */
  readonly run?: typeof runStep
}

/** Share of the capture in the whole time: 107 s of processor time, and 18 s for its tiles. */
const CAPTURE_SHARE = 0.85
/** Makes what is not there yet. The marker is written when all is whole. */
export async function makeCommunity({ kept, size, onProgress, signal, run = runStep }: MakeCommunityOptions): Promise<void> {
  const places = communityPlaces(kept)
  const hear = withTimeLeft((progress) => onProgress?.(progress))
  const ports = (from: number, share: number): StepPorts => ({
    ...(signal !== undefined && { signal }),
    onProgress: (part, words) => hear(from + share * part, words),
  })
  await rm(places.done, { force: true })
  await run({ type: 'capture', outDir: places.capture, size, quiet: true }, ports(0, CAPTURE_SHARE))
  const options = { input: places.capture, output: places.tiles }
  await run({ type: 'tiles', options, quiet: true }, ports(CAPTURE_SHARE, 1 - CAPTURE_SHARE))
  await writeWhole(places.done, madeOf(size))
}
