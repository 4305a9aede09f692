// Names in a document that this twinmap has no meaning for, though the document is sound: each is told once, in one sentence of its sort,
// on the page and by the server. What stands in for it is said, so that nobody wonders at what is shown.
import { TwinError } from '../error/twin-error.ts'
import { nearest } from '../kind/closed.ts'
import { GLYPH_NAMES } from '../kind/glyphs.ts'
import { isUnit, nearUnit } from '../kind/unit.ts'
import type { TwinDocument } from './document.ts'
import { plannedIn } from './planned.ts'

interface Unknown {
  readonly path: string
  readonly written: string
  readonly meant: string | undefined
}

const told = ({ path, written, meant }: Unknown): string =>
  `${path} is ${JSON.stringify(written.slice(0, 60))}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`

function warning(code: 'glyph-unknown' | 'unit-unknown', unknown: readonly Unknown[], law: string): readonly TwinError[] {
  if (unknown.length === 0) return []
  return [new TwinError(code, `${unknown.map(told).join(', ')}; ${law}`, { paths: unknown.map(({ path }) => path).join(' ') })]
}

/** A warning for each sort of name that is not known here: glyphs, units. */
export function unknownNamesIn({ kinds }: Pick<TwinDocument, 'kinds'>): readonly TwinError[] {
  const glyphs = kinds.flatMap(({ symbol: { glyph } }, i): Unknown[] =>
    (GLYPH_NAMES as readonly string[]).includes(glyph)
      ? []
      : [{ path: `kinds[${i}].symbol.glyph`, written: glyph, meant: nearest(glyph, GLYPH_NAMES) }],
  )
  const units = kinds.flatMap(({ fields }, i) =>
    Object.entries(fields).flatMap(([name, field]): Unknown[] =>
      field.type !== 'quantity' || isUnit(field.unit)
        ? []
        : [{ path: `kinds[${i}].fields.${name}.unit`, written: field.unit, meant: nearUnit(field.unit) }],
    ),
  )
  return [
    ...warning('glyph-unknown', glyphs, `the glyph of the shape stands in; known are ${GLYPH_NAMES.join(', ')}`),
    ...warning('unit-unknown', units, 'no code of UCUM that is known here, so it is shown as it is written'),
  ]
}

/** All that a sound document is told of once: what is planned, and names that are not known. */
export function warningsOf(doc: TwinDocument): readonly TwinError[] {
  const planned = plannedIn(doc)
  return [...(planned === null ? [] : [planned]), ...unknownNamesIn(doc)]
}

/** Layers of a kind that nobody declares; they stay empty, and the rest is shown. */
export function unknownKindsIn({ layers }: Pick<TwinDocument, 'layers'>, known: Iterable<string>): readonly TwinError[] {
  const names = [...known]
  return layers.flatMap(({ id, kind }, i) => {
    if (kind === undefined || names.includes(kind)) return []
    const meant = nearest(kind, names)
    const what = meant === undefined ? 'declare it in "kinds".' : `did you mean ${meant}?`
    const sentence = `layers[${i}].kind is ${JSON.stringify(kind.slice(0, 60))}, which is declared neither by the document nor here; ${what} Layer ${id} stays empty`
    return [new TwinError('kind-invalid', sentence, { layer: id, path: `layers[${i}].kind` })]
  })
}
