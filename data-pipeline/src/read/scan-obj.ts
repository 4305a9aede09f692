// Pipeline: **read** -> place -> weld -> … One OBJ file, as bytes in chunks: no line becomes a string unless it names something.
//
// A scanner over bytes reads 2.5-4.2 M triangles/s per core; three's OBJLoader 0.33, loaders.gl 0.38 (and 3.8 GB).
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { Cursor, lastLineEnd, lineEnd, restOfLine, scanNumber, skipBlanks, skipLine, startsWith, wordAt } from './cursor.ts'
import { Faults } from './faults.ts'
import { roomFor } from './growing.ts'
import type { Named, ObjMesh } from './obj-mesh.ts'
import { saidUnit } from './said-unit.ts'
import { triangulate } from './triangulate.ts'

const LF = 10
const SPACE = 32
const TAB = 9
const SLASH = 47
/** A face of 20,000 corners is 1 MB; what has no line ends is no text. */
const MOST_LINE_BYTES = 64 << 20
/** What a file says of itself stands among its first lines. */
const HEADER_LINES = 100
const MAX_MATERIALS = 65_535
/** No grid of the earth counts further, and sums of such numbers stay finite. */
const MOST_COORDINATE = 1e12

/** Where a scan stands, and what it found so far. */
class Scan extends Cursor {
  readonly where: string
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
  unit: ObjMesh['unit']
  /** r, g, b per vertex as the file says, NaN where it says none; empty until the first. */
  colors = new Float32Array(0)
  hasColors = false
  /** Where each face names what does not exist, or is no number: an index may point forward, so it is judged at the end. */
  readonly faults = new Faults()
  /** The largest index that was met, and its line. */
  largest = -1
  largestLine = 0
  largestUv = -1
  largestUvLine = 0
  polygon: number[] = []
  polygonUvs: number[] = []

  constructor(where: string) {
    super()
    this.where = where
  }
}

/**
 * Reads one OBJ from its bytes.
 *
 * @param chunks the file's bytes in order, cut anywhere
 * @param where its name, for messages
 * A bad line costs what stands in it: a vertex that is no number its faces, a texture coordinate the picture of its faces, a face itself.
 * Each kind is told once, with its first line and how many there are.
 *
 * @throws TwinError `input-invalid` where more than half of the faces are bad: such a file is no mesh
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
    if (carried.length > MOST_LINE_BYTES)
      refuse(scan, `a line of over ${MOST_LINE_BYTES >> 20} MB`, {
        value: carried.length,
        todo: 'is it an OBJ, in text of 8 bits? Export it again',
      })
  }
  scanLines(scan, carried, carried.length)
  return finish(scan)
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
    else if (c === 35 /* # */ && scan.line <= HEADER_LINES && scan.unit === undefined) scanComment(scan)
    else if (c === 109 && startsWith(scan, 'mtllib')) scan.libraries.push({ name: restOfLine(scan, 6), line: scan.line })
    skipLine(scan)
  }
}

function scanComment(scan: Scan): void {
  const text = restOfLine(scan, 1)
  const unit = saidUnit(text)
  if (unit !== undefined) scan.unit = { unit, text, line: scan.line }
}

function scanVertex(scan: Scan): void {
  scan.positions = roomFor(scan.positions, scan.positionCount * 3 + 3)
  const first = scan.positionCount * 3
  for (let i = 0; i < 3; i++) {
    const value = scanNumber(scan)
    if (!(Math.abs(value) <= MOST_COORDINATE)) {
      const word = Number.isNaN(value) ? wordAt(scan) : String(value)
      scan.faults.add('vertex', scan.line, `${word} as ${'xyz'[i]}`)
      scan.positions.fill(Number.NaN, first, first + 3)
      break
    }
    scan.positions[first + i] = value
  }
  scanColor(scan)
  scan.positionCount++
}

/** What follows x, y, z: one number is a weight, three or more begin with red, green and blue. */
function scanColor(scan: Scan): void {
  skipBlanks(scan)
  const { at, bytes } = scan
  const c = bytes[at]
  if (at < scan.end && ((c! >= 48 && c! <= 57) || c === 46)) {
    const [r, g, b] = [scanNumber(scan), scanNumber(scan), scanNumber(scan)]
    if (Number.isFinite(b)) {
      if (!scan.hasColors) scan.colors = new Float32Array(scan.positions.length).fill(Number.NaN)
      scan.hasColors = true
      fillColor(scan, [r, g, b])
      return
    }
  }
  if (scan.hasColors) fillColor(scan, [Number.NaN, Number.NaN, Number.NaN])
}

function fillColor(scan: Scan, color: readonly number[]): void {
  scan.colors = roomFor(scan.colors, scan.positionCount * 3 + 3)
  scan.colors.set(color, scan.positionCount * 3)
}

function scanTextureCoordinate(scan: Scan): void {
  scan.uvs = roomFor(scan.uvs, scan.uvCount * 2 + 2)
  const u = scanNumber(scan)
  const word = Number.isFinite(u) ? '' : wordAt(scan)
  const v = scanNumber(scan)
  // A line that ends early has a v of 0, as a texture of one row needs none.
  const ends = Number.isFinite(u) && Number.isNaN(v) && (scan.at >= scan.end || lineEnd(scan.bytes, scan.at) > 0)
  const isBad = !Number.isFinite(u) || (!Number.isFinite(v) && !ends)
  if (isBad) scan.faults.add('uv', scan.line, word === '' ? wordAt(scan) : word)
  scan.uvs[scan.uvCount * 2] = isBad ? Number.NaN : u
  scan.uvs[scan.uvCount * 2 + 1] = ends ? 0 : v
  scan.uvCount++
}

function scanFace(scan: Scan): void {
  const { polygon, polygonUvs, bytes } = scan
  let count = 0
  for (;;) {
    skipBlanks(scan)
    if (scan.at >= scan.end || lineEnd(bytes, scan.at) > 0 || bytes[scan.at] === 35 /* # */) break
    const position = scanIndex(scan, scan.positionCount)
    if (position < 0) return
    if (position > scan.largest) {
      scan.largest = position
      scan.largestLine = scan.line
    }
    let uv = -1
    if (bytes[scan.at] === SLASH) {
      scan.at++
      if (bytes[scan.at] !== SLASH && bytes[scan.at]! > SPACE) {
        uv = scanIndex(scan, scan.uvCount)
        if (uv < 0) return
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
  if (count < 3) scan.faults.add('corners', scan.line, `${count} corners`)
  else if (count === 3) addTriangle(scan, 0, 1, 2)
  else for (const [a, b, c] of triangulate(scan.positions, polygon.slice(0, count))) addTriangle(scan, a, b, c)
}

/** A 1-based or negative (from the end so far) index as a 0-based one; -1: it is none, which costs its face. */
function scanIndex(scan: Scan, count: number): number {
  const word = scan.at
  const value = scanNumber(scan)
  const index = value > 0 ? value - 1 : count + value
  if (Number.isInteger(value) && value !== 0 && index >= 0) return index
  scan.at = word
  scan.faults.add('index', scan.line, wordAt(scan))
  return -1
}

function addTriangle(scan: Scan, a: number, b: number, c: number): void {
  const { polygon, polygonUvs, positions } = scan
  const pa = polygon[a]!
  const pb = polygon[b]!
  const pc = polygon[c]!
  if (pa < scan.positionCount && pb < scan.positionCount && pc < scan.positionCount && hasNoArea(positions, pa, pb, pc)) {
    scan.faults.add('area', scan.line, '')
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
  const { positions, uvs, corners, cornerUvs, triangleMaterials, faults, where } = scan
  if (scan.largest >= scan.positionCount) faults.add('beyond', scan.largestLine, String(scan.largest + 1))
  if (scan.largestUv >= scan.uvCount) faults.add('uv-beyond', scan.largestUvLine, String(scan.largestUv + 1))
  const before = scan.triangleCount
  const isSound = (['vertex', 'uv', 'beyond', 'uv-beyond'] as const).every((kind) => faults.count(kind) === 0)
  const kept = isSound ? before : keepReadable(scan)
  const unread = faults.count('index') + faults.count('corners')
  const lost = before - kept + unread
  if (lost * 2 > before + unread)
    refuse(scan, `${lost} of ${before + unread} triangles cannot be read (${faults.worst()})`, {
      value: lost,
      todo: 'this is no mesh, or it is cut or was joined wrongly: export it again',
      line: faults.firstLine,
    })
  const warnings = faults.sentences(where)
  if (scan.positionCount === 0)
    warnings.unshift(`${where}: holds no vertex (a line that begins with v); is it an OBJ, in text of 8 bits? Export it again`)
  return {
    positions: positions.slice(0, scan.positionCount * 3),
    uvs: uvs.slice(0, scan.uvCount * 2),
    corners: corners.slice(0, kept * 3),
    cornerUvs: cornerUvs.slice(0, kept * 3),
    triangleMaterials: triangleMaterials.slice(0, kept),
    colors: colorsOf(scan),
    materials: scan.materials,
    libraries: scan.libraries,
    unit: scan.unit,
    warnings,
  }
}

/** Leaves out triangles at vertices that are none, and the picture of those at coordinates that are none; returns how many are left. */
function keepReadable({ positions, positionCount, uvs, uvCount, corners, cornerUvs, triangleMaterials, triangleCount }: Scan): number {
  const isThere = (corner: number) => corners[corner]! < positionCount && !Number.isNaN(positions[3 * corners[corner]!]!)
  const isTextured = (corner: number) => cornerUvs[corner]! < uvCount && !Number.isNaN(uvs[2 * cornerUvs[corner]!]!)
  let kept = 0
  for (let t = 0; t < triangleCount; t++) {
    if (!isThere(3 * t) || !isThere(3 * t + 1) || !isThere(3 * t + 2)) continue
    const textured = cornerUvs[3 * t]! >= 0 && isTextured(3 * t) && isTextured(3 * t + 1) && isTextured(3 * t + 2)
    for (let k = 0; k < 3; k++) {
      corners[3 * kept + k] = corners[3 * t + k]!
      cornerUvs[3 * kept + k] = textured ? cornerUvs[3 * t + k]! : -1
    }
    triangleMaterials[kept++] = triangleMaterials[t]!
  }
  return kept
}

/** As bytes with an alpha that says whether there is one. Exporters count to 1 or to 255; what goes beyond 1 counts to 255. */
function colorsOf({ hasColors, colors, positionCount }: Scan): Uint8Array {
  if (!hasColors) return new Uint8Array(0)
  // NaN loses every comparison.
  const countsTo255 = colors.subarray(0, positionCount * 3).some((value) => value > 1)
  const scale = countsTo255 ? 1 : 255
  const out = new Uint8Array(positionCount * 4)
  for (let v = 0; v < positionCount; v++) {
    if (Number.isNaN(colors[3 * v]!)) continue
    for (let k = 0; k < 3; k++) out[4 * v + k] = Math.min(255, Math.max(0, Math.round(colors[3 * v + k]! * scale)))
    out[4 * v + 3] = 255
  }
  return out
}
