import { checkKind } from './check-kind.ts'
import type { AnyKind, ChoiceName, Fields, Kind } from './kind.ts'

/**
 * Declares a kind. The types refuse unknown fields, values, missing languages, units and deadbands; {@link checkKind}
 * refuses what types cannot see, and is also what reads kinds out of a twin document.
 *
 * @throws TwinError `kind-invalid` with the path, the value and what to do.
 * @example
 * export const manhole = defineKind({
 *   kind: 'Manhole',
 *   label: { zh: '窨井', en: 'Manhole' },
 *   fields: { waterLevel: { type: 'quantity', label: { zh: '水位', en: 'Water level' }, unit: 'm', range: [0, 6] } },
 *   symbol: { shape: 'square', glyph: 'manhole' },
 *   alarms: {},
 *   card: ['waterLevel'],
 * })
 */
export function defineKind<const F extends Fields, const S extends ChoiceName<F>>(declared: Kind<F, S>): Kind<F, S> & AnyKind {
  checkKind(declared as unknown as AnyKind)
  return declared as unknown as Kind<F, S> & AnyKind
}
