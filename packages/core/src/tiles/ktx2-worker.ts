// Entry of the KTX2 worker, started with the first such texture. The one file of the house that compiles wasm: where its own response lacks
// `wasm-unsafe-eval`, each job fails with `ktx2-blocked`, and all else works.
import { BASIS } from '../../assets/basis-transcoder.js'
import { errorToData, TwinError } from '../error/twin-error.ts'
import type { FromWorker, ToWorker } from './decode-messages.ts'
import { pictureFault } from './fault.ts'
import { transcodeKtx2 } from './ktx2.ts'
import { createBasisStart } from './start-basis.ts'

interface Scope {
  postMessage(message: FromWorker, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}
const scope = self as unknown as Scope

const start = createBasisStart(new URL('../../assets/basis-transcoder.wasm', import.meta.url), new URL(self.location.href).pathname, {
  fetch: (url) => fetch(url),
  make: BASIS,
  compile: (wasm) => WebAssembly.compile(wasm),
})

scope.onmessage = async ({ data }) => {
  if ('ping' in data) scope.postMessage({ alive: true }, [])
  if (!('job' in data) || data.job.type !== 'image') return
  const { bytes, file, gpu } = data.job
  try {
    const image = transcodeKtx2(await start(), new Uint8Array(bytes), gpu)
    scope.postMessage(
      { id: data.id, image },
      image.levels.map(({ data: level }) => level.buffer as ArrayBuffer),
    )
  } catch (error) {
    const told =
      error instanceof TwinError && (error.code === 'ktx2-blocked' || error.code === 'fetch-failed') ? error : pictureFault(error, file)
    scope.postMessage({ id: data.id, failed: errorToData(told) }, [])
  }
}
scope.postMessage({ alive: true }, [])
