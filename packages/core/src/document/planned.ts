// What the format has a place for and no code reads yet. A document may hold it, so that it need not change later; it is told
// once, so that nobody waits for what does not come. docs/formats/twin.md marks the same keys as planned.
import { TwinError } from '../error/twin-error.ts'
import type { TwinDocument } from './document.ts'

/** @returns a warning that names each planned key the document holds; null: it holds none. */
export function plannedIn(doc: Pick<TwinDocument, 'feeds' | 'layers'>): TwinError | null {
  const paths = [
    ...doc.feeds.flatMap(({ history }, i) => (history === undefined ? [] : [`feeds[${i}].history`])),
    ...doc.layers.flatMap(({ style }, i) => (style?.area === undefined ? [] : [`layers[${i}].style.area`])),
  ]
  if (paths.length === 0) return null
  const [are, them] = paths.length === 1 ? ['is', 'it'] : ['are', 'them']
  return new TwinError(
    'document-planned',
    `${paths.join(', ')} ${are} planned and ${paths.length === 1 ? 'has' : 'have'} no effect in this twinmap; leave ${them} out until then, or keep ${them} for then`,
    { paths: paths.join(' ') },
  )
}
