// Validate: the decoders that contents need. Meshopt is a dependency of this package; Draco lies in core's assets, where they are made.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DecodePorts } from '@twinmap/core/internal/tiles/decode-tile'
import { MeshoptDecoder } from 'meshoptimizer/decoder'

/** Ports for contents beside `folder`. */
export async function decodePorts(folder: string): Promise<DecodePorts> {
  await MeshoptDecoder.ready
  return {
    meshopt: {
      decodeGltfBuffer: (target, count, stride, source, mode, filter) =>
        MeshoptDecoder.decodeGltfBuffer(target, count, stride, source, mode, filter),
    },
    draco: await draco(),
    resource: async (uri) => new Uint8Array(await readFile(path.join(folder, decodeURIComponent(uri)))),
  }
}

type Draco = DecodePorts['draco']
let loaded: Promise<Draco> | undefined
/** Undefined where core's assets were not made: Draco contents are then told as unchecked. */
const draco = (): Promise<Draco> =>
  (loaded ??= (async () => {
    try {
      const entry = createRequire(import.meta.url).resolve('@twinmap/core')
      const module = (await import(pathToFileURL(path.join(path.dirname(entry), '../assets/draco-decoder.js')).href)) as {
        DracoDecoderModule: () => Promise<Draco>
      }
      return await module.DracoDecoderModule()
    } catch {
      return undefined
    }
  })())
