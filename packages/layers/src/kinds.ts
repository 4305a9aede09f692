// Every kind that the worker of this package knows without being told; a document's own kinds add to them.
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { person } from './kinds/person.ts'
import { wristband } from './kinds/wristband.ts'

export const KINDS: readonly AnyKind[] = [wristband, person]
