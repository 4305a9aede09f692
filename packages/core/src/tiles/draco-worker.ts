// Entry of the workers that decode tiles with Draco: 0.7 MB of plain JS more than tile-worker.ts, so started with the first such tile.
import { DracoDecoderModule } from '../../assets/draco-decoder.js'
import { MeshoptDecoder } from '../../assets/meshopt-decoder.js'
import { serveDecode, type WorkerScope } from './serve-decode.ts'

serveDecode(self as unknown as WorkerScope, { meshopt: MeshoptDecoder, draco: DracoDecoderModule() })
