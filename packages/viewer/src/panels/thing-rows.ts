// What the worker says is in the picture -> rows of the list for who cannot see or point at it. Pure.
import type { Handle, ThingInView } from '@twinmap/core'
import type { AnyKind } from '@twinmap/core/kind'
import { withUnit } from '../locale/quantity.ts'
import { type Locale, said } from '../locale/words.ts'
import type { Kinds } from './alarm-rows.ts'

/** So many are listed, the nearest: a list that is longer is not read. */
export const MOST_THINGS = 50

export interface ThingRow {
  readonly handle: Handle
  /** Masked where it is a person's. */
  readonly name: string
  /** `人员手环` */
  readonly kind: string
  readonly symbol: Pick<AnyKind['symbol'], 'shape' | 'glyph'> | null
  /** From the eye: `40 m`. */
  readonly away: string
  /** Of its worst standing alarm; 0: none. */
  readonly priority: ThingInView['priority']
}

export const thingKey = ({ handle: { layer, slot, generation } }: Pick<ThingRow, 'handle'>): string =>
  JSON.stringify([layer, slot, generation])

export const thingRows = (things: readonly ThingInView[], kinds: Kinds, locale: Locale): readonly ThingRow[] =>
  things.map(({ handle, kind, name, priority, distanceMeters }) => {
    const known = kinds.get(kind)
    return {
      handle,
      name,
      kind: known === undefined ? kind : said(known.label, locale),
      symbol: known?.symbol ?? null,
      away: withUnit(Math.round(distanceMeters), 'm', 0, locale),
      priority,
    }
  })
