// Read: where a capture says that it stands, in the sidecars of the tools that make meshes, as they really are: metadata.xml (ContextCapture,
// DJI Terra, Metashape), *_offset.xyz with *_wkt.prj (Pix4D), coords.txt (OpenDroneMap), *.prj.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { decodeText } from './names.ts'

type Numbers = readonly [number, number, number]

/** What sidecars say; the reference is still as it is written there. */
export interface SaidReference {
  readonly reference: string | undefined
  /** What the mesh's numbers count from, in the reference: easting, northing, height. */
  readonly origin: Numbers | undefined
  readonly file: string
  /** Who says the origin, where that is another file. */
  readonly originFile?: string
  readonly warnings: readonly string[]
}

/** `Production/Data/Tile_x/Tile_x.obj` has its metadata.xml beside `Data`; one more folder is put around by who unpacks it. */
const FOLDERS_ABOVE = 3

/**
 * Looks beside the meshes (in the folder that holds them all) and up to three folders above; the nearest counts, and metadata.xml before others.
 *
 * @throws TwinError `input-invalid` for an origin that is not two or three numbers
 */
export async function findReference(meshes: readonly string[]): Promise<SaidReference | undefined> {
  const folders = [folderOf(meshes)]
  while (folders.length <= FOLDERS_ABOVE) folders.push(path.dirname(folders.at(-1)!))
  for (const folder of new Set(folders)) {
    const said = (await fromMetadata(folder)) ?? (await fromCoords(folder))
    if (said !== undefined) return said
  }
  return fromPix4d(folders[0]!, path.basename(meshes[0]!).replace(/\.obj$/i, ''))
}

function folderOf(meshes: readonly string[]): string {
  const parts = meshes.map((mesh) => path.dirname(path.resolve(mesh)).split(path.sep))
  const first = parts[0]!
  const shared = first.findIndex((part, i) => parts.some((other) => other[i] !== part))
  return first.slice(0, shared < 0 ? first.length : shared).join(path.sep) || path.sep
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])
const textOf = async (file: string): Promise<string> => decodeText(await readFile(file))

async function fromMetadata(folder: string): Promise<SaidReference | undefined> {
  const name = (await namesIn(folder)).find((each) => each.toLowerCase() === 'metadata.xml')
  if (name === undefined) return undefined
  const file = path.join(folder, name)
  return readMetadata(await textOf(file), file)
}

/** The first line names a zone of UTM, the second what the mesh's numbers count from. */
async function fromCoords(folder: string): Promise<SaidReference | undefined> {
  for (const name of [
    'coords.txt',
    'odm_georeferencing/coords.txt',
    'odm_georeferencing_model_geo.txt',
    'odm_georeferencing/odm_georeferencing_model_geo.txt',
  ]) {
    const file = path.join(folder, name)
    const lines = (await textOf(file).catch(() => '')).split(/\r\n?|\n/)
    const reference = utmOf(lines[0] ?? '')
    if (reference === undefined) continue
    return { reference, origin: numbersOf(lines[1] ?? '', file, 'its second line'), file, warnings: [] }
  }
  return undefined
}

/** `WGS84 UTM 33N`, or a `+proj` string. */
function utmOf(line: string): string | undefined {
  const text = line.trim()
  if (text.startsWith('+')) return text
  const [, zone, half] = /^WGS\s*84\s+UTM\s+(\d{1,2})\s*([NS])$/i.exec(text) ?? []
  return zone === undefined ? undefined : `+proj=utm +zone=${Number(zone)}${half!.toUpperCase() === 'S' ? ' +south' : ''} +datum=WGS84`
}

async function fromPix4d(folder: string, stem: string): Promise<SaidReference | undefined> {
  const names = await namesIn(folder)
  const offset = ofStem(names, stem, /_?offset\.xyz$/i)
  const prj = ofStem(names, stem, /(_wkt)?\.prj$/i)
  if (offset === undefined && prj === undefined) return undefined
  const [file, originFile] = [prj, offset].map((name) => (name === undefined ? undefined : path.join(folder, name)))
  const warnings =
    prj === undefined ? [`${originFile}: says what the mesh counts from, and no .prj beside it in what reference; give --crs`] : []
  return {
    reference: file === undefined ? undefined : (await textOf(file)).trim(),
    origin: originFile === undefined ? undefined : numbersOf(await textOf(originFile), originFile, 'it'),
    file: file ?? originFile!,
    ...(originFile === undefined ? {} : { originFile }),
    warnings,
  }
}

/** Of the mesh's own name, or of a name that the mesh's begins with (`P_simplified_3d_mesh.obj` has `P_offset.xyz`), or the only one. */
function ofStem(names: readonly string[], stem: string, ending: RegExp): string | undefined {
  const own = names.filter((name) => ending.test(name))
  const stemOf = (name: string) => name.replace(ending, '')
  return (
    own.find((name) => stemOf(name) === stem) ??
    own.filter((name) => stemOf(name) !== '' && stem.startsWith(stemOf(name))).sort((a, b) => b.length - a.length)[0] ??
    (own.length === 1 ? own[0] : undefined)
  )
}

function tag(xml: string, name: string): string | undefined {
  const inside = new RegExp(`<${name}\\b[^>]*>([\\s\\S]*?)</${name}>`, 'i').exec(xml)?.[1]
  return inside?.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1').trim()
}

/**
 * Reads a metadata.xml: `<SRS>` and `<SRSOrigin>`; the form with `<WKT>` and `<Origin X= Y= Z=>` too. Where a WKT stands beside a
 * code, the WKT's parameters are believed: real files name a code of another meridian (65 km off).
 *
 * @throws TwinError `input-invalid` for an origin that is not three numbers
 */
export function readMetadata(xml: string, file: string): SaidReference {
  const bare = xml.replace(/<!--[\s\S]*?-->/g, '')
  const warnings: string[] = []
  const srs = tag(bare, 'SRS')
  const wkt = tag(bare, 'WKT')
  if (srs !== undefined && wkt !== undefined && srs !== wkt)
    warnings.push(`${file}: names ${srs.slice(0, 40)} and gives a WKT too; the WKT is believed. Give --crs if that is wrong`)
  if (srs === undefined && wkt === undefined)
    warnings.push(`${file}: names no reference (<SRS> or <WKT>), so it says nothing of where the mesh stands; give --crs, or correct it`)
  const written = tag(bare, 'SRSOrigin')
  const attributes = /<Origin\b([^>]*)>/i.exec(bare)?.[1]
  const origin =
    written !== undefined
      ? numbersOf(written, file, 'SRSOrigin')
      : attributes === undefined
        ? undefined
        : numbersOf(['X', 'Y', 'Z'].map((name) => attribute(attributes, name)).join(','), file, 'Origin')
  return { reference: wkt ?? srs, origin, file, warnings }
}

const attribute = (attributes: string, name: string): string =>
  new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)')`, 'i').exec(attributes)?.slice(2).join('') ?? ''

/** Easting, northing and perhaps a height, apart by commas, semicolons or blanks. With commas inside the numbers nothing is certain. */
function numbersOf(written: string, file: string, what: string): Numbers {
  const text = written.trim()
  const parts = /[,;]/.test(text) ? text.split(/\s*[,;]\s*/) : text.split(/\s+/)
  const numbers = parts.map((part) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(part) ? Number(part) : Number.NaN))
  if (numbers.length >= 2 && numbers.length <= 3 && numbers.every(Number.isFinite)) return [numbers[0]!, numbers[1]!, numbers[2] ?? 0]
  const hint = numbers.length > 3 && numbers.every(Number.isFinite) ? ' (a decimal point may have become a comma)' : ''
  throw new TwinError(
    'input-invalid',
    `${file}: ${what} is ${JSON.stringify(text.slice(0, 80))}, expected three numbers such as 511856,3371444,0${hint}; correct it, or move the file away and give --crs and --origin`,
    { file, value: text },
  )
}
