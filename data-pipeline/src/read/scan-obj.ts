// Pipeline: **read** -> place -> weld -> … One OBJ file, as bytes in chunks: no line becomes a string unless it names something.
//
// A scanner over bytes reads 2.5-4.2 M triangles/s per core; three's OBJLoader 0.33, loaders.gl 0.38 (and 3.8 GB).
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { roomFor } from './growing.ts'
import type { Named, ObjMesh } from './obj-mesh.ts'
import { triangulate } from './triangulate.ts'

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9
const SLASH = 47
const BACKSLASH = 92
const MAX_MATERIALS = 65_535
/** No grid of the earth counts further, and sums of such numbers stay finite. */
const MOST_COORDINATE = 1e12
const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i)
const text = new TextDecoder()

/** Where a scan stands. Fields, not closures: V8 keeps them in registers within each loop. */
class Scan {
  readonly where: string
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  end = 0
  line = 1
  positions = new Float64Array(1 << 14)
  positionCount = 0
  uvs = new Float32Array(1 << 14)
  uvCount = 0
  corners = new Uint32Array(1 << 14)
  cornerUvs = new Int32Array(1 << 14)
  triangleMaterials = new Uint16Array(1 << 12)
  triangleCount = 0
  readonly materials: Named[] = []
  readonly materialIds = new Map<string, number>()
  material = -1
  readonly libraries: Named[] = []
  /** The largest index that was met, and its line: an index may point forward, so it is judged at the end. */
  largest = -1
  largestLine = 0
  largestUv = -1
  largestUvLine = 0
  zeroArea = 0
  zeroAreaLine = 0
  polygon: number[] = []
  polygonUvs: number[] = []

  constructor(where: string) {
    this.where = where
  }
}

/**
 * Reads one OBJ from its bytes.
 *
 * @param chunks the file's bytes in order, cut anywhere
 * @param where its name, for messages
 * @throws TwinError `input-invalid` with file, line, value and what to do: a vertex that is no finite number, an index out of range
 */
export function scanObj(chunks: Iterable<Uint8Array>, where: string): ObjMesh {
  const scan = new Scan(where)
  let carried = new Uint8Array(0)
  for (const chunk of chunks) {
    let bytes = chunk
    if (carried.length > 0) {
      bytes = new Uint8Array(carried.length + chunk.length)
      bytes.set(carried)
      bytes.set(chunk, carried.length)
    }
    const cut = lastLineEnd(bytes)
    scanLines(scan, bytes, cut)
    carried = bytes.slice(cut)
  }
  scanLines(scan, carried, carried.length)
  return finish(scan)
}

/** Just behind the last newline that ends a line (not one behind a continuing backslash); 0 where there is none. */
function lastLineEnd(bytes: Uint8Array): number {
  for (let i = bytes.lastIndexOf(LF); i >= 0; i = i > 0 ? bytes.lastIndexOf(LF, i - 1) : -1) {
    const before = bytes[i - 1] === CR ? bytes[i - 2] : bytes[i - 1]
    if (before !== BACKSLASH) return i + 1
  }
  return 0
}

function scanLines(scan: Scan, bytes: Uint8Array, end: number): void {
  scan.bytes = bytes
  scan.at = 0
  scan.end = end
  while (scan.at < end) {
    skipBlanks(scan)
    const c = bytes[scan.at]
    const next = scan.at + 1 < end ? bytes[scan.at + 1] : LF
    if (c === 118 /* v */ && (next === SPACE || next === TAB)) {
      scan.at += 2
      scanVertex(scan)
    } else if (c === 118 && next === 116 /* vt */) {
      scan.at += 2
      scanTextureCoordinate(scan)
    } else if (c === 102 /* f */ && (next === SPACE || next === TAB)) {
      scan.at += 2
      scanFace(scan)
    } else if (c === 117 && startsWith(scan, 'usemtl')) useMaterial(scan, restOfLine(scan, 6))
    else if (c === 109 && startsWith(scan, 'mtllib')) scan.libraries.push({ name: restOfLine(scan, 6), line: scan.line })
    skipLine(scan)
  }
}

/** Spaces, tabs, carriage returns, and a backslash that continues the line. */
function skipBlanks(scan: Scan): void {
  const { bytes, end } = scan
  let at = scan.at
  if (scan.line === 1 && at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3 // a byte order mark of an editor
  for (; at < end; at++) {
    const c = bytes[at]
    if (c === SPACE || c === TAB || c === CR) continue
    if (c !== BACKSLASH) break
    const skip = bytes[at + 1] === LF ? 1 : bytes[at + 1] === CR && bytes[at + 2] === LF ? 2 : 0
    if (skip === 0) break
    at += skip
    scan.line++
  }
  scan.at = at
}

function skipLine(scan: Scan): void {
  const { bytes, end } = scan
  let at = scan.at
  while (at < end && bytes[at] !== LF) {
    if (bytes[at] === BACKSLASH && (bytes[at + 1] === LF || (bytes[at + 1] === CR && bytes[at + 2] === LF))) {
      at += bytes[at + 1] === LF ? 1 : 2
      scan.line++
    }
    at++
  }
  scan.at = at + 1
  scan.line++
}

const startsWith = ({ bytes, at }: Scan, word: string): boolean => {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false
  const behind = bytes[at + word.length]
  return behind === SPACE || behind === TAB
}

const restOfLine = ({ bytes, at, end }: Scan, from: number): string => {
  const stop = bytes.indexOf(LF, at)
  return text.decode(bytes.subarray(at + from, stop < 0 || stop > end ? end : stop)).trim()
}

/** The word at the scan, for a message. */
const wordAt = ({ bytes, at, end }: Scan): string => {
  let stop = at
  while (stop < end && stop < at + 40 && bytes[stop]! > SPACE) stop++
  return text.decode(bytes.subarray(at, stop))
}

/** A decimal number, or NaN (nothing is taken then). 17 digits at most count; 10 to the power of ±22 is exact. */
function scanNumber(scan: Scan): number {
  skipBlanks(scan)
  const { bytes, end } = scan
  const start = scan.at
  let at = start
  let c = bytes[at]
  const negative = c === 45
  if (negative || c === 43) c = bytes[++at]
  let value = 0
  let digits = 0
  let point = 0
  while (at < end) {
    c = bytes[at]!
    if (c >= 48 && c <= 57) {
      value = value * 10 + (c - 48)
      digits++
    } else if (c === 46 && point === 0) point = digits + 1
    else break
    at++
  }
  if (digits === 0) return Number.NaN
  let exponent = point === 0 ? 0 : point - 1 - digits
  if (at < end && (c === 101 || c === 69)) {
    const marked = exponentAt(scan, at + 1)
    if (Number.isNaN(marked)) return Number.NaN
    exponent += marked
    at = scan.at
  }
  // A number must end where its digits end: `1.5x` is none.
  if (at < end && bytes[at]! > SPACE && bytes[at] !== SLASH && bytes[at] !== BACKSLASH) {
    scan.at = start
    return Number.NaN
  }
  scan.at = at
  if (exponent < 0) value = exponent >= -22 ? value / POWERS[-exponent]! : value * 10 ** exponent
  else if (exponent > 0) value *= exponent <= 22 ? POWERS[exponent]! : 10 ** exponent
  return negative ? -value : value
}

function exponentAt(scan: Scan, from: number): number {
  const { bytes, end } = scan
  let at = from
  const negative = bytes[at] === 45
  if (negative || bytes[at] === 43) at++
  let value = 0
  const first = at
  while (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) value = value * 10 + bytes[at++]! - 48
  if (at === first) return Number.NaN
  scan.at = at
  return negative ? -value : value
}

function scanVertex(scan: Scan): void {
  scan.positions = roomFor(scan.positions, scan.positionCount * 3 + 3)
  for (let i = 0; i < 3; i++) {
    const value = scanNumber(scan)
    if (!(Math.abs(value) <= MOST_COORDINATE)) refuseVertex(scan, i, value)
    scan.positions[scan.positionCount * 3 + i] = value
  }
  scan.positionCount++
}

function refuseVertex(scan: Scan, axis: number, value: number): never {
  const word = Number.isNaN(value) ? wordAt(scan) : String(value)
  const expected = Number.isNaN(value) ? 'expected a finite number' : 'expected at most 1e12 either way'
  refuse(scan, `vertex ${scan.positionCount + 1} has ${said(word)} as ${'xyz'[axis]}, ${expected}`, {
    value: word,
    todo: 'export the mesh again, or remove the vertex and its faces',
  })
}

const said = (word: string): string => (word === '' ? 'nothing' : JSON.stringify(word))

function scanTextureCoordinate(scan: Scan): void {
  scan.uvs = roomFor(scan.uvs, scan.uvCount * 2 + 2)
  const u = scanNumber(scan)
  const v = scanNumber(scan)
  if (!Number.isFinite(u))
    refuse(scan, `texture coordinate ${scan.uvCount + 1} has ${said(wordAt(scan))}, expected finite numbers`, {
      value: wordAt(scan),
      todo: 'export the mesh again',
    })
  scan.uvs[scan.uvCount * 2] = u
  scan.uvs[scan.uvCount * 2 + 1] = Number.isFinite(v) ? v : 0
  scan.uvCount++
}

function scanFace(scan: Scan): void {
  const { polygon, polygonUvs, bytes } = scan
  let count = 0
  for (;;) {
    skipBlanks(scan)
    if (scan.at >= scan.end || bytes[scan.at] === LF || bytes[scan.at] === 35 /* # */) break
    const position = scanIndex(scan, scan.positionCount, 'position')
    if (position > scan.largest) {
      scan.largest = position
      scan.largestLine = scan.line
    }
    let uv = -1
    if (bytes[scan.at] === SLASH) {
      scan.at++
      if (bytes[scan.at] !== SLASH && bytes[scan.at]! > SPACE) {
        uv = scanIndex(scan, scan.uvCount, 'texture coordinate')
        if (uv > scan.largestUv) {
          scan.largestUv = uv
          scan.largestUvLine = scan.line
        }
      }
      // The normal is of no use here: captures are drawn unlit.
      while (scan.at < scan.end && bytes[scan.at]! > SPACE) scan.at++
    }
    polygon[count] = position
    polygonUvs[count++] = uv
  }
  if (count < 3) refuse(scan, `a face has ${count} corners, expected at least 3`, { value: count, todo: 'export the mesh again' })
  if (count === 3) addTriangle(scan, 0, 1, 2)
  else for (const [a, b, c] of triangulate(scan.positions, polygon.slice(0, count))) addTriangle(scan, a, b, c)
}

/** A 1-based or negative (from the end so far) index as a 0-based one. */
function scanIndex(scan: Scan, count: number, of: string): number {
  const word = scan.at
  const value = scanNumber(scan)
  const index = value > 0 ? value - 1 : count + value
  if (!Number.isInteger(value) || value === 0 || index < 0) {
    scan.at = word
    refuse(scan, `a face names ${of} ${said(wordAt(scan))}, but ${count} are defined so far and counting begins at 1`, {
      value: wordAt(scan),
      todo: 'export the mesh again',
    })
  }
  return index
}

function addTriangle(scan: Scan, a: number, b: number, c: number): void {
  const { polygon, polygonUvs, positions } = scan
  const pa = polygon[a]!
  const pb = polygon[b]!
  const pc = polygon[c]!
  if (pa < scan.positionCount && pb < scan.positionCount && pc < scan.positionCount && hasNoArea(positions, pa, pb, pc)) {
    if (scan.zeroArea++ === 0) scan.zeroAreaLine = scan.line
    return
  }
  const at = scan.triangleCount * 3
  scan.corners = roomFor(scan.corners, at + 3)
  scan.cornerUvs = roomFor(scan.cornerUvs, at + 3)
  scan.triangleMaterials = roomFor(scan.triangleMaterials, scan.triangleCount + 1)
  scan.corners[at] = pa
  scan.corners[at + 1] = pb
  scan.corners[at + 2] = pc
  const textured = polygonUvs[a]! >= 0 && polygonUvs[b]! >= 0 && polygonUvs[c]! >= 0
  scan.cornerUvs[at] = textured ? polygonUvs[a]! : -1
  scan.cornerUvs[at + 1] = textured ? polygonUvs[b]! : -1
  scan.cornerUvs[at + 2] = textured ? polygonUvs[c]! : -1
  if (scan.material < 0) useMaterial(scan, '')
  scan.triangleMaterials[scan.triangleCount++] = scan.material
}

function hasNoArea(p: Float64Array, a: number, b: number, c: number): boolean {
  if (a === b || b === c || c === a) return true
  const ux = p[3 * b]! - p[3 * a]!
  const uy = p[3 * b + 1]! - p[3 * a + 1]!
  const uz = p[3 * b + 2]! - p[3 * a + 2]!
  const wx = p[3 * c]! - p[3 * a]!
  const wy = p[3 * c + 1]! - p[3 * a + 1]!
  const wz = p[3 * c + 2]! - p[3 * a + 2]!
  return uy * wz === uz * wy && uz * wx === ux * wz && ux * wy === uy * wx
}

function useMaterial(scan: Scan, name: string): void {
  let id = scan.materialIds.get(name)
  if (id === undefined) {
    id = scan.materials.push({ name, line: scan.line }) - 1
    if (id >= MAX_MATERIALS) refuse(scan, `more than ${MAX_MATERIALS} materials`, { value: name, todo: 'split the file' })
    scan.materialIds.set(name, id)
  }
  scan.material = id
}

function refuse(scan: Scan, what: string, { value, todo, line = scan.line }: { value: unknown; todo: string; line?: number }): never {
  throw new TwinError('input-invalid', `${scan.where}:${line}: ${what}; ${todo}`, { file: scan.where, line, value })
}

function finish(scan: Scan): ObjMesh {
  const { largest, largestUv } = scan
  if (largest >= scan.positionCount)
    refuse(scan, `a face names position ${largest + 1}, but the file has ${scan.positionCount}`, {
      value: largest + 1,
      todo: 'the file is cut or was joined wrongly: export the mesh again',
      line: scan.largestLine,
    })
  if (largestUv >= scan.uvCount)
    refuse(scan, `a face names texture coordinate ${largestUv + 1}, but the file has ${scan.uvCount}`, {
      value: largestUv + 1,
      todo: 'the file is cut or was joined wrongly: export the mesh again',
      line: scan.largestUvLine,
    })
  const warnings: string[] = []
  if (scan.positionCount === 0)
    warnings.push(`${scan.where}: holds no vertex (a line that begins with v); is it an OBJ, in text of 8 bits? Export it again`)
  if (scan.zeroArea > 0)
    warnings.push(
      `${scan.where}:${scan.zeroAreaLine}: ${scan.zeroArea} faces without area were left out, this is the first; nothing needs to be done`,
    )
  return {
    positions: scan.positions.slice(0, scan.positionCount * 3),
    uvs: scan.uvs.slice(0, scan.uvCount * 2),
    corners: scan.corners.slice(0, scan.triangleCount * 3),
    cornerUvs: scan.cornerUvs.slice(0, scan.triangleCount * 3),
    triangleMaterials: scan.triangleMaterials.slice(0, scan.triangleCount),
    materials: scan.materials,
    libraries: scan.libraries,
    warnings,
  }
}
