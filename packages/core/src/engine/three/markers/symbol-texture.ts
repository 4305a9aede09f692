// The distance fields of one kind: its plate and glyph, and the four alarm signs. 224 × 152 texels, 136 kB.
import type { AnyKind, Priority } from '../../../kind/kind.ts'
import { writeField } from '../../../labels/distance-field.ts'
import { glyphPath, PLATES, SIGN_DIGITS, SIGNS } from '../../../labels/symbol-paths.ts'

export const TEXELS_PER_PX = 2
/** Half sides of the cells, CSS px; the shader reads the same. */
export const PLATE_CELL_PX = 24
/** Wide enough for a sign's halo: beyond a cell the field is not known. */
export const SIGN_CELL_PX = 14
export const FIELD_WIDTH = 4 * 2 * SIGN_CELL_PX * TEXELS_PER_PX
export const FIELD_HEIGHT = 2 * (PLATE_CELL_PX + SIGN_CELL_PX) * TEXELS_PER_PX

/** The signs of priority 1 to 4 in the row under the plate, the same for all kinds: made once per viewer. RGBA. */
export function signField(): Uint8Array {
  const bytes = new Uint8Array(FIELD_WIDTH * FIELD_HEIGHT * 4)
  for (const priority of [1, 2, 3, 4] as const satisfies readonly Priority[]) {
    const left = (priority - 1) * 2 * SIGN_CELL_PX * TEXELS_PER_PX
    const top = 2 * PLATE_CELL_PX * TEXELS_PER_PX
    const cell = { halfPx: SIGN_CELL_PX, texelsPerPx: TEXELS_PER_PX }
    writeField(bytes, FIELD_WIDTH, left, top, cell, { outline: SIGNS[priority], strokes: SIGN_DIGITS[priority] })
  }
  return bytes
}

/** A copy of the signs with the kind's plate and glyph at the left top. */
export function symbolField({ shape, glyph }: AnyKind['symbol'], signs: Uint8Array): Uint8Array {
  const bytes = signs.slice()
  const plate = { halfPx: PLATE_CELL_PX, texelsPerPx: TEXELS_PER_PX }
  writeField(bytes, FIELD_WIDTH, 0, 0, plate, { outline: PLATES[shape], strokes: glyphPath(shape, glyph) })
  return bytes
}
