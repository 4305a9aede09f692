import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChipAtlas } from './chip-atlas.ts'

const none = () => undefined
/** What is painted, in order; canvas and GL as far as an atlas asks of them. */
let painted: string[]
const textures = new Set<object>()
const canvas = {
  width: 0,
  height: 0,
  getContext: () => ({
    measureText: (text: string) => ({ width: 8 * text.length }),
    fillText: (text: string) => painted.push(text),
    setTransform: none,
    clearRect: none,
    beginPath: none,
    roundRect: none,
    fill: none,
    stroke: none,
  }),
}
const gl = {
  createTexture() {
    const made = {}
    textures.add(made)
    return made
  },
  deleteTexture: (texture: object) => textures.delete(texture),
  bindTexture: none,
  texStorage2D: none,
  texParameteri: none,
  pixelStorei: none,
  texSubImage2D: none,
} as unknown as WebGL2RenderingContext

beforeEach(() => {
  painted = []
  textures.clear()
  vi.stubGlobal('document', { createElement: () => canvas })
})
afterEach(() => vi.unstubAllGlobals())
const chips = (...texts: string[]) => texts.map((text) => ({ text, priority: 0 as const }))

test('paints a chip once while it is shown', () => {
  const atlas = new ChipAtlas(gl, 4)
  atlas.paint(chips('L-27', 'L-28'), 1)
  atlas.paint(chips('L-28', 'L-29'), 1)
  expect(painted).toEqual(['L-27', 'L-28', 'L-29'])
})

test('keeps neither text nor picture once it is wiped, and begins anew', () => {
  const atlas = new ChipAtlas(gl, 4)
  atlas.paint(chips('SOS A**'), 1)
  atlas.wipe()
  expect([textures.size, canvas.width, canvas.height, atlas.texture]).toEqual([0, 0, 0, null])
  atlas.paint(chips('SOS A**'), 1)
  expect(painted).toEqual(['SOS A**', 'SOS A**'])
  expect(textures.size).toBe(1)
})
