// `node examples/longwan/dist/capture/measure/compare.js CAPTURE [DATA]`: the demo's figures beside those of real captures, where present.
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readObj } from './read-obj.ts'
import { readCapture } from './shots.ts'
import { type CaptureStatistics, measureCapture } from './statistics.ts'

/** Folders beside the repository's checkout that hold real captures, with the axis that is up in each. */
const REAL = [
  { name: 'obj-terra-L17', up: 'z' },
  { name: 'scan-cedar-creek-obj', up: 'y' },
] as const

export interface Compared {
  readonly name: string
  readonly statistics: CaptureStatistics
}

export async function compareCapture(capture: string, dataDir: string): Promise<Compared[]> {
  const rows: Compared[] = [{ name: 'demo', statistics: await measureCapture(readCapture(capture)) }]
  for (const { name, up } of REAL) {
    const files = existsSync(join(dataDir, name)) ? findObjs(join(dataDir, name)) : []
    if (files.length) rows.push({ name, statistics: await measureCapture(files.map(readObj), up) })
  }
  return rows
}

function findObjs(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && e.name.endsWith('.obj'))
    .map((e) => join(e.parentPath, e.name))
    .sort()
}

export function comparisonTable(rows: readonly Compared[]): string {
  const n = (v: number, places = 2): string => (Number.isNaN(v) ? '-' : v.toFixed(places))
  const lines: readonly (readonly [string, (s: CaptureStatistics) => string])[] = [
    ['triangles', (s) => String(s.triangles)],
    ['texture Mpx (pages)', (s) => `${n(s.megapixels, 1)} (${s.pages})`],
    [
      'triangles per chart, mean / median / p90',
      (s) => `${n(s.trianglesPerChart.mean)} / ${s.trianglesPerChart.median} / ${s.trianglesPerChart.p90}`,
    ],
    ['wedges per position', (s) => n(s.wedgesPerPosition)],
    ['boundary edges %', (s) => n(s.boundaryEdgesPercent)],
    ['non-manifold edges %', (s) => n(s.nonManifoldEdgesPercent)],
    ['roof normals, median / p90 ° (cells)', (s) => `${n(s.roofSpreadDeg.median)} / ${n(s.roofSpreadDeg.p90)} (${s.roofSpreadDeg.cells})`],
    [
      'ground normals, median / p90 ° (cells)',
      (s) => `${n(s.groundSpreadDeg.median)} / ${n(s.groundSpreadDeg.p90)} (${s.groundSpreadDeg.cells})`,
    ],
    ['triangles / texels per m²', (s) => `${n(s.triangles / s.areaSquareMeters)} / ${n((s.megapixels * 1e6) / s.areaSquareMeters, 0)}`],
    ['atlas inside triangles %', (s) => n(s.atlasFillPercent, 1)],
  ]
  const head = `| | ${rows.map((r) => r.name).join(' | ')} |\n|---|${rows.map(() => '---|').join('')}`
  return [head, ...lines.map(([label, of]) => `| ${label} | ${rows.map((r) => of(r.statistics)).join(' | ')} |`)].join('\n')
}

if (process.argv[1]?.endsWith('compare.js')) {
  const [, , capture, data] = process.argv
  if (!capture) {
    console.error('usage: compare.js <capture folder> [folder of real captures, default ../shared/data]')
    process.exit(2)
  }
  console.log(comparisonTable(await compareCapture(capture, resolve(data ?? '../shared/data'))))
}
