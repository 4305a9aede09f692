// The marker grammar as path data: shape = kind, glyph = what it is, sign = alarm priority. SVG path syntax, CSS px,
// centred on 0,0, y down. One source for the engine's distance fields, for legends and for alarm lists.
import type { GlyphName } from '../kind/glyphs.ts'
import type { Priority, Shape } from '../kind/kind.ts'

/** Closed outlines, about 32 × 32. A chevron points up, a wedge points right. */
export const PLATES: Readonly<Record<Shape, string>> = {
  circle: 'M-14,0a14,14 0 1 0 28,0a14,14 0 1 0 -28,0z',
  square: 'M-9,-13h18a4,4 0 0 1 4,4v18a4,4 0 0 1 -4,4h-18a4,4 0 0 1 -4,-4v-18a4,4 0 0 1 4,-4z',
  capsule: 'M-9,-6a9,9 0 0 1 18,0v12a9,9 0 0 1 -18,0z',
  wedge: 'M-13,-10h13a3,3 0 0 1 2,1l11,9l-11,9a3,3 0 0 1 -2,1h-13a3,3 0 0 1 -3,-3v-14a3,3 0 0 1 3,-3z',
  chevron: 'M0,-15l12,26l-12,-6l-12,6z',
  house: 'M0,-15l14,11v14a3,3 0 0 1 -3,3h-22a3,3 0 0 1 -3,-3v-14z',
  sheet: 'M-12,-13h17l7,7v16a3,3 0 0 1 -3,3h-21a3,3 0 0 1 -3,-3v-20a3,3 0 0 1 3,-3z',
}

/** The shapes that turn with the heading of what they show, and which way they point unturned, rad clockwise from up. */
export const POINTS_AT_RAD: Readonly<Partial<Record<Shape, number>>> = { chevron: 0, wedge: Math.PI / 2 }

/** Where the middle of a turning shape's glyph is, px: the glyph stays upright about it. */
export const GLYPH_AT_PX: Readonly<Partial<Record<Shape, readonly [number, number]>>> = { wedge: [-3, 0] }

/** Strokes 2 px wide with round ends, by the name that a kind's `symbol.glyph` gives. */
export const GLYPHS: Readonly<Record<GlyphName, string>> = {
  person: 'M0,-6a3.2,3.2 0 1 0 .01,0zM-6,8c0,-8 12,-8 12,0',
  wristband: 'M0,-6a3.2,3.2 0 1 0 .01,0zM-6,8c0,-8 12,-8 12,0',
  manhole: 'M-6,0a6,6 0 1 0 12,0a6,6 0 1 0 -12,0M-3,-2h6M-3,2h6',
  parking: 'M-3,7v-14h4.5a4,4 0 0 1 0,8h-4.5',
  well: 'M0,-7c5,6 6,8 6,10a6,6 0 0 1 -12,0c0,-2 1,-4 6,-10',
  water: 'M0,-7c5,6 6,8 6,10a6,6 0 0 1 -12,0c0,-2 1,-4 6,-10',
  sluice: 'M-6,-7v14M6,-7v14M-6,-2h12M0,-7v5M-3,3h6',
  field: 'M-7,6h14M-4,6v-8M0,6v-11M4,6v-8',
  throw: 'M-5,-7v9M0,-7v14M5,-7v6',
  streetlight: 'M-4,-5h5a3,3 0 0 1 3,3M-4,-5v12M2,0h4',
  camera: 'M-9,-4h7v8h-7zM-2,-1l5,-3v8l-5,-3',
  vehicle: '',
  building: 'M-6,8v-8h12v8M0,8v-4',
  facility: 'M-6,8v-8h12v8M0,8v-4',
  event: 'M-6,-3h8M-6,2h11M-6,7h6',
  grid: 'M-6,-3h8M-6,2h11M-6,7h6',
}

/** What a kind with an unknown glyph shows: what its shape stands for. */
const GLYPH_OF_SHAPE: Readonly<Record<Shape, GlyphName>> = {
  circle: 'person',
  square: 'manhole',
  capsule: 'streetlight',
  wedge: 'camera',
  chevron: 'vehicle',
  house: 'facility',
  sheet: 'event',
}

export const glyphPath = (shape: Shape, glyph: string): string =>
  GLYPHS[Object.hasOwn(GLYPHS, glyph) ? (glyph as GlyphName) : GLYPH_OF_SHAPE[shape]]

/** Badges of the priorities, 20 × 20: octagon, triangle, diamond, circle. */
export const SIGNS: Readonly<Record<Priority, string>> = {
  1: 'M-4.1,-10h8.2l5.9,5.9v8.2l-5.9,5.9h-8.2l-5.9,-5.9v-8.2z',
  2: 'M0,-10l11,19h-22z',
  3: 'M0,-11l11,11l-11,11l-11,-11z',
  4: 'M-10,0a10,10 0 1 0 20,0a10,10 0 1 0 -20,0z',
}

/** Their numbers as strokes, so that a sign needs no font; 1.7 px wide. The triangle's stands in its wide half. */
export const SIGN_DIGITS: Readonly<Record<Priority, string>> = {
  1: 'M-2,-2.6l2.4,-1.9v9',
  2: 'M-2.6,.4a2.6,2.6 0 0 1 5.2,0c0,2 -4.4,3.4 -5.2,6.1h5.4',
  3: 'M-2.5,-3.3a2.5,2.2 0 1 1 2.1,3.2a2.7,2.4 0 1 1 -2.5,3.1',
  4: 'M1.2,4.6v-9.2l-4.2,6.4h6.1',
}

/** Fill of a priority, and what is readable on it. */
export const ALARM_FILL: Readonly<Record<Priority, string>> = { 1: '#d3302a', 2: '#ff9f45', 3: '#ffd84d', 4: '#2f74d0' }
export const ON_ALARM_FILL: Readonly<Record<Priority, string>> = { 1: '#ffffff', 2: '#12191c', 3: '#12191c', 4: '#ffffff' }
export const INK = '#0e1418'
export const ACCENT = '#5ccfba'
