import type { Area } from '../geo/area.ts'
import type { TwinDocument } from './document.ts'

/** Where the things of a twin are expected, as its document says; undefined: it does not say. */
export const areaOf = ({ area }: Pick<TwinDocument, 'area'>): Area | undefined => area
