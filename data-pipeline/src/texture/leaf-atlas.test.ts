import { describe, expect, test } from 'vitest'
import type { LeafMesh } from '../mesh/gather.ts'
import type { Picture } from '../mesh/tile-mesh.ts'
import { leafAtlas } from './leaf-atlas.ts'

/** A page whose every pixel tells its place. */
function page(width: number, height: number): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 77], 3 * (y * width + x))
  return { width, height, data }
}

const SURFACES = [
  { name: 'page', page: 0, color: [0, 0, 0] as const },
  { name: 'plain', page: -1, color: [10, 20, 30] as const },
]

/** Triangles by their pixels; positions are shared where the pixels are equal. */
function leaf(list: { pixels: number[]; surface?: number }[]): LeafMesh {
  const places = new Map<string, number>()
  const triangles = list.flatMap(({ pixels }) =>
    [0, 2, 4].map((k) => {
      const key = `${pixels[k]} ${pixels[k + 1]}`
      if (!places.has(key)) places.set(key, places.size)
      return places.get(key)!
    }),
  )
  return {
    positionIds: Uint32Array.from({ length: places.size }, (_, i) => i),
    positions: new Int32Array(places.size * 3),
    triangles: Uint32Array.from(triangles),
    cornerPixels: Float32Array.from(list.flatMap(({ pixels }) => pixels)),
    surfaces: Uint16Array.from(list, ({ surface = 0 }) => surface),
  }
}

const colorAt = ({ data, width }: Picture, x: number, y: number) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)]

describe('a leaf’s picture', () => {
  const pages = new Map([[0, page(100, 80)]])
  test('holds each chart pixel by pixel, and a pixel around it', () => {
    const mesh = leaf([{ pixels: [10, 20, 14, 20, 10, 26] }, { pixels: [60, 40, 70, 40, 60, 50] }])
    const { picture, cornerPixels } = leafAtlas(mesh, SURFACES, pages, 256)
    for (let corner = 0; corner < 6; corner++) {
      const [fromX, fromY] = [mesh.cornerPixels[2 * corner]!, mesh.cornerPixels[2 * corner + 1]!]
      const [x, y] = [cornerPixels[2 * corner]!, cornerPixels[2 * corner + 1]!]
      for (const [dx, dy] of [
        [-1, -1],
        [0, 0],
      ] as const)
        expect(colorAt(picture, x + dx, y + dy)).toEqual([fromX + dx, fromY + dy, 77])
    }
  })
  test('keeps two triangles of one chart together, and two charts apart', () => {
    const near = leafAtlas(leaf([{ pixels: [10, 20, 14, 20, 10, 26] }, { pixels: [14, 20, 14, 26, 10, 26] }]), SURFACES, pages, 256)
    expect(near.cornerPixels[2]! - near.cornerPixels[0]!).toBe(4)
    expect(near.cornerPixels[6]! - near.cornerPixels[0]!).toBe(4)
  })
  test('repeats a page’s edge in the margin, not its far side', () => {
    const { picture, cornerPixels } = leafAtlas(leaf([{ pixels: [0, 0, 4, 0, 0, 4] }]), SURFACES, pages, 256)
    expect(colorAt(picture, cornerPixels[0]! - 1, cornerPixels[1]! - 1)).toEqual([0, 0, 77])
  })
  test('repeats a page where a chart spans many of it', () => {
    const { picture, cornerPixels } = leafAtlas(leaf([{ pixels: [0, 0, 300, 0, 0, 10] }]), SURFACES, pages, 512)
    expect(colorAt(picture, cornerPixels[0]! + 250, cornerPixels[1]! + 5)).toEqual([50, 5, 77])
  })
  test('shrinks what is larger than a picture may be', () => {
    const { picture, cornerPixels } = leafAtlas(leaf([{ pixels: [0, 0, 1000, 0, 0, 10] }]), SURFACES, pages, 256)
    expect(picture.width).toBeLessThanOrEqual(256)
    expect(cornerPixels[2]! - cornerPixels[0]!).toBeGreaterThan(200)
    expect(cornerPixels[2]!).toBeLessThanOrEqual(256)
  })
  test('shrinks all where there is too much of it', () => {
    const many = Array.from({ length: 64 }, (_, i) => ({ pixels: [i % 8, i >> 3, 90 + (i % 8), i >> 3, i % 8, 70 + (i >> 3)] }))
    const { picture } = leafAtlas(leaf(many), SURFACES, pages, 512)
    expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(512)
  })
  test('has one patch for a surface without a page, whatever its triangles', () => {
    const mesh = leaf([
      { pixels: [0, 0, 0, 0, 0, 0], surface: 1 },
      { pixels: [0, 0, 0, 0, 0, 0], surface: 1 },
    ])
    const { picture, cornerPixels } = leafAtlas(mesh, SURFACES, pages, 256)
    expect(picture.width * picture.height).toBeLessThanOrEqual(32)
    expect(colorAt(picture, cornerPixels[0]!, cornerPixels[1]!)).toEqual([10, 20, 30])
    expect(new Set(cornerPixels).size).toBe(1)
  })
})
