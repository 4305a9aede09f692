// Validate: headers of the binary formats, by the letter. Readers are kinder (they take misaligned parts as they lie); this says what
// another viewer may refuse.
import { draftModelAt } from '@twinmap/core/internal/tiles/containers'
import type { Findings } from './finding.ts'

interface Place {
  readonly findings: Findings
  readonly file: string
  /** Where in the file this part begins, for the message of an inner tile. */
  readonly at: number
}

const magicOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 4))
const text = new TextDecoder()

export function checkHeaders(bytes: Uint8Array, place: Place): void {
  const magic = magicOf(bytes)
  if (magic === 'b3dm' && draftModelAt(bytes) !== undefined) checkDraft(bytes, place)
  else if (magic === 'b3dm') checkTable(bytes, place, { magic, headerBytes: 28, body: 'glb' })
  else if (magic === 'i3dm') checkTable(bytes, place, { magic, headerBytes: 32, body: 'i3dm' })
  else if (magic === 'pnts') checkTable(bytes, place, { magic, headerBytes: 28, body: 'none' })
  else if (magic === 'cmpt') checkComposite(bytes, place)
  else if (magic === 'glTF') checkGlb(bytes, place)
}

function say({ findings, file, at }: Place, code: 'header' | 'alignment', pointer: string, message: string): void {
  findings.add({
    severity: code === 'alignment' ? 'warning' : 'error',
    code,
    file,
    pointer: at > 0 ? `${pointer} (inner tile at byte ${at})` : pointer,
    message,
  })
}

/** A header of before 1.0: read here, and refused by many. */
function checkDraft(bytes: Uint8Array, place: Place): void {
  place.findings.add({
    severity: 'warning',
    code: 'version',
    file: place.file,
    pointer: 'b3dm',
    message: 'has the header of 20 or 24 bytes of a draft of 2015, without a feature table: many viewers read only 1.0; write it anew',
  })
  checkGlb(bytes.subarray(draftModelAt(bytes)), place)
}

interface Format {
  readonly magic: string
  readonly headerBytes: 28 | 32
  readonly body: 'glb' | 'i3dm' | 'none'
}

function checkTable(bytes: Uint8Array, place: Place, { magic, headerBytes, body }: Format): void {
  if (bytes.length < headerBytes) {
    say(place, 'header', `${magic}`, `is ${bytes.length} bytes long, its header alone has ${headerBytes}`)
    return
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (i: number) => view.getUint32(i, true)
  if (word(4) !== 1) say(place, 'header', `${magic}.version`, `is ${word(4)}, expected 1`)
  const byteLength = word(8)
  if (byteLength !== bytes.length) say(place, 'header', `${magic}.byteLength`, `is ${byteLength}, the file has ${bytes.length} bytes`)
  if (byteLength % 8 !== 0) say(place, 'alignment', `${magic}.byteLength`, `is ${byteLength}, expected a multiple of 8`)
  const lengths = [word(12), word(16), word(20), word(24)] as const
  const [featureJson, featureBinary, batchJson, batchBinary] = lengths
  const bodyAt = headerBytes + featureJson + featureBinary + batchJson + batchBinary
  if (bodyAt > bytes.length) {
    say(place, 'header', magic, `says its tables end at byte ${bodyAt}, the file has ${bytes.length}`)
    return
  }
  const parts = [
    ['featureTableBinary', headerBytes + featureJson, featureBinary],
    ['batchTableJSON', headerBytes + featureJson + featureBinary, batchJson],
    ['batchTableBinary', headerBytes + featureJson + featureBinary + batchJson, batchBinary],
    ...(body === 'none' ? [] : [['body', bodyAt, bytes.length - bodyAt] as const]),
  ] as const
  for (const [name, start, length] of parts)
    if (length > 0 && start % 8 !== 0) say(place, 'alignment', `${magic}.${name}`, `begins at byte ${start}, expected a multiple of 8`)
  const features = readJson(bytes, place, { start: headerBytes, length: featureJson, pointer: `${magic}.featureTable` })
  readJson(bytes, place, { start: headerBytes + featureJson + featureBinary, length: batchJson, pointer: `${magic}.batchTable` })
  const count = COUNTS[magic]!
  if (featureJson === 0) say(place, 'header', `${magic}.featureTable`, `has no JSON, so no ${count}`)
  else if (features !== undefined && !isCount(features[count]))
    say(place, 'header', `${magic}.featureTable.${count}`, `is ${JSON.stringify(features[count])}, expected a whole number`)
  const inner = bytes.subarray(bodyAt)
  if (body === 'glb') checkGlb(inner, place)
  if (body !== 'i3dm') return
  const format = word(28)
  if (format > 1) say(place, 'header', 'i3dm.gltfFormat', `is ${format}, expected 0 or 1`)
  if (format === 1) checkGlb(inner, place)
}

/** What each format must tell how many of (3D Tiles 1.0, § feature table semantics). */
const COUNTS: Readonly<Record<string, string>> = { b3dm: 'BATCH_LENGTH', i3dm: 'INSTANCES_LENGTH', pnts: 'POINTS_LENGTH' }

/** A number, or where it lies in the binary body. */
const isCount = (value: unknown): boolean =>
  (Number.isInteger(value) && (value as number) >= 0) || (typeof value === 'object' && value !== null && 'byteOffset' in value)

function readJson(
  bytes: Uint8Array,
  place: Place,
  { start, length, pointer }: { start: number; length: number; pointer: string },
): Record<string, unknown> | undefined {
  if (length === 0) return undefined
  try {
    return JSON.parse(text.decode(bytes.subarray(start, start + length))) as Record<string, unknown>
  } catch (error) {
    say(place, 'header', pointer, `is no JSON (${(error as Error).message})`)
    return undefined
  }
}

function checkComposite(bytes: Uint8Array, place: Place): void {
  if (bytes.length < 16) {
    say(place, 'header', 'cmpt', `is ${bytes.length} bytes long, its header alone has 16`)
    return
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [version, byteLength, count] = [view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)]
  if (version !== 1) say(place, 'header', 'cmpt.version', `is ${version}, expected 1`)
  if (byteLength !== bytes.length) say(place, 'header', 'cmpt.byteLength', `is ${byteLength}, the file has ${bytes.length} bytes`)
  let at = 16
  for (let i = 0; i < count; i++) {
    const length = at + 12 <= bytes.length ? view.getUint32(at + 8, true) : 0
    if (length < 12 || at + length > bytes.length) {
      say(place, 'header', 'cmpt.tilesLength', `is ${count}, but tile ${i} at byte ${at} does not fit in the ${bytes.length} bytes`)
      return
    }
    if (at % 8 !== 0) say(place, 'alignment', `cmpt tile ${i}`, `begins at byte ${at}, expected a multiple of 8`)
    checkHeaders(bytes.subarray(at, at + length), { ...place, at: place.at + at })
    at += length
  }
}

const CHUNK_JSON = 0x4e4f534a

function checkGlb(bytes: Uint8Array, place: Place): void {
  if (magicOf(bytes) !== 'glTF') {
    say(place, 'header', 'glb.magic', `is ${JSON.stringify(magicOf(bytes))}, expected "glTF"`)
    return
  }
  if (bytes.length < 20) {
    say(place, 'header', 'glb', `is ${bytes.length} bytes long, its header alone has 20`)
    return
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [version, length] = [view.getUint32(4, true), view.getUint32(8, true)]
  if (version === 1)
    place.findings.add({
      severity: 'warning',
      code: 'version',
      file: place.file,
      pointer: 'glb.version',
      message: 'is 1 (KHR_binary_glTF): many viewers read only 2; convert it anew',
    })
  else if (version !== 2) {
    say(place, 'header', 'glb.version', `is ${version}, expected 2`)
    return
  }
  if (length > bytes.length) {
    say(place, 'header', 'glb.length', `is ${length}, ${bytes.length} bytes are there`)
    return
  }
  // A container may pad behind it, up to its own multiple of 8.
  if (bytes.length - length >= 8) say(place, 'header', 'glb.length', `is ${length}, but ${bytes.length} bytes are there`)
  if (version === 1) return
  for (let at = 12, i = 0; at < length; i++) {
    if (at + 8 > length) {
      say(place, 'header', `glb chunk ${i}`, `begins at byte ${at}, and the file ends at ${length}`)
      return
    }
    const [size, type] = [view.getUint32(at, true), view.getUint32(at + 4, true)]
    if (i === 0 && type !== CHUNK_JSON) say(place, 'header', 'glb chunk 0', 'is not the JSON')
    if (size % 4 !== 0) say(place, 'alignment', `glb chunk ${i}`, `has ${size} bytes, expected a multiple of 4`)
    if (at + 8 + size > length) {
      say(place, 'header', `glb chunk ${i}`, `ends at byte ${at + 8 + size}, and the file at ${length}`)
      return
    }
    at += 8 + size
  }
}
