// Read: where a capture says that it stands. metadata.xml (ContextCapture, DJI Terra) and .prj, as they really are.
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/** What a sidecar says; the reference is still as it is written there. */
export interface SaidReference {
  readonly reference: string | undefined
  /** What the mesh's numbers count from, in the reference: easting, northing, height. */
  readonly origin: readonly [number, number, number] | undefined
  readonly file: string
  readonly warnings: readonly string[]
}

/** Looks beside the mesh (or in the folder) and one folder above; metadata.xml is taken before a .prj. */
export async function findReference(input: string): Promise<SaidReference | undefined> {
  const start = (await stat(input)).isDirectory() ? input : path.dirname(input)
  const folders = [start, path.dirname(path.resolve(start))]
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [] as string[])
    const metadata = names.find((name) => name.toLowerCase() === 'metadata.xml')
    if (metadata !== undefined) {
      const file = path.join(folder, metadata)
      return readMetadata(await readFile(file, 'utf8'), file)
    }
  }
  const stem = path.basename(input).replace(/\.obj$/i, '')
  const names = (await readdir(start).catch(() => [] as string[])).filter((name) => /\.prj$/i.test(name))
  const prj = names.find((name) => name.replace(/\.prj$/i, '') === stem) ?? (names.length === 1 ? names[0] : undefined)
  if (prj === undefined) return undefined
  const file = path.join(start, prj)
  return { reference: (await readFile(file, 'utf8')).trim(), origin: undefined, file, warnings: [] }
}

const tag = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}\\b[^>]*>([\\s\\S]*?)</${name}>`, 'i').exec(xml)?.[1]?.trim()

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
  const parts = written?.split(',') ?? (attributes === undefined ? undefined : ['X', 'Y', 'Z'].map((k) => attribute(attributes, k)))
  const origin = parts?.map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (origin !== undefined && (origin.length < 2 || !origin.every(Number.isFinite)))
    throw new TwinError(
      'input-invalid',
      `${file}: SRSOrigin is ${JSON.stringify(written ?? attributes)}, expected three numbers such as 511856,3371444,0; correct it or give --origin`,
      {
        file,
        value: written ?? attributes,
      },
    )
  return {
    reference: wkt ?? srs,
    origin: origin === undefined ? undefined : [origin[0]!, origin[1]!, origin[2] ?? 0],
    file,
    warnings,
  }
}

const attribute = (attributes: string, name: string): string => new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i').exec(attributes)?.[1] ?? ''
