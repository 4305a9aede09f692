// A small capture made in code, for tests and trials: hills with a block on them, charts of a few triangles on several pages, as
// photogrammetry writes them. The same numbers give the same files.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'

export interface SampleCapture {
  /** Squares a side; twice as many triangles in each. */
  readonly squares: number
  readonly sideMeters: number
  /** Pages a side. */
  readonly pages: number
  readonly pagePixels: number
  /** Squares a side of a chart. */
  readonly chart: number
  readonly name: string
}

export const SAMPLE_CAPTURE: SampleCapture = { squares: 48, sideMeters: 60, pages: 2, pagePixels: 256, chart: 2, name: 'hills' }

/** Metres at (x, y): gentle hills, and a block with walls that lean a little. */
export function sampleHeight(x: number, y: number, side: number): number {
  const hills = 2 * Math.sin((x / side) * 5) + 1.5 * Math.cos((y / side) * 7)
  const edge = Math.max(Math.abs(x - side * 0.7), Math.abs(y - side * 0.3)) - side * 0.1
  return hills + 8 * Math.min(1, Math.max(0, -edge / (side * 0.02)))
}

/** Colour at (x, y), 0 to 255: fields and a road. */
export function sampleColor(x: number, y: number, side: number): [number, number, number] {
  const road = Math.abs(x - y) < side * 0.04
  if (road) return [90, 90, 95]
  const field = (Math.floor((x / side) * 6) + Math.floor((y / side) * 6)) % 2 === 0
  return field ? [60 + Math.round((x / side) * 80), 130, 60] : [150, 140, 90 + Math.round((y / side) * 60)]
}

/** Writes NAME.obj, NAME.mtl and the pages into `folder`; returns the OBJ's path. */
export async function writeSampleCapture(folder: string, options: Partial<SampleCapture> = {}): Promise<string> {
  const capture = { ...SAMPLE_CAPTURE, ...options }
  await mkdir(folder, { recursive: true })
  await Promise.all(pageNumbers(capture).map(([i, j]) => writePage(folder, capture, i, j)))
  await writeFile(path.join(folder, `${capture.name}.mtl`), mtlOf(capture))
  const obj = path.join(folder, `${capture.name}.obj`)
  await writeFile(obj, objOf(capture))
  return obj
}

const pageNumbers = ({ pages }: SampleCapture): [number, number][] =>
  Array.from({ length: pages * pages }, (_, k) => [k % pages, Math.floor(k / pages)])

const pageName = ({ name }: SampleCapture, i: number, j: number): string => `${name}_${i}_${j}.jpg`

const mtlOf = (capture: SampleCapture): string =>
  pageNumbers(capture)
    .map(([i, j]) => `newmtl page ${i} ${j}\nKd 1 1 1\nmap_Kd ${pageName(capture, i, j)}\n`)
    .join('\n')

/** Pages are maps of their part of the square; charts cut it into islands. */
async function writePage(folder: string, capture: SampleCapture, i: number, j: number): Promise<void> {
  const { pagePixels: size, pages, sideMeters } = capture
  const data = new Uint8Array(3 * size * size)
  const part = sideMeters / pages
  for (let py = 0; py < size; py++)
    for (let px = 0; px < size; px++)
      data.set(sampleColor((i + (px + 0.5) / size) * part, (j + 1 - (py + 0.5) / size) * part, sideMeters), 3 * (py * size + px))
  await sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: 95 })
    .toFile(path.join(folder, pageName(capture, i, j)))
}

function objOf(capture: SampleCapture): string {
  const { squares, sideMeters, pages, chart, name } = capture
  const cell = sideMeters / squares
  const perPage = squares / pages
  const lines = [`mtllib ${name}.mtl`]
  for (let j = 0; j <= squares; j++)
    for (let i = 0; i <= squares; i++)
      lines.push(`v ${(i * cell).toFixed(3)} ${(j * cell).toFixed(3)} ${sampleHeight(i * cell, j * cell, sideMeters).toFixed(3)}`)
  let uvs = 0
  const vertex = (i: number, j: number) => j * (squares + 1) + i + 1
  for (const [pi, pj] of pageNumbers(capture)) {
    lines.push(`usemtl page ${pi} ${pj}`)
    // A chart has texture coordinates of its own, so its border is a seam.
    for (let cj = pj * perPage; cj < (pj + 1) * perPage; cj += chart)
      for (let ci = pi * perPage; ci < (pi + 1) * perPage; ci += chart) {
        const first = uvs
        for (let j = 0; j <= chart; j++)
          for (let i = 0; i <= chart; i++) lines.push(`vt ${((ci + i) / perPage - pi).toFixed(6)} ${((cj + j) / perPage - pj).toFixed(6)}`)
        uvs += (chart + 1) * (chart + 1)
        const uv = (i: number, j: number) => first + j * (chart + 1) + i + 1
        for (let j = 0; j < chart; j++)
          for (let i = 0; i < chart; i++) {
            const corner = (di: number, dj: number) => `${vertex(ci + i + di, cj + j + dj)}/${uv(i + di, j + dj)}`
            lines.push(`f ${corner(0, 0)} ${corner(1, 0)} ${corner(1, 1)}`, `f ${corner(0, 0)} ${corner(1, 1)} ${corner(0, 1)}`)
          }
      }
  }
  return `${lines.join('\n')}\n`
}
