// The size and place of a label's chip beside its plate: the worker keeps chips apart by it, the engine draws them by it. CSS px.
import type { Priority, Shape } from '../kind/kind.ts'
import { plateRadiusPx } from '../live/plate.ts'

export const CHIP_FONT_PX = 14
export const CHIP_HEIGHT_PX = 26
export const CHIP_PADDING_PX = 10
/** Where a sign stands in an alarm's chip, and where its text then begins. */
export const CHIP_SIGN_PX = 17
const CHIP_SIGN_TEXT_PX = 32
/** Longer texts end in an ellipsis. */
export const CHIP_WIDEST_PX = 260
/** As `--tw-font` of the design: chips are drawn with the page's fonts. */
export const CHIP_FONT_STACK =
  '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","HarmonyOS Sans SC","MiSans","PingFang SC","Microsoft YaHei UI","Microsoft YaHei","WenQuanYi Micro Hei",system-ui,sans-serif'

export const chipTextLeftPx = (priority: 0 | Priority): number => (priority === 0 ? CHIP_PADDING_PX : CHIP_SIGN_TEXT_PX)

/** About how wide a chip gets, without a font at hand: a hanzi is as wide as the font is high, others 0.6 of it. */
export function chipWidthPx(text: string, priority: 0 | Priority): number {
  let width = chipTextLeftPx(priority) + CHIP_PADDING_PX
  for (const sign of text) width += sign.codePointAt(0)! > 0x2e7f ? CHIP_FONT_PX : CHIP_FONT_PX * 0.6
  return Math.min(CHIP_WIDEST_PX, Math.ceil(width))
}

/** From the plate's centre to the near edge of its chip. */
export const chipOffsetPx = (shape: Shape, priority: 0 | Priority, selected: boolean): number =>
  (selected ? 43 : plateRadiusPx(shape, priority)) + (priority === 1 ? 5 : 6)
