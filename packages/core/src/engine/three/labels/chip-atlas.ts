// The chips of all labels in one texture: 24 cells, each painted again only when its text changes (a clock in a label
// costs one cell a second, not a texture).
import { CHIP_HEIGHT_PX, CHIP_WIDEST_PX } from '../../../labels/chip.ts'
import { type Chip, drawChip } from './chip-picture.ts'

const COLUMNS = 2
const CELL_WIDTH_PX = CHIP_WIDEST_PX + 4
const CELL_HEIGHT_PX = CHIP_HEIGHT_PX + 2

interface Cell {
  key: string
  widthPx: number
}

export interface ChipPlace {
  /** Left, top, width and height in the atlas, texels. */
  readonly texels: readonly [number, number, number, number]
  readonly widthPx: number
}

export class ChipAtlas {
  readonly #gl: WebGL2RenderingContext
  readonly #cells: Cell[]
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #texture: WebGLTexture | null = null
  #pixelRatio = 0

  constructor(gl: WebGL2RenderingContext, cells: number) {
    this.#gl = gl
    this.#cells = Array.from({ length: cells }, () => ({ key: '', widthPx: 0 }))
    this.#canvas = document.createElement('canvas')
    this.#context = this.#canvas.getContext('2d', { willReadFrequently: true })!
  }

  get texture(): WebGLTexture | null {
    return this.#texture
  }
  /** Size of the texture, texels. */
  get size(): readonly [number, number] {
    const rows = Math.ceil(this.#cells.length / COLUMNS)
    return [Math.ceil(COLUMNS * CELL_WIDTH_PX * this.#pixelRatio), Math.ceil(rows * CELL_HEIGHT_PX * this.#pixelRatio)]
  }

  /** Paints what changed and says where each chip is, in the order of `chips`. Leaves texture 0 bound to the atlas. */
  paint(chips: readonly Chip[], pixelRatio: number): ChipPlace[] {
    if (this.#texture === null || pixelRatio !== this.#pixelRatio) this.#make(pixelRatio)
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.#texture)
    const free = new Set(this.#cells.keys())
    const keys = chips.map(({ text, priority }) => `${priority}${text}`)
    // A chip keeps its cell while it is shown; only what is left over takes another's.
    const kept = keys.map((key) => {
      for (const i of free) {
        if (this.#cells[i]!.key === key) {
          free.delete(i)
          return i
        }
      }
      return -1
    })
    return chips.map((chip, c) => {
      let i = kept[c]!
      if (i < 0) {
        i = free.values().next().value!
        free.delete(i)
        this.#paintCell(i, chip)
        this.#cells[i]!.key = keys[c]!
      }
      const [left, top] = this.#cellAt(i)
      const { widthPx } = this.#cells[i]!
      return { widthPx, texels: [left, top, widthPx * pixelRatio, CHIP_HEIGHT_PX * pixelRatio] }
    })
  }

  /** The fonts changed: all is painted again when next asked. */
  forget(): void {
    for (const cell of this.#cells) cell.key = ''
  }

  /** After a lost context. */
  restore(): void {
    this.#texture = null
    this.forget()
  }

  /** No word of any chip stays, neither as text nor as picture; the next {@link paint} begins anew. */
  wipe(): void {
    this.forget()
    this.#gl.deleteTexture(this.#texture)
    this.#texture = null
    this.#canvas.width = this.#canvas.height = 0
  }

  #cellAt(i: number): [number, number] {
    return [
      Math.floor((i % COLUMNS) * CELL_WIDTH_PX * this.#pixelRatio),
      Math.floor(Math.floor(i / COLUMNS) * CELL_HEIGHT_PX * this.#pixelRatio),
    ]
  }

  #paintCell(i: number, chip: Chip): void {
    const gl = this.#gl
    const { width, height } = this.#canvas
    this.#context.setTransform(1, 0, 0, 1, 0, 0)
    this.#context.clearRect(0, 0, width, height)
    this.#context.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0)
    this.#cells[i]!.widthPx = drawChip(this.#context, chip)
    const [left, top] = this.#cellAt(i)
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true)
    gl.texSubImage2D(gl.TEXTURE_2D, 0, left, top, gl.RGBA, gl.UNSIGNED_BYTE, this.#canvas)
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false)
  }

  #make(pixelRatio: number): void {
    const gl = this.#gl
    gl.deleteTexture(this.#texture)
    this.forget()
    this.#pixelRatio = pixelRatio
    this.#canvas.width = Math.floor(CELL_WIDTH_PX * pixelRatio)
    this.#canvas.height = Math.floor(CELL_HEIGHT_PX * pixelRatio)
    this.#texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, ...this.size)
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE)
    for (const size of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, size, gl.LINEAR)
  }
}
