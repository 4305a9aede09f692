// The names that a kind's `symbol.glyph` may give; labels/symbol-paths.ts has their strokes.
export const GLYPH_NAMES = [
  'building',
  'camera',
  'event',
  'facility',
  'field',
  'grid',
  'manhole',
  'parking',
  'person',
  'sluice',
  'streetlight',
  'throw',
  'vehicle',
  'water',
  'well',
  'wristband',
] as const

export type GlyphName = (typeof GLYPH_NAMES)[number]
