// Write: one tile as OBJ + MTL + JPEG in the grid's metres, as photogrammetry programs deliver it.
import sharp from 'sharp'
import type { Chart } from '../charts/grow.ts'
import type { Atlas } from '../charts/pack.ts'
import type { ChartShape } from '../charts/shape.ts'
import type { Mesh } from '../mesh/surface-nets.ts'
import type { Photo } from '../photos/camera.ts'
import { fitSiteToGrid, gridOrigin, SITE_ORIGIN } from '../place/grid.ts'
import { TextBuffer } from './text.ts'

export interface TileContent {
  readonly name: string
  readonly mesh: Mesh
  readonly charts: readonly Chart[]
  readonly shapes: readonly ChartShape[]
  readonly atlas: Atlas
  readonly photos: readonly Photo[]
}

export interface WrittenTile {
  readonly triangles: number
  readonly positions: number
  readonly wedges: number
}

/** Encodes one page; quality as drone programs set it. */
export function encodePage(pixels: Uint8Array, width: number, height: number): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 82, chromaSubsampling: '4:2:0', optimiseCoding: false })
    .toBuffer()
}

/** The OBJ of a tile: positions in grid metres from `gridOrigin`, ellipsoidal heights, one group of faces per page. */
export function objText({ name, mesh, charts, shapes, atlas, photos }: TileContent): { readonly bytes: Uint8Array } & WrittenTile {
  const g = fitSiteToGrid()
  const { easting, northing } = gridOrigin()
  const { positions: p, indices } = mesh
  const place = new Int32Array(p.length / 3)
  const wedgeOf = new Int32Array(p.length / 3)
  const v = new TextBuffer(1 << 22)
  const vt = new TextBuffer(1 << 22)
  const f = new TextBuffer(1 << 22)
  let [positions, wedges, triangles] = [0, 0, 0]
  for (let page = 0; page < atlas.heights.length; page++) {
    f.ascii(`usemtl ${name}_${page}\n`)
    for (let c = 0; c < charts.length; c++) {
      if (atlas.placements[c]!.page !== page) continue
      const chart = charts[c]!
      const firstWedge = wedges
      for (const face of chart.faces) {
        f.ascii('f')
        for (let k = 0; k < 3; k++) {
          const i = indices[3 * face + k]!
          if (!place[i]) {
            place[i] = ++positions
            const x = p[3 * i]!
            const y = p[3 * i + 1]!
            v.ascii('v ')
              .fixed(g.e0 - easting + g.ex * x + g.ey * y, 3)
              .ascii(' ')
            v.fixed(g.n0 - northing + g.nx * x + g.ny * y, 3)
              .ascii(' ')
              .fixed(p[3 * i + 2]! + SITE_ORIGIN.heightEllipsoidalMeters, 3)
              .ascii('\n')
          }
          if (wedgeOf[i]! <= firstWedge) {
            wedgeOf[i] = ++wedges
            const [s, t] = textureAt(p, i, chart, shapes[c]!, atlas, c, photos)
            vt.ascii('vt ').fixed(s, 6).ascii(' ').fixed(t, 6).ascii('\n')
          }
          f.ascii(' ').whole(place[i]!).ascii('/').whole(wedgeOf[i]!)
        }
        f.ascii('\n')
        triangles++
      }
    }
  }
  const bytes = new TextBuffer(1 << 23).ascii(`mtllib ${name}.mtl\n`).finish()
  return { bytes: Buffer.concat([bytes, v.finish(), vt.finish(), f.finish()]), triangles, positions, wedges }
}

function textureAt(
  p: Float32Array,
  i: number,
  chart: Chart,
  shape: ChartShape,
  atlas: Atlas,
  c: number,
  photos: readonly Photo[],
): readonly [number, number] {
  const { right: r, up } = photos[chart.camera]!.camera
  const a = p[3 * i]! * r[0] + p[3 * i + 1]! * r[1] + p[3 * i + 2]! * r[2]
  const b = p[3 * i]! * up[0] + p[3 * i + 1]! * up[1] + p[3 * i + 2]! * up[2]
  const u = shape.ua * a + shape.ub * b + shape.u0
  const v = shape.va * a + shape.vb * b + shape.v0
  const { page, x, y, turned } = atlas.placements[c]!
  return [(x + (turned ? shape.width - u : u)) / atlas.width, 1 - (y + (turned ? shape.height - v : v)) / atlas.heights[page]!]
}

export function mtlText(name: string, pages: number): string {
  return Array.from({ length: pages }, (_, i) => `newmtl ${name}_${i}\nKa 1 1 1\nKd 1 1 1\nd 1\nmap_Kd ${name}_${i}.jpg\n`).join('\n')
}
