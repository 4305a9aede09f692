// The small drawings of lists and cards: shape tells the kind, the sign tells the severity by form, colour and number.
import { glyphPath, PLATES, SIGN_DIGITS, SIGNS } from '@twinmap/core/internal/labels/symbol-paths'
import type { Priority, Shape } from '@twinmap/core/kind'
import { html, type TemplateResult } from 'lit'

/** A kind's plate with its glyph, as a layer list shows it. */
export const kindMark = ({ shape, glyph }: { readonly shape: Shape; readonly glyph: string }): TemplateResult => html`
  <svg class="mark" viewBox="-18 -18 36 36" aria-hidden="true">
    <path d=${PLATES[shape]} stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"></path>
    <path d=${glyphPath(shape, glyph)} stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"></path>
  </svg>`

export { SIGN_DIGITS, SIGNS }

const HUES = { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' } as const

export const hueOf = (priority: Priority): 'red' | 'orange' | 'yellow' | 'blue' => HUES[priority]

/** Octagon 1, triangle 2, diamond 3, circle 4, the number always inside. Styled by mark-styles.ts. */
export const severitySign = (priority: Priority, label: string): TemplateResult => html`
  <svg class="sign ${HUES[priority]}" viewBox="-12 -12 24 24" role="img" aria-label=${label}>
    <path d=${SIGNS[priority]}></path>
    <path class="digit" d=${SIGN_DIGITS[priority]}></path>
  </svg>`
