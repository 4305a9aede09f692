// One label's chip as a picture: canvas 2D, because only it has the page's fonts. Flow: LabelShown -> **picture** -> atlas -> GL.
import type { Priority } from '../../../kind/kind.ts'
import {
  CHIP_FONT_PX,
  CHIP_FONT_STACK,
  CHIP_HEIGHT_PX,
  CHIP_PADDING_PX,
  CHIP_SIGN_PX,
  CHIP_WIDEST_PX,
  chipTextLeftPx,
} from '../../../labels/chip.ts'
import { ALARM_FILL, INK, ON_ALARM_FILL, SIGN_DIGITS, SIGNS } from '../../../labels/symbol-paths.ts'

export interface Chip {
  readonly text: string
  readonly priority: 0 | Priority
}

const FONT = `600 ${CHIP_FONT_PX}px ${CHIP_FONT_STACK}`
const SIGN_SCALE = 0.72

/** Draws at the left top of a context that is scaled to CSS px and clear there; answers the chip's width, CSS px. */
export function drawChip(context: CanvasRenderingContext2D, { text, priority }: Chip): number {
  context.font = FONT
  const left = chipTextLeftPx(priority)
  const shown = fitted(context, text, CHIP_WIDEST_PX - left - CHIP_PADDING_PX)
  const width = Math.ceil(left + context.measureText(shown).width + CHIP_PADDING_PX)
  const red = priority === 1
  context.fillStyle = red ? ALARM_FILL[1] : priority > 0 ? '#ffffff' : 'rgb(21 29 34 / 0.9)'
  context.strokeStyle = priority > 0 ? 'rgb(14 20 24 / 0.5)' : 'rgb(255 255 255 / 0.22)'
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(0.5, 0.5, width - 1, CHIP_HEIGHT_PX - 1, 5)
  context.fill()
  context.stroke()
  if (priority > 0) drawSign(context, priority as Priority)
  context.fillStyle = priority > 1 ? '#12191c' : '#ffffff'
  context.textBaseline = 'alphabetic'
  // Hanzi stand about 0.36 of the font's height above and below their middle.
  context.fillText(shown, left, CHIP_HEIGHT_PX / 2 + CHIP_FONT_PX * 0.36)
  return width
}

function drawSign(context: CanvasRenderingContext2D, priority: Priority): void {
  context.save()
  context.translate(CHIP_SIGN_PX, CHIP_HEIGHT_PX / 2)
  context.scale(SIGN_SCALE, SIGN_SCALE)
  const sign = new Path2D(SIGNS[priority])
  context.fillStyle = ALARM_FILL[priority]
  context.fill(sign)
  if (priority === 1) {
    context.lineWidth = 2
    context.strokeStyle = '#ffffff'
    context.stroke(sign)
  }
  context.lineWidth = 1.9
  context.lineCap = context.lineJoin = 'round'
  context.strokeStyle = ON_ALARM_FILL[priority] ?? INK
  context.stroke(new Path2D(SIGN_DIGITS[priority]))
  context.restore()
}

/** The text, or as much of it as fits, with an ellipsis. */
function fitted(context: CanvasRenderingContext2D, text: string, widestPx: number): string {
  if (context.measureText(text).width <= widestPx) return text
  const signs = [...text]
  let [least, most] = [0, signs.length]
  while (least < most) {
    const half = (least + most + 1) >> 1
    if (context.measureText(`${signs.slice(0, half).join('')}…`).width <= widestPx) least = half
    else most = half - 1
  }
  return `${signs.slice(0, least).join('')}…`
}
