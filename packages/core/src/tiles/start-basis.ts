// How the KTX2 worker gets its transcoder: once for all textures, but a start that failed is no answer for ever. A network that
// was away for a minute would else leave a capture grey until the page is loaded again.
import { TwinError } from '../error/twin-error.ts'
import { type BasisModule, ktx2Blocked } from './ktx2.ts'

export interface BasisPorts {
  readonly fetch: (url: URL) => Promise<Response>
  readonly make: (options: { readonly wasmBinary: ArrayBuffer }) => Promise<BasisModule>
  readonly compile: (wasm: ArrayBuffer) => Promise<unknown>
}

/**
 * @param workerPath - the file whose header decides whether wasm may run.
 * @returns the transcoder; each call after a failed one tries again.
 * @throws TwinError from it: `fetch-failed`, `ktx2-blocked`.
 */
export function createBasisStart(wasm: URL, workerPath: string, { fetch, make, compile }: BasisPorts): () => Promise<BasisModule> {
  const failed = (why: string, details: Record<string, unknown>, cause?: unknown): TwinError =>
    new TwinError('fetch-failed', `${wasm.pathname} ${why}`, { file: wasm.pathname, ...details }, { cause })

  async function start(): Promise<BasisModule> {
    const wasmBinary = await fetch(wasm)
      .catch((error: unknown) => {
        throw failed('could not be fetched; KTX2 textures come when the network is back', {}, error)
      })
      .then((response) => {
        if (!response.ok) throw failed(`answered ${response.status}; serve the folder assets/ beside the code`, { status: response.status })
        return response.arrayBuffer().catch((error: unknown) => {
          throw failed('broke off; KTX2 textures come when the network is back', {}, error)
        })
      })
    await compile(wasmBinary).catch((error: unknown) => {
      throw ktx2Blocked(workerPath, error)
    })
    const basis = await make({ wasmBinary })
    basis.initializeBasis()
    return basis
  }

  let starting: Promise<BasisModule> | undefined
  return () => {
    starting ??= start().catch((error: unknown) => {
      // What the header refuses stays refused for this worker's life; asking again would load the wasm once a texture.
      if (!(error instanceof TwinError && error.code === 'ktx2-blocked')) starting = undefined
      throw error
    })
    return starting
  }
}
