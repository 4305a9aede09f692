// What the process answers to the shell. Stable: scripts branch on it.
import type { TwinErrorCode } from '@twinmap/core/internal/error/twin-error'

export const EXIT = {
  ok: 0,
  /** A fault of ours. */
  internal: 1,
  /** An option is wrong or missing. */
  usage: 2,
  /** The input is missing or broken. */
  input: 3,
  /** The reference is missing, unknown, or cannot hold the mesh. */
  reference: 4,
  /** The disk is full. */
  disk: 5,
  /** `validate` found errors. */
  findings: 6,
  /** Ctrl-C. */
  interrupted: 130,
  terminated: 143,
} as const

export function exitCodeOf(code: TwinErrorCode): number {
  switch (code) {
    case 'option-invalid':
      return EXIT.usage
    case 'input-missing':
    case 'input-invalid':
    case 'tileset-missing':
    case 'tileset-invalid':
      return EXIT.input
    case 'crs-missing':
    case 'reference-unknown':
    case 'location-invalid':
      return EXIT.reference
    case 'disk-full':
      return EXIT.disk
    default:
      return EXIT.internal
  }
}
