// Reads WKT (1, ESRI's, and 2) as far as a drone capture needs it: projection, parameters, ellipsoid, unit, authority.
// The parameters are believed, never the authority beside them: a real metadata.xml carries central meridian 113.3667
// with AUTHORITY EPSG 4547 (114°), and believing the code sets the model 65 km off.
import { TwinError } from '../error/twin-error.ts'
import { CGCS2000, WGS84 } from './ellipsoid.ts'
import { epsg, type Projection, type ReferenceDefinition } from './epsg.ts'

interface Node {
  readonly keyword: string
  readonly values: readonly (string | number | Node)[]
}

const refuse = (what: string, details: Record<string, unknown> = {}) => new TwinError('reference-unknown', `WKT: ${what}`, details)

/** `PROJCS["a",UNIT["metre",1]]` to a tree. Brackets may be round; a doubled quote stands for one. */
function parse(text: string): Node {
  const token = /\s*(?:("(?:[^"]|"")*")|([A-Za-z_][A-Za-z0-9_]*)|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([[\](),]))/y
  let pending: string | undefined
  const next = (): string => {
    if (pending !== undefined) {
      const held = pending
      pending = undefined
      return held
    }
    const found = token.exec(text)
    if (found === null) throw refuse('it ends too early, or holds a character that WKT does not; give the whole text')
    return found[1] ?? found[2] ?? found[3] ?? found[4]!
  }
  const node = (keyword: string, depth: number): Node => {
    if (depth > 32) throw refuse('it is nested deeper than 32 levels')
    const values: (string | number | Node)[] = []
    let each = next()
    while (each !== ']' && each !== ')') {
      if (each === ',') {
        each = next()
        continue
      }
      if (each.startsWith('"')) values.push(each.slice(1, -1).replaceAll('""', '"'))
      else if (/^[-+.\d]/.test(each)) values.push(Number(each))
      else {
        const after = next()
        if (after === '[' || after === '(') values.push(node(each.toUpperCase(), depth + 1))
        else {
          values.push(each)
          pending = after
        }
      }
      each = next()
    }
    return { keyword, values }
  }
  const keyword = next()
  const open = next()
  if (open !== '[' && open !== '(') throw refuse(`begins with ${keyword}${open}; a WKT begins like PROJCS["name", …`)
  return node(keyword.toUpperCase(), 0)
}

const isNode = (value: string | number | Node): value is Node => typeof value === 'object'
const child = (node: Node | undefined, ...keywords: string[]): Node | undefined =>
  node?.values.filter(isNode).find((each) => keywords.includes(each.keyword))
const deep = (node: Node, ...keywords: string[]): Node | undefined => {
  for (const each of node.values.filter(isNode)) {
    const found = keywords.includes(each.keyword) ? each : deep(each, ...keywords)
    if (found !== undefined) return found
  }
  return undefined
}
const nameOf = (node: Node | undefined): string => String(node?.values[0] ?? '')
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** EPSG code that a node gives itself: its own AUTHORITY or ID, not one of a part. */
const codeOf = (node: Node): number | undefined => {
  const id = child(node, 'AUTHORITY', 'ID')
  const code = Number(id?.values[1])
  return plain(nameOf(id)) === 'epsg' && Number.isInteger(code) ? code : undefined
}

function datumOf(crs: Node): { datum: ReferenceDefinition['datum']; warnings: string[] } {
  const datum = deep(crs, 'DATUM', 'GEODETICDATUM', 'TRF', 'ENSEMBLE')
  const spheroid = deep(crs, 'SPHEROID', 'ELLIPSOID')
  const a = Number(spheroid?.values[1])
  const inverse = Number(spheroid?.values[2])
  const meridian = Number(deep(crs, 'PRIMEM', 'PRIMEMERIDIAN')?.values[1] ?? 0)
  if (meridian !== 0) throw refuse(`counts from the meridian ${meridian}°; give one that counts from Greenwich`)
  if (!(Math.abs(a - WGS84.a) < 0.5 && Math.abs(inverse - 1 / WGS84.f) < 1e-4))
    throw refuse(
      `datum ${nameOf(datum)} stands on the ellipsoid ${nameOf(spheroid)}; its shift to WGS84 is local (Beijing 1954 and Xian 1980 are tens of metres off). Convert the data to CGCS2000 or WGS84 first`,
      { datum: nameOf(datum), ellipsoid: nameOf(spheroid) },
    )
  if (/china2000|cgcs2000|chinageodetic/.test(plain(nameOf(datum)))) return { datum: 'CGCS2000', warnings: [] }
  const known = /wgs84|wgs1984|worldgeodeticsystem1984|cgcs/.test(plain(nameOf(datum)))
  return {
    datum: Math.abs(inverse - 1 / CGCS2000.f) < 1e-8 ? 'CGCS2000' : 'WGS84',
    warnings: known ? [] : [`datum ${nameOf(datum)} is taken as WGS84; it may be up to 2 m from it`],
  }
}

function projectionOf(crs: Node, text: string): Projection {
  const conversion = child(crs, 'CONVERSION')
  const method = plain(nameOf(child(crs, 'PROJECTION') ?? child(conversion, 'METHOD', 'PROJECTION')))
  if (method === 'popularvisualisationpseudomercator' || method === 'mercatorauxiliarysphere') return { method: 'web-mercator' }
  if (!['transversemercator', 'gausskruger'].includes(method)) return { method: 'proj', definition: text }
  const parameters = (conversion ?? crs).values.filter(isNode).filter((each) => each.keyword === 'PARAMETER')
  const value = (otherwise: number, ...names: string[]): number => {
    const found = parameters.find((each) => names.includes(plain(nameOf(each))))
    const number = found === undefined ? otherwise : Number(found.values[1])
    if (!Number.isFinite(number)) throw refuse(`parameter ${nameOf(found)} is not a number`)
    return number
  }
  if (!parameters.some((each) => ['centralmeridian', 'longitudeofnaturalorigin', 'longitudeoforigin'].includes(plain(nameOf(each)))))
    throw refuse('a transverse Mercator without a central meridian; add its PARAMETER')
  return {
    method: 'transverse-mercator',
    centralMeridianDeg: value(0, 'centralmeridian', 'longitudeofnaturalorigin', 'longitudeoforigin'),
    latitudeOfOriginDeg: value(0, 'latitudeoforigin', 'latitudeofnaturalorigin'),
    scale: value(1, 'scalefactor', 'scalefactoratnaturalorigin'),
    falseEastingMeters: value(0, 'falseeasting'),
    falseNorthingMeters: value(0, 'falsenorthing'),
  }
}

/** The word of warning where a code beside the parameters means another grid. */
function conflict(code: number | undefined, { projection }: ReferenceDefinition): string | undefined {
  const claimed = code === undefined ? undefined : epsg(code)?.projection
  if (claimed?.method !== 'transverse-mercator' || projection.method !== 'transverse-mercator') return undefined
  const told = Object.keys(claimed).filter(
    (key) =>
      key !== 'method' &&
      Math.abs((claimed as unknown as Record<string, number>)[key]! - (projection as unknown as Record<string, number>)[key]!) > 1e-9,
  )
  if (told.length === 0) return undefined
  const list = (of: Projection) => told.map((key) => `${key} ${(of as unknown as Record<string, number>)[key]}`).join(', ')
  return `the WKT says EPSG:${code} (${list(claimed)}), but its parameters say ${list(projection)}; the parameters are used`
}

/**
 * The definition that a WKT means, with warnings for a log.
 *
 * @throws TwinError `reference-unknown` where the datum needs a local shift, the unit is not the metre, or the text is cut.
 */
export function definitionOfWkt(text: string): { definition: ReferenceDefinition; warnings: readonly string[] } {
  let crs = parse(text)
  if (crs.keyword === 'COMPD_CS' || crs.keyword === 'COMPOUNDCRS') {
    const horizontal = child(crs, 'PROJCS', 'PROJCRS', 'PROJECTEDCRS', 'GEOGCS', 'GEOGCRS', 'GEODCRS')
    if (horizontal === undefined) throw refuse('a compound reference without a horizontal one')
    crs = horizontal
  }
  const { datum, warnings } = datumOf(crs)
  const name = nameOf(crs) || 'WKT'
  if (['GEOGCS', 'GEOGCRS', 'GEODCRS', 'GEOGRAPHICCRS'].includes(crs.keyword))
    return { definition: { name, datum, projection: { method: 'geographic' } }, warnings }
  if (!['PROJCS', 'PROJCRS', 'PROJECTEDCRS'].includes(crs.keyword))
    throw refuse(`${crs.keyword} is neither a projected nor a geographic reference`)
  const unit = child(crs, 'UNIT', 'LENGTHUNIT') ?? deep(child(crs, 'CS', 'AXIS') ?? crs, 'LENGTHUNIT')
  const projection = projectionOf(crs, text)
  if (unit !== undefined && Math.abs(Number(unit.values[1]) - 1) > 1e-9)
    throw refuse(`counts in ${nameOf(unit)}; convert the data to metres first`)
  const definition: ReferenceDefinition = { name, datum, projection }
  const warning = conflict(codeOf(crs), definition)
  return { definition, warnings: warning === undefined ? warnings : [...warnings, warning] }
}
