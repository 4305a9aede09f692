// What a source says of where a thing is, judged before anything believes it. A place that cannot be meant is left out and
// told; a place that is only unlikely, outside the twin's area, is kept and told, because a wearer may have travelled.
import { type Area, isInArea } from '../geo/area.ts'
import type { Location, Told } from './record.ts'

/**
 * Degrees around [0, 0] in which no place is meant, 11 cm: a receiver without a fix says zeros ("null island", in the Gulf of
 * Guinea). Some round or average on the way, so not the exact zeros alone.
 */
const NULL_ISLAND_DEG = 1e-6
/** Metres above the ellipsoid at which a thing on, under or above the ground can be: the Dead Sea's shore −420, Qomolangma 8,820. */
const LEAST_HEIGHT_METERS = -500
const MOST_HEIGHT_METERS = 9_000

/** What stands of a location, and what is told of it; neither where none was sent. */
export interface JudgedLocation {
  readonly location?: Location
  readonly told?: { readonly code: Told['code'] & ('location-invalid' | 'location-outside'); readonly message: string }
}

/**
 * A location by its shape alone: two or three numbers, on this earth. It is wider than what {@link judgeLocation} lets in, so
 * that a viewer reads whatever a store holds from before.
 */
export function locationOf(raw: unknown): Location | null {
  if (!Array.isArray(raw) || (raw.length !== 2 && raw.length !== 3)) return null
  const [lon, lat, height] = raw as unknown[]
  if (typeof lon !== 'number' || typeof lat !== 'number' || !isOnEarth(lon, lat)) return null
  if (raw.length === 2) return [lon, lat]
  return typeof height === 'number' && height >= -12_000 && height <= 100_000 ? [lon, lat, height] : null
}

const isOnEarth = (lon: number, lat: number): boolean => Math.abs(lon) <= 180 && Math.abs(lat) <= 90

/**
 * Judges the location of a record. Degrees in the datum of the twin, metres above the ellipsoid. Exchanged axes are found
 * where the latitude cannot be one, and, given the area, also where both numbers could be: outside it as they stand, inside
 * it when exchanged.
 *
 * @param raw - parsed JSON, from anybody.
 * @param area - where the things of this twin are expected.
 */
export function judgeLocation(raw: unknown, area: Area | undefined): JudgedLocation {
  if (raw === undefined || raw === null) return {}
  if (!isNumbers(raw))
    return leftOut('location must be [degrees east, degrees north] or [degrees east, degrees north, metres above the ellipsoid]')
  const [lon, lat, height] = raw
  const pair = `location [${lon}, ${lat}]`
  if (Math.abs(lon) <= NULL_ISLAND_DEG && Math.abs(lat) <= NULL_ISLAND_DEG)
    return leftOut(`${pair} is what a receiver without a fix says; send no location until it has one`)
  const isInside = area === undefined ? isOnEarth(lon, lat) : isInArea(area, lon, lat)
  const isInsideExchanged = area === undefined ? isOnEarth(lat, lon) : isInArea(area, lat, lon)
  if (!isInside && isInsideExchanged) return leftOut(`${pair} looks exchanged; send degrees east first, then degrees north`)
  if (!isOnEarth(lon, lat)) return leftOut(`${pair} is no place on earth; send degrees east, then degrees north`)
  if (height !== undefined && !(height >= LEAST_HEIGHT_METERS && height <= MOST_HEIGHT_METERS))
    return leftOut(
      `location is ${height} m above the ellipsoid, expected ${LEAST_HEIGHT_METERS} to ${MOST_HEIGHT_METERS}; send metres, or no height where none is known`,
    )
  const location: Location = height === undefined ? [lon, lat] : [lon, lat, height]
  if (isInside) return { location }
  const message = `${pair} is outside the twin's area [${area!.join(', ')}]; it is kept; correct the device, or the area of the twin document`
  return { location, told: { code: 'location-outside', message } }
}

const isNumbers = (raw: unknown): raw is [number, number] | [number, number, number] =>
  Array.isArray(raw) && (raw.length === 2 || raw.length === 3) && raw.every((each) => typeof each === 'number')

const leftOut = (why: string): JudgedLocation => ({
  told: { code: 'location-invalid', message: `${why}; left out, the rest of the record stands` },
})
