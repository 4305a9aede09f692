// A coordinate reference system, made ready: grid metres to degrees and back. The order is always easting, northing
// (longitude, latitude), whatever EPSG's register says of a code's axes (it lists 4548 northing first and 4326 latitude
// first): nobody's files follow the register.
import proj4 from 'proj4'
import { TwinError } from '../error/twin-error.ts'
import { CGCS2000, type Geodetic, WGS84 } from './ellipsoid.ts'
import { epsg, type Projection, type ReferenceDefinition } from './epsg.ts'

/** Easting, northing (of a geographic reference: longitude, latitude in degrees), and ellipsoidal height in metres. */
export type GridPoint = readonly [easting: number, northing: number, heightEllipsoidalMeters: number]

/**
 * CGCS2000 and WGS84 are taken as one: their ellipsoids differ by 0.1 mm, their realisations by less than drone
 * photogrammetry can tell, and no public shift between them exists.
 */
export interface Reference {
  readonly definition: ReferenceDefinition
  /**
   * A place of the grid. Heights pass as they are: they must be ellipsoidal already.
   *
   * @throws TwinError `location-invalid` where the point cannot be in this grid, with a guess at what went wrong
   * (northing first, zone before the easting).
   */
  toGeodetic(point: GridPoint): Geodetic
  /** The grid's numbers of a place, unrounded. */
  fromGeodetic(place: Geodetic): [easting: number, northing: number, heightEllipsoidalMeters: number]
}

/** Furthest from its central meridian that a transverse Mercator point is believed, metres: past a 6° zone at the equator. */
const REACH_METERS = 600_000
/** From the equator to a pole along a meridian. */
const QUADRANT_METERS = 10_001_966

const projString = (datum: ReferenceDefinition['datum'], projection: Projection): string => {
  const { a, f } = datum === 'CGCS2000' ? CGCS2000 : WGS84
  const on = `+a=${a} +rf=${1 / f} +no_defs`
  if (projection.method === 'proj') return projection.definition
  if (projection.method === 'geographic') return `+proj=longlat ${on}`
  if (projection.method === 'web-mercator') return '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +units=m +no_defs'
  const { centralMeridianDeg, latitudeOfOriginDeg, scale, falseEastingMeters, falseNorthingMeters } = projection
  return `+proj=tmerc +lat_0=${latitudeOfOriginDeg} +lon_0=${centralMeridianDeg} +k=${scale} +x_0=${falseEastingMeters} +y_0=${falseNorthingMeters} +units=m ${on}`
}

/** Why a point cannot be in a transverse Mercator grid; undefined where it can. */
function misplaced(name: string, projection: Projection, [easting, northing]: GridPoint): string | undefined {
  if (projection.method === 'geographic') {
    if (Math.abs(easting) <= 360 && Math.abs(northing) <= 90) return undefined
    return Math.abs(easting) <= 90 && Math.abs(northing) <= 360
      ? `${name} is given longitude first; this looks like latitude first: swap the two`
      : `${name} takes degrees, longitude first; these are not degrees: name the grid that they are in`
  }
  if (projection.method !== 'transverse-mercator') return undefined
  const { falseEastingMeters: x0, falseNorthingMeters: y0, centralMeridianDeg } = projection
  const fits = (e: number, n: number) => Math.abs(e - x0) <= REACH_METERS && Math.abs(n - y0) <= QUADRANT_METERS
  if (fits(easting, northing)) return undefined
  const where = `is too far from the central meridian ${centralMeridianDeg}°`
  if (fits(northing, easting)) return `${where}; it looks like northing first: give easting, northing`
  const zone = Math.floor(easting / 1e6)
  if (zone >= 13 && zone <= 45 && x0 < 1e6 && fits(easting - zone * 1e6, northing)) {
    const code = zone >= 25 ? 4513 + zone - 25 : 4491 + zone - 13
    return `${where}; its easting begins with zone ${zone}: use EPSG:${code}`
  }
  if (x0 > 1e6 && fits(easting + x0 - 500_000, northing)) return `${where}; its easting lacks the zone that ${name} puts before it`
  return `${where}; check the reference and the unit (metres)`
}

/** Makes a definition ready. Costs a proj4 set-up: make it once, not per point. */
export function makeReference(definition: ReferenceDefinition): Reference {
  const { name, datum, projection } = definition
  const { forward, inverse } = proj4(projString(datum, { method: 'geographic' }), projString(datum, projection))
  const refuse = (point: GridPoint, why: string) =>
    new TwinError('location-invalid', `${name}: easting ${point[0]}, northing ${point[1]} ${why}`, { reference: name, point: [...point] })
  return {
    definition,
    toGeodetic(point) {
      if (!point.every(Number.isFinite)) throw refuse(point, 'is not a finite point; correct the file or the option it came from')
      const why = misplaced(name, projection, point)
      if (why !== undefined) throw refuse(point, why)
      if (projection.method === 'geographic') return { longitude: point[0], latitude: point[1], heightEllipsoidalMeters: point[2] }
      const [longitude, latitude] = inverse([point[0], point[1]]) as [number, number]
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) throw refuse(point, 'has no place in this projection')
      return { longitude, latitude, heightEllipsoidalMeters: point[2] }
    },
    fromGeodetic({ longitude, latitude, heightEllipsoidalMeters }) {
      if (projection.method === 'geographic') return [longitude, latitude, heightEllipsoidalMeters]
      const [easting, northing] = forward([longitude, latitude]) as [number, number]
      return [easting, northing, heightEllipsoidalMeters]
    },
  }
}

/**
 * The reference of a code: `EPSG:4548`, in any case, with or without spaces.
 *
 * @throws TwinError `reference-unknown` with the codes that are known.
 */
export function referenceOf(code: string): Reference {
  const number = /^\s*(?:epsg\s*:{1,2}\s*)?(\d{4,6})\s*$/i.exec(code)?.[1]
  const definition = number === undefined ? undefined : epsg(Number(number))
  if (definition === undefined)
    throw new TwinError(
      'reference-unknown',
      `${code} is no reference that is known here; known are EPSG:4490, 4326, 3857, CGCS2000 Gauss-Krüger 4491 to 4554 and UTM 32601 to 32760. Give any other as WKT or as a +proj string`,
      { reference: code },
    )
  return makeReference(definition)
}
