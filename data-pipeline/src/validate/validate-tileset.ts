// `twinmap validate`: walks a tileset, the tilesets in it and all contents. It reads the raw JSON, so that one fault does not hide the next.
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { decodeTile } from '@twinmap/core/internal/tiles/decode-tile'
import { isGzip, unpackGzip } from '@twinmap/core/internal/tiles/gzip'
import { jsonText, looksLikeJson } from '@twinmap/core/internal/tiles/json'
import { IDENTITY, type Matrix, multiply, type UpAxis } from '@twinmap/core/internal/tiles/matrix'
import { NeedsDraco } from '@twinmap/core/internal/tiles/model'
import { readSubtree } from '@twinmap/core/internal/tiles/subtree'
import { type ImplicitPlace, isTilesetJson, readError } from '@twinmap/core/internal/tiles/tileset-json'
import { farthestOutside } from './content-bounds.ts'
import { decodePorts } from './decoders.ts'
import { type Finding, type FindingCode, Findings, step } from './finding.ts'
import { checkHeaders } from './headers.ts'
import { type Schemas, schemas } from './schemas.ts'
import { outsideBy, readVolume, type Volume } from './volumes.ts'

export interface ValidateReport {
  readonly tileset: string
  readonly findings: readonly Finding[]
  readonly errors: number
  readonly warnings: number
  readonly tilesets: number
  readonly tiles: number
  readonly contents: number
}

/** A thousandth of the volume, and at least a millimetre: what rounding to float32 costs. */
const SLACK = 1e-3
/** Up to a hundredth of the volume it is a warning: seldom is so little seen to be culled. */
const GRAVE = 1e-2
const LEAST_SLACK_METERS = 1e-3
/** A tileset in a tileset in a tileset…: a loop of references ends here. */
const MAX_NESTING = 16

/** @throws TwinError `tileset-missing` where the first tileset cannot be read at all */
export async function validateTileset(file: string, { signal }: { signal?: AbortSignal } = {}): Promise<ValidateReport> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new TwinError(
      'tileset-missing',
      `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code}); give the path of a tileset.json`,
      { file },
      { cause },
    )
  })
  const walk = new Walk(path.dirname(file), await schemas(), signal)
  const name = path.basename(file)
  const unpacked = await walk.unpack(bytes, name)
  if (unpacked !== undefined)
    await walk.tileset(unpacked, {
      name,
      nesting: 0,
      transform: IDENTITY,
      upAxis: 'Y',
      within: undefined,
      parentError: Infinity,
    })
  const { list } = walk.findings
  const count = (severity: Finding['severity']) => list.filter((finding) => finding.severity === severity).length
  return { tileset: file, findings: list, errors: count('error'), warnings: count('warning'), ...walk.counts }
}

/** What a tile inherits. */
interface Inherited {
  readonly transform: Matrix
  readonly upAxis: UpAxis
  /** The volume that it must lie in. */
  readonly within: Volume | undefined
  readonly parentError: number
}

interface TilesetPlace extends Inherited {
  /** Relative to the folder of the first tileset. */
  readonly name: string
  readonly nesting: number
}

interface TilePlace extends TilesetPlace {
  readonly pointer: string
}

type Json = Record<string, unknown>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

class Walk {
  readonly findings = new Findings()
  readonly counts = { tilesets: 0, tiles: 0, contents: 0 }
  readonly #folder: string
  readonly #schemas: Schemas
  readonly #signal: AbortSignal | undefined
  readonly #folders = new Map<string, Promise<readonly string[]>>()

  constructor(folder: string, loaded: Schemas, signal: AbortSignal | undefined) {
    this.#folder = folder
    this.#schemas = loaded
    this.#signal = signal
  }

  #say(severity: Finding['severity'], code: FindingCode, { name, pointer }: { name: string; pointer: string }, message: string): void {
    this.findings.add({ severity, code, file: name, pointer, message })
  }

  /** The bytes inside a file that is a gzip itself; undefined where it breaks off. */
  async unpack(bytes: Uint8Array, name: string): Promise<Uint8Array | undefined> {
    if (!isGzip(bytes)) return bytes
    const at = { name, pointer: '' }
    this.#say(
      'warning',
      'encoding',
      at,
      'is a gzip itself: many viewers need `Content-Encoding: gzip` from the server, or the file unpacked',
    )
    try {
      return await unpackGzip(bytes)
    } catch (error) {
      if (!(error instanceof TwinError)) throw error
      this.#say('error', 'content-corrupt', at, `${error.message}; write this file anew`)
      return undefined
    }
  }

  /** @param bytes unpacked */
  async tileset(bytes: Uint8Array, place: TilesetPlace): Promise<void> {
    this.counts.tilesets++
    const at = { ...place, pointer: '' }
    let json: unknown
    try {
      json = JSON.parse(jsonText(bytes))
    } catch (error) {
      return this.#say('error', 'json', at, `is no JSON (${(error as Error).message})`)
    }
    if (bytes[0] !== undefined && bytes[0] >= 0xef)
      this.#say('warning', 'encoding', at, 'begins with a byte order mark, which JSON does not allow (RFC 8259 § 8.1): write it without')
    this.#tellNulls(json, at)
    this.#schemas.check('tileset.schema.json', json, { findings: this.findings, file: place.name, pointer: '' })
    if (!isJson(json)) return
    const asset = isJson(json.asset) ? json.asset : {}
    if (asset.version !== '1.0' && asset.version !== '1.1') {
      const what = asset.version === undefined ? 'is missing' : `is ${JSON.stringify(asset.version)}`
      this.#say('warning', 'version', { ...at, pointer: '/asset/version' }, `${what}, expected "1.0" or "1.1"`)
    }
    const axis = String(asset.gltfUpAxis ?? place.upAxis).toUpperCase()
    const upAxis = axis === 'X' || axis === 'Z' ? axis : 'Y'
    if (!isJson(json.root)) return
    const whole = readError(json.geometricError) ?? Infinity
    await this.#tile(json.root, { ...place, upAxis, pointer: '/root', parentError: Math.min(place.parentError, whole) })
  }

  /** Once for a file: writers that write null write it at every tile. */
  #tellNulls(json: unknown, at: { name: string; pointer: string }): void {
    const nulls: string[] = []
    const stack: [unknown, string][] = [[json, '']]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const [value, pointer] = next
      if (value === null) nulls.push(pointer)
      else if (typeof value === 'object')
        for (const [key, each] of Object.entries(value as object).reverse())
          if (typeof each === 'object' && key !== 'extras') stack.push([each, step(pointer, key)])
    }
    if (nulls.length === 0) return
    const more = nulls.length === 1 ? '' : `, as ${nulls.length - 1} more in this file are`
    this.#say('warning', 'null', { ...at, pointer: nulls[0]! }, `is null${more}: leave out what is absent`)
  }

  async #tile(first: Json, from: TilePlace): Promise<void> {
    // A stack, not recursion: a chain of tiles may be as deep as its author likes.
    const stack: { tile: Json; place: TilePlace }[] = [{ tile: first, place: from }]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      this.#signal?.throwIfAborted()
      const { tile, place } = next
      this.counts.tiles++
      const own = Array.isArray(tile.transform) && tile.transform.length === 16 ? (tile.transform as number[]) : IDENTITY
      const transform = multiply(place.transform, own)
      const volume = readVolume(tile.boundingVolume, transform)
      if (volume === undefined) this.#unreadable(tile.boundingVolume, place)
      else if (place.within !== undefined) this.#checkWithin(volume, place)
      const error = this.#error(tile, place)
      const below: TilePlace = { ...place, transform, within: volume ?? place.within, parentError: error }
      const implicit = tile.implicitTiling ?? (isJson(tile.extensions) ? tile.extensions['3DTILES_implicit_tiling'] : undefined)
      if (isJson(implicit)) {
        await this.#implicit(tile, implicit, { ...below, pointer: step(place.pointer, 'implicitTiling') })
        continue
      }
      for (const { content, pointer } of contentsOf(tile, place.pointer)) await this.#content(content, { ...below, pointer })
      const children = Array.isArray(tile.children) ? tile.children : []
      for (let i = children.length - 1; i >= 0; i--)
        if (isJson(children[i])) stack.push({ tile: children[i], place: { ...below, pointer: step(place.pointer, 'children', i) } })
    }
  }

  /** The error of a tile, and what is wrong with it. One that is not below its parent's hides tile and sisters in some viewers. */
  #error(tile: Json, place: TilePlace): number {
    const { parentError } = place
    const at = { ...place, pointer: step(place.pointer, 'geometricError') }
    const told = readError(tile.geometricError)
    if (typeof tile.geometricError !== 'number' || told === undefined) {
      const what = tile.geometricError === undefined ? 'is missing' : `is ${JSON.stringify(tile.geometricError)}, no number from 0`
      const instead = told ?? (parentError === Infinity ? undefined : parentError)
      this.#say('warning', 'error-missing', at, `${what}${instead === undefined ? '' : `; ${instead} is taken`}: tell it in metres`)
      if (told === undefined) return parentError
    }
    const error = told!
    if (error > parentError)
      this.#say('error', 'error-grows', at, `is ${error}, more than ${parentError} above it: the tile would never be the finer one`)
    // A root may repeat what its tileset, or the tile that names its tileset, says.
    else if (error === parentError && error > 0 && place.pointer !== '/root')
      this.#say('warning', 'error-grows', at, `is ${error}, as its parent's: some viewers never load such a tile, nor show its sisters`)
    return error
  }

  /** The schema takes 1e999 for a number; what it refused, it has told. */
  #unreadable(volume: unknown, place: TilePlace): void {
    if (isJson(volume) && Object.values(volume).some((list) => Array.isArray(list) && list.includes(Infinity)))
      this.#say(
        'error',
        'volume',
        { ...place, pointer: step(place.pointer, 'boundingVolume') },
        'is not finite, so the tile can never be seen',
      )
  }

  #checkWithin(volume: Volume, place: TilePlace): void {
    const by = outsideBy(volume, place.within!)
    // A region's faces are curved: a box's corners may stand out of it by the arc's height.
    const slack = slackOf(place.within!) + (volume.type !== place.within!.type ? 0.01 * volume.size : 0)
    if (by > slack)
      this.#say(
        by > GRAVE * place.within!.size ? 'error' : 'warning',
        'child-outside',
        { ...place, pointer: step(place.pointer, 'boundingVolume') },
        `reaches ${meters(by)} out of the volume above it: it would be culled while it can be seen`,
      )
  }

  async #content(content: Json, place: TilePlace): Promise<void> {
    const uri = content.uri ?? content.url
    if (typeof uri !== 'string') return
    const at = { ...place, pointer: step(place.pointer, content.uri === undefined ? 'url' : 'uri') }
    if (/^(https?:)?\/\//i.test(uri)) return this.#say('note', 'content-remote', at, `${uri} lies on another server and was not checked`)
    const name = path.posix.join(path.posix.dirname(place.name), decodeUri(uri.replace(/[?#].*$/, '')))
    const packed = await this.#read(name, at)
    if (packed === undefined) return
    this.counts.contents++
    const bytes = await this.unpack(packed, name)
    if (bytes === undefined) return
    const what = bytes.length === 0 ? 'holds no bytes' : bytes[0] === 0x3c /* < */ ? 'is a page (HTML or XML)' : undefined
    if (what !== undefined)
      return this.#say('error', 'content-corrupt', { name, pointer: '' }, `${what}; was its copy broken off? Write this file anew`)
    const tight = readVolume(content.boundingVolume, place.transform)
    if (tight !== undefined && place.within !== undefined) this.#checkWithin(tight, { ...place, pointer: place.pointer })
    if (looksLikeJson(bytes) && (/\.json$/i.test(name) || isTilesetText(bytes))) {
      if (!/\.json$/i.test(name))
        this.#say('note', 'content-name', at, `${uri} is a tileset whose name does not end in .json: some viewers take it for a tile`)
      if (place.nesting >= MAX_NESTING)
        return this.#say(
          'error',
          'json',
          at,
          `${uri} is the ${MAX_NESTING}th tileset inside another; they may refer to each other in a ring`,
        )
      return this.tileset(bytes, { ...place, name, nesting: place.nesting + 1, within: tight ?? place.within })
    }
    checkHeaders(bytes, { findings: this.findings, file: name, at: 0 })
    await this.#decode(bytes, { ...place, name, within: tight ?? place.within }, at)
  }

  async #decode(bytes: Uint8Array, place: TilePlace, from: TilePlace): Promise<void> {
    const ports = await decodePorts(path.join(this.#folder, path.posix.dirname(place.name)))
    try {
      const content = await decodeTile(bytes, { file: place.name, upAxis: place.upAxis, tileTransform: place.transform }, ports)
      if (place.within === undefined) return
      const by = farthestOutside(content, place.transform, place.within)
      if (by > slackOf(place.within))
        this.#say(
          by > GRAVE * place.within.size ? 'error' : 'warning',
          'content-outside',
          from,
          `${place.name} reaches ${meters(by)} out of its ${place.within.type}: it would be culled while it can be seen`,
        )
    } catch (error) {
      if (error instanceof NeedsDraco)
        return this.#say(
          'note',
          'content-unchecked',
          { name: place.name, pointer: '' },
          'is Draco, and its decoder is not here; build @twinmap/core first',
        )
      if (!(error instanceof TwinError)) throw error
      const pointer = typeof error.details.pointer === 'string' ? error.details.pointer : ''
      const severity = error.code === 'tile-unsupported' ? 'warning' : 'error'
      this.#say(severity, 'content-corrupt', { name: place.name, pointer }, error.message)
    }
  }

  async #implicit(tile: Json, implicit: Json, place: TilePlace): Promise<void> {
    const levels = implicit.subtreeLevels
    const scheme = implicit.subdivisionScheme
    const subtreeUri = isJson(implicit.subtrees) ? implicit.subtrees.uri : undefined
    const known =
      (scheme === 'QUADTREE' || scheme === 'OCTREE') && Number.isInteger(levels) && (levels as number) >= 1 && (levels as number) <= 8
    // What is wrong with them the schema has said.
    if (!known || typeof subtreeUri !== 'string' || !isJson(tile.boundingVolume)) return
    const contentUris = contentsOf(tile, '').flatMap(({ content }) => (typeof content.uri === 'string' ? [content.uri] : []))
    const refine = tile.refine === 'ADD' ? 'ADD' : 'REPLACE'
    const root = {
      boundingVolume: tile.boundingVolume as ImplicitPlace['root']['boundingVolume'],
      geometricError: place.parentError,
      refine,
    } as const
    const first: ImplicitPlace = { scheme, subtreeLevels: levels as number, subtreeUri, contentUris, root, level: 0, x: 0, y: 0, z: 0 }
    const hanging = [first]
    for (let next = hanging.pop(); next !== undefined; next = hanging.pop()) await this.#subtree(next, place, hanging)
  }

  async #subtree(at: ImplicitPlace, place: TilePlace, hanging: ImplicitPlace[]): Promise<void> {
    const uri = at.subtreeUri.replace(/\{(level|x|y|z)\}/g, (_, key: 'level') => String(at[key]))
    const name = path.posix.join(path.posix.dirname(place.name), uri)
    const bytes = await this.#read(name, { ...place, pointer: step(place.pointer, 'subtrees', 'uri') })
    if (bytes === undefined) return
    const folder = path.join(this.#folder, path.posix.dirname(name))
    try {
      const unpacked = await this.unpack(bytes, name)
      if (unpacked === undefined) return
      const beside = async (buffer: string) => unpackGzip(new Uint8Array(await readFile(path.join(folder, buffer))))
      const root = await readSubtree(unpacked, at, beside)
      const stack = root === undefined ? [] : [root]
      for (let tile = stack.pop(); tile !== undefined; tile = stack.pop()) {
        if (tile.implicit !== undefined) {
          hanging.push(tile.implicit)
          continue
        }
        this.counts.tiles++
        const within = readVolume(tile.boundingVolume, place.transform) ?? place.within
        for (const content of [...(tile.content === undefined ? [] : [tile.content.uri]), ...(tile.moreContents ?? [])])
          await this.#content({ uri: content }, { ...place, within, pointer: place.pointer.replace(/\/implicitTiling$/, '/content') })
        stack.push(...tile.children)
      }
    } catch (error) {
      if (!(error instanceof TwinError) && (error as NodeJS.ErrnoException).code === undefined) throw error
      this.#say('error', 'subtree', { name, pointer: '' }, (error as Error).message)
    }
  }

  /** A file of the tileset; a finding where it is not there, or only under another case. */
  async #read(name: string, at: { name: string; pointer: string }): Promise<Uint8Array | undefined> {
    const file = path.join(this.#folder, name)
    if (
      await stat(file)
        .then((found) => found.isFile())
        .catch(() => false)
    )
      return new Uint8Array(await readFile(file))
    const folder = path.dirname(file)
    if (!this.#folders.has(folder))
      this.#folders.set(
        folder,
        readdir(folder).catch(() => []),
      )
    const other = (await this.#folders.get(folder)!).find((entry) => entry.toLowerCase() === path.basename(file).toLowerCase())
    const why = other === undefined ? 'there is no such file' : `there is ${other}: servers tell upper from lower case`
    this.#say('error', 'content-missing', at, `${name}: ${why}; put it there, or take the reference out`)
    return undefined
  }
}

function isTilesetText(bytes: Uint8Array): boolean {
  try {
    return isTilesetJson(JSON.parse(jsonText(bytes)))
  } catch {
    return false
  }
}

/** Contents of a tile in all forms, with the pointer to each. */
function contentsOf(tile: Json, pointer: string): { content: Json; pointer: string }[] {
  const found: { content: Json; pointer: string }[] = []
  if (isJson(tile.content)) found.push({ content: tile.content, pointer: step(pointer, 'content') })
  const extension = isJson(tile.extensions) ? tile.extensions['3DTILES_multiple_contents'] : undefined
  const lists: [unknown, string][] = [[tile.contents, step(pointer, 'contents')]]
  if (isJson(extension))
    for (const key of ['contents', 'content']) lists.push([extension[key], step(pointer, 'extensions', '3DTILES_multiple_contents', key)])
  for (const [list, at] of lists)
    if (Array.isArray(list)) for (const [i, content] of list.entries()) if (isJson(content)) found.push({ content, pointer: step(at, i) })
  return found
}

const slackOf = (volume: Volume): number => Math.max(LEAST_SLACK_METERS, SLACK * volume.size)
const meters = (value: number): string => `${value < 1 ? value.toPrecision(2) : value.toFixed(1)} m`

function decodeUri(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}
