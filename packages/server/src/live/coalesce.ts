// Server flow: cut rows -> **coalesce** -> a slow viewer's message. It works on what a role may see, so that what it leaves out
// and what it joins says nothing about the rest.
import type { Row, Value } from '@twinmap/core/internal/record/record'

/** Rows with only what no later row of them says again, in their order; a row that says nothing more is left out. Set over a state, they make the same of it. */
export function coalesce(rows: readonly Row[]): Row[] {
  const said = new Map<string, Map<string, Set<string>>>()
  const kept: Row[] = []
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!
    let ofKind = said.get(row.kind)
    if (ofKind === undefined) said.set(row.kind, (ofKind = new Map()))
    const later = ofKind.get(row.id)
    if (later === undefined) {
      ofKind.set(row.id, new Set(namesOf(row)))
      kept.push(row)
      continue
    }
    const isLeft = namesOf(row).filter((name) => !later.has(name))
    if (isLeft.length === 0) continue
    for (const name of isLeft) later.add(name)
    const { location, properties, ...whose } = row
    const own: Record<string, Value> = {}
    for (const name of isLeft) if (name !== PLACE) own[name] = properties[name]!
    kept.push({ ...whose, ...(isLeft.includes(PLACE) && { location: location! }), properties: own })
  }
  return kept.reverse()
}

/** No field has an empty name. */
const PLACE = ''

const namesOf = ({ location, properties }: Row): string[] => {
  const names = Object.keys(properties)
  return location === undefined ? names : [PLACE, ...names]
}
