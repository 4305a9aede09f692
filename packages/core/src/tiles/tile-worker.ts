// Entry of the tile workers. Started by decode-pool.ts from its URL, never imported: all that it needs lies beside it by static relative
// imports, since import maps and code splitting do not reach into a worker.
import { MeshoptDecoder } from '../../assets/meshopt-decoder.js'
import { serveDecode, type WorkerScope } from './serve-decode.ts'

serveDecode(self as unknown as WorkerScope, { meshopt: MeshoptDecoder })
