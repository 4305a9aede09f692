// The worker's entry: the rooms of core with the kinds of this package. Made by create-worker.ts, by its URL alone.
import { serveTwin } from '@twinmap/core/worker'
import { KINDS } from './kinds.ts'

serveTwin({ kinds: KINDS })
