// Live flow: columns, standing alarms, freshness -> **flags** -> motion. One word a slot; bits in layout.ts.
import type { Value } from '../record/record.ts'
import { type Columns, hasPlace, valueAt } from './columns.ts'
import { FRESHNESS_SHIFT, HAS_HEADING, HEADING_SHIFT, HIDDEN, PRIORITY_SHIFT, TONE_SHIFT, TONES, UNACKNOWLEDGED } from './layout.ts'

export function flagsOf(
  columns: Columns,
  slot: number,
  { priority, unacknowledged, freshness }: { readonly priority: number; readonly unacknowledged: boolean; readonly freshness: number },
): number {
  const { kind } = columns
  let flags = hasPlace(columns, slot) ? 0 : HIDDEN
  flags |= (freshness << FRESHNESS_SHIFT) | (priority << PRIORITY_SHIFT) | (unacknowledged ? UNACKNOWLEDGED : 0)
  flags |= toneOf(columns, slot) << TONE_SHIFT
  const headingDeg = kind.heading === undefined ? null : told(columns, kind.heading, slot)
  if (typeof headingDeg === 'number') flags |= HAS_HEADING | (headingByte(headingDeg) << HEADING_SHIFT)
  return flags >>> 0
}

/** 1/256 turn, rounded; 360° is 0. */
export const headingByte = (headingDeg: number): number => Math.round((headingDeg / 360) * 256) & 0xff

function toneOf(columns: Columns, slot: number): number {
  const { state } = columns.kind.symbol
  if (state === undefined) return 0
  const value = told(columns, state.field, slot)
  if (typeof value !== 'string' || !Object.hasOwn(state.tone, value)) return 0
  return Math.max(0, TONES.indexOf(state.tone[value]!))
}

function told({ properties }: Columns, property: string, slot: number): Value | null {
  const column = properties.get(property)
  return column === undefined ? null : valueAt(column, slot)
}
