// The small drawings of lists and cards: shape tells the kind, the sign tells the severity by form, colour and number.
import type { Priority, Shape } from '@twinmap/core/kind'
import { html, type TemplateResult } from 'lit'

/** Plates, 32 × 32 about 0,0; one per shape of a kind. */
const PLATES: Readonly<Record<Shape, string>> = {
  circle: 'M-14,0a14,14 0 1 0 28,0a14,14 0 1 0 -28,0z',
  square: 'M-9,-13h18a4,4 0 0 1 4,4v18a4,4 0 0 1 -4,4h-18a4,4 0 0 1 -4,-4v-18a4,4 0 0 1 4,-4z',
  capsule: 'M-9,-6a9,9 0 0 1 18,0v12a9,9 0 0 1 -18,0z',
  wedge: 'M-13,-10h13a3,3 0 0 1 2,1l11,9l-11,9a3,3 0 0 1 -2,1h-13a3,3 0 0 1 -3,-3v-14a3,3 0 0 1 3,-3z',
  chevron: 'M0,-15l12,26l-12,-6l-12,6z',
  house: 'M0,-15l14,11v14a3,3 0 0 1 -3,3h-22a3,3 0 0 1 -3,-3v-14z',
  sheet: 'M-12,-13h17l7,7v16a3,3 0 0 1 -3,3h-21a3,3 0 0 1 -3,-3v-20a3,3 0 0 1 3,-3z',
}

/** Glyphs by name; a kind may name one that is not here, and then shows its plate alone. */
const GLYPHS: Readonly<Record<string, string>> = {
  person: 'M0,-6a3.2,3.2 0 1 0 .01,0zM-6,8c0,-8 12,-8 12,0',
  manhole: 'M-6,0a6,6 0 1 0 12,0a6,6 0 1 0 -12,0M-3,-2h6M-3,2h6',
  parking: 'M-3,7v-14h4.5a4,4 0 0 1 0,8h-4.5',
  water: 'M0,-7c5,6 6,8 6,10a6,6 0 0 1 -12,0c0,-2 1,-4 6,-10',
  field: 'M-7,6h14M-4,6v-8M0,6v-11M4,6v-8',
  throw: 'M-5,-7v9M0,-7v14M5,-7v6',
  streetlight: 'M-4,-5h5a3,3 0 0 1 3,3M-4,-5v12M2,0h4',
  camera: 'M-9,-4h7v8h-7zM-2,-1l5,-3v8l-5,-3',
  building: 'M-6,8v-8h12v8M0,8v-4',
  event: 'M-6,-3h8M-6,2h11M-6,7h6',
}

/** A kind's plate with its glyph, as a layer list shows it. */
export const kindMark = ({ shape, glyph }: { readonly shape: Shape; readonly glyph: string }): TemplateResult => html`
  <svg class="mark" viewBox="-18 -18 36 36" aria-hidden="true">
    <path d=${PLATES[shape]} stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"></path>
    <path d=${GLYPHS[glyph] ?? ''} stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"></path>
  </svg>`

const SIGNS: Readonly<Record<Priority, { readonly d: string; readonly hue: 'red' | 'orange' | 'yellow' | 'blue'; readonly y: number }>> = {
  1: { d: 'M-4.1,-10h8.2l5.9,5.9v8.2l-5.9,5.9h-8.2l-5.9,-5.9v-8.2z', hue: 'red', y: 4.8 },
  2: { d: 'M0,-10l11,19h-22z', hue: 'orange', y: 7.4 },
  3: { d: 'M0,-11l11,11l-11,11l-11,-11z', hue: 'yellow', y: 4.8 },
  4: { d: 'M-10,0a10,10 0 1 0 20,0a10,10 0 1 0 -20,0z', hue: 'blue', y: 4.8 },
}

export const hueOf = (priority: Priority): 'red' | 'orange' | 'yellow' | 'blue' => SIGNS[priority].hue

/** Octagon 1, triangle 2, diamond 3, circle 4, the number always inside. Styled by mark-styles.ts. */
export const severitySign = (priority: Priority, label: string): TemplateResult => {
  const { d, hue, y } = SIGNS[priority]
  return html`
    <svg class="sign ${hue}" viewBox="-12 -12 24 24" role="img" aria-label=${label}>
      <path d=${d}></path>
      <text y=${y} text-anchor="middle">${priority}</text>
    </svg>`
}
