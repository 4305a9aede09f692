import { expect, test } from 'vitest'
import { GLYPH_NAMES } from '../kind/glyphs.ts'
import type { AnyKind } from '../kind/kind.ts'
import { GLYPHS } from '../labels/symbol-paths.ts'
import { unknownKindsIn, unknownNamesIn } from './unknown-names.ts'

const kind = (glyph: string, unit: string): AnyKind =>
  ({
    kind: 'Tank',
    symbol: { shape: 'square', glyph },
    fields: {
      level: { type: 'quantity', label: { zh: '液位', en: 'Level' }, unit, range: [0, 1] },
      name: { type: 'words', label: { zh: '名', en: 'Name' } },
    },
  }) as unknown as AnyKind

test('tells each sort of name once, with all that are unknown, what was meant and what stands in', () => {
  const warnings = unknownNamesIn({ kinds: [kind('manhle', 'celsius'), kind('rocket', 'm'), kind('well', '%')] })
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([
    [
      'glyph-unknown',
      `kinds[0].symbol.glyph is "manhle" (did you mean manhole?), kinds[1].symbol.glyph is "rocket"; the glyph of the shape stands in; known are ${GLYPH_NAMES.join(', ')}`,
    ],
    [
      'unit-unknown',
      'kinds[0].fields.level.unit is "celsius" (did you mean Cel?); no code of UCUM that is known here, so it is shown as it is written',
    ],
  ])
})
test('says nothing where all is known', () => expect(unknownNamesIn({ kinds: [kind('well', 'm3/h')] })).toEqual([]))
test('tells a layer of a kind that nobody declares, with the kind that was meant', () => {
  const layers = [
    { id: 'bands', kind: 'Wristbnd' },
    { id: 'rockets', kind: 'Rocket' },
    { id: 'fine', kind: 'Wristband' },
    { id: 'drawing' },
  ]
  expect(unknownKindsIn({ layers }, ['Wristband', 'Manhole']).map(({ code, message }) => [code, message])).toEqual([
    [
      'kind-invalid',
      'layers[0].kind is "Wristbnd", which is declared neither by the document nor here; did you mean Wristband? Layer bands stays empty',
    ],
    [
      'kind-invalid',
      'layers[1].kind is "Rocket", which is declared neither by the document nor here; declare it in "kinds". Layer rockets stays empty',
    ],
  ])
})
test('each glyph that is named is drawn, and no other', () => expect(Object.keys(GLYPHS).sort()).toEqual([...GLYPH_NAMES].sort()))
