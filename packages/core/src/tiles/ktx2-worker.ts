// Entry of the KTX2 worker, started with the first such texture. The one file of the house that compiles wasm: where its own response lacks
// `wasm-unsafe-eval`, each job fails with `ktx2-blocked`, and all else works.
import { BASIS } from '../../assets/basis-transcoder.js'
import { errorToData, TwinError } from '../error/twin-error.ts'
import type { FromWorker, ToWorker } from './decode-messages.ts'
import { inFile } from './fault.ts'
import { type BasisModule, ktx2Blocked, transcodeKtx2 } from './ktx2.ts'

interface Scope {
  postMessage(message: FromWorker, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}
const scope = self as unknown as Scope

let starting: Promise<BasisModule> | undefined

async function start(): Promise<BasisModule> {
  const url = new URL('../../assets/basis-transcoder.wasm', import.meta.url)
  const response = await fetch(url)
  if (!response.ok)
    throw new TwinError('fetch-failed', `${url.pathname} answered ${response.status}; serve the folder assets/ beside the code`, {
      status: response.status,
    })
  const wasmBinary = await response.arrayBuffer()
  try {
    await WebAssembly.compile(wasmBinary)
  } catch (error) {
    throw ktx2Blocked(new URL(self.location.href).pathname, error)
  }
  const basis = await BASIS({ wasmBinary })
  basis.initializeBasis()
  return basis
}

scope.onmessage = async ({ data }) => {
  if (!('job' in data) || data.job.type !== 'image') return
  const { bytes, file, gpu } = data.job
  try {
    starting ??= start()
    const basis = await starting
    const image = transcodeKtx2(basis, new Uint8Array(bytes), gpu)
    scope.postMessage(
      { id: data.id, image },
      image.levels.map(({ data: level }) => level.buffer as ArrayBuffer),
    )
  } catch (error) {
    const told =
      error instanceof TwinError && (error.code === 'ktx2-blocked' || error.code === 'fetch-failed') ? error : inFile(error, file)
    scope.postMessage({ id: data.id, failed: errorToData(told) }, [])
  }
}
