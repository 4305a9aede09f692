// The views of a document by name. Core's engine and the page's flights begin from the same law.
import type { TwinDocument, ViewSource } from './document.ts'

/** A camera of a view, without its name. */
export type Stand = Omit<ViewSource, 'id' | 'name'>

/**
 * Where home is: the view whose id is `home`, else the document's first, else south of the origin, looking at it. So `home` is
 * there in every document.
 */
export function homeView({ views, origin }: Pick<TwinDocument, 'views' | 'origin'>): Stand {
  const found = views.find(({ id }) => id === 'home') ?? views[0]
  if (found !== undefined) return standOf(found)
  const heightEllipsoidalMeters = origin.heightEllipsoidalMeters + 250
  return { longitude: origin.longitude, latitude: origin.latitude - 0.003, heightEllipsoidalMeters, headingDeg: 0, pitchDeg: -35 }
}

/** Where the camera begins: the view that was asked for, else the document's first, else home. */
export function firstView(doc: Pick<TwinDocument, 'views' | 'origin'>, id: string | undefined): Stand {
  const found = doc.views.find((view) => view.id === id) ?? (id === 'home' ? undefined : doc.views[0])
  return found === undefined ? homeView(doc) : standOf(found)
}

export const standOf = ({ longitude, latitude, heightEllipsoidalMeters, headingDeg, pitchDeg }: ViewSource): Stand => ({
  longitude,
  latitude,
  heightEllipsoidalMeters,
  headingDeg,
  pitchDeg,
})
