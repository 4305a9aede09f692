// Tile flow: containers -> **buffers** -> accessors -> model. Where the bytes of a glTF lie: the glb's body, a file beside it, a data: URI,
// or a meshopt stream. Every range is checked against the bytes that are there, and what would be decoded against the tile's budget.
import { corrupt } from './fault.ts'
import { asCount, asIndex, asList, asObject, isObject, type JsonObject, show } from './json.ts'
import { type Budget, MESHOPT_MAX_GROWTH } from './limits.ts'

/** What the assets' meshopt decoder is. Throws where a stream is not what it says. */
export interface MeshoptPort {
  decodeGltfBuffer(target: Uint8Array, count: number, stride: number, source: Uint8Array, mode: string, filter?: string): void
}

/** Fetches what lies beside the tile; relative to it. */
export type ResourcePort = (uri: string) => Promise<Uint8Array>

/** The bytes of a buffer view, and the stride they were written with. `owned`: decoded for this tile, so no copy is needed. */
export interface ViewBytes {
  readonly bytes: Uint8Array
  readonly stride: number | undefined
  readonly owned: boolean
}

export interface Buffers {
  view(index: unknown, pointer: string): ViewBytes
}

/** `data:` bodies are decoded here: `connect-src` would refuse to fetch them. */
export function decodeDataUri(uri: string, pointer: string): Uint8Array {
  const comma = uri.indexOf(',')
  if (comma < 0) throw corrupt(pointer, 'is a data: URI without a comma')
  const body = uri.slice(comma + 1)
  if (!uri.slice(0, comma).endsWith(';base64')) return new TextEncoder().encode(decodeURIComponent(body))
  try {
    return Uint8Array.from(atob(decodeURIComponent(body)), (each) => each.charCodeAt(0))
  } catch {
    throw corrupt(pointer, 'is a data: URI that is not base64')
  }
}

const MESHOPT = ['EXT_meshopt_compression', 'KHR_meshopt_compression'] as const

/** Loads the glTF's buffers (each at most once) and reads views of them on demand. */
export async function openBuffers(
  json: JsonObject,
  bin: Uint8Array | undefined,
  { meshopt, resource, budget }: { readonly meshopt: MeshoptPort; readonly resource: ResourcePort; readonly budget: Budget },
): Promise<Buffers> {
  const views = asList(json['bufferViews'], 'bufferViews')
  const buffers = asList(json['buffers'], 'buffers')
  const bodies = await Promise.all(
    buffers.map(async (value, i) => {
      const uri = asObject(value, `buffers[${i}]`)['uri']
      if (uri === undefined) return bin
      if (typeof uri !== 'string') throw corrupt(`buffers[${i}].uri`, `is ${show(uri)}; expected a text`)
      return uri.startsWith('data:') ? decodeDataUri(uri, `buffers[${i}].uri`) : resource(uri)
    }),
  )

  function range(view: JsonObject, pointer: string): Uint8Array {
    const buffer = asIndex(view['buffer'], buffers.length, `${pointer}.buffer`)
    const body = bodies[buffer]
    if (body === undefined) throw corrupt(`buffers[${buffer}]`, 'has neither a uri nor a glb body')
    const offset = asCount(view['byteOffset'], `${pointer}.byteOffset`, 0)
    const length = asCount(view['byteLength'], `${pointer}.byteLength`)
    if (offset + length > body.length) throw corrupt(pointer, `ends at byte ${offset + length}; buffer ${buffer} has ${body.length}`)
    return body.subarray(offset, offset + length)
  }

  function decode(extension: JsonObject, pointer: string): ViewBytes {
    const source = range(extension, pointer)
    const count = asCount(extension['count'], `${pointer}.count`)
    const stride = asCount(extension['byteStride'], `${pointer}.byteStride`)
    const mode = String(extension['mode'])
    const filter = extension['filter'] === undefined ? 'NONE' : String(extension['filter'])
    const allowed = mode === 'ATTRIBUTES' ? stride % 4 === 0 && stride >= 4 && stride <= 256 : stride === 2 || stride === 4
    if (!allowed) throw corrupt(`${pointer}.byteStride`, `is ${stride}, which ${mode} does not have`)
    if (mode === 'TRIANGLES' && count % 3 !== 0) throw corrupt(`${pointer}.count`, `is ${count}, not a multiple of 3`)
    const length = count * stride
    if (length > source.length * MESHOPT_MAX_GROWTH) throw corrupt(pointer, `says ${length} bytes come of ${source.length}`)
    budget.take(length, pointer)
    const target = new Uint8Array(length)
    try {
      // The decoder reads its source by index; a view of its own start keeps that in the fast path.
      meshopt.decodeGltfBuffer(target, count, stride, source, mode, filter === 'NONE' ? undefined : filter)
    } catch (error) {
      throw corrupt(pointer, `does not decode as meshopt ${mode} (${error instanceof Error ? error.message : error})`)
    }
    return { bytes: target, stride: mode === 'ATTRIBUTES' ? stride : undefined, owned: true }
  }

  const cache = new Map<number, ViewBytes>()
  return {
    view(value, pointer) {
      const index = asIndex(value, views.length, pointer)
      const known = cache.get(index)
      if (known !== undefined) return known
      const where = `bufferViews[${index}]`
      const view = asObject(views[index], where)
      const extensions = isObject(view['extensions']) ? view['extensions'] : {}
      const packed = MESHOPT.find((name) => extensions[name] !== undefined)
      const stride = view['byteStride'] === undefined ? undefined : asCount(view['byteStride'], `${where}.byteStride`)
      if (stride === 0) throw corrupt(`${where}.byteStride`, 'is 0')
      const bytes =
        packed === undefined
          ? { bytes: range(view, where), stride, owned: false }
          : decode(asObject(extensions[packed], `${where}.extensions.${packed}`), `${where}.extensions.${packed}`)
      cache.set(index, bytes)
      return bytes
    },
  }
}
