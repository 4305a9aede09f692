// Where the demo stands: site metres -> EPSG:4548 (for the mesh) and -> longitude, latitude (for the inventories).
//
// The site is authored in metres east and north of its south-west corner, true north up, heights in metres above SITE_ORIGIN's height.
// At 117.83° E, 0.83° east of the central meridian, grid north lies 0.5024° from true north and the grid is 1.0000667 times too long:
// both are in the affine map below. Its error over 300 m is under 1 mm (the scale changes by 1.8e-9 a metre); the test holds it against
// the full projection and against constants from another tool.
import proj4 from 'proj4'

/** The twin's origin, as the twin document gives it; the middle of the site stands on it. */
export const SITE_ORIGIN = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4 } as const
export const SITE_WIDTH_METERS = 450
export const SITE_DEPTH_METERS = 350
export const SITE_EPSG = 4548

/** CGCS2000 / 3-degree Gauss-Krüger CM 117E; CGCS2000's ellipsoid is GRS80's but for 0.1 mm. */
const GRID = '+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs'
const toGrid = proj4('+proj=longlat +ellps=GRS80 +no_defs', GRID)

const A = 6378137
const E2 = 0.0066943800229 // of GRS80
const RAD = Math.PI / 180
const sin = Math.sin(SITE_ORIGIN.latitude * RAD)
/** Metres per degree at the origin, along the meridian and along the parallel. */
const METERS_PER_DEGREE_NORTH = (A * (1 - E2) * RAD) / (1 - E2 * sin * sin) ** 1.5
const METERS_PER_DEGREE_EAST = (A * Math.cos(SITE_ORIGIN.latitude * RAD) * RAD) / Math.sqrt(1 - E2 * sin * sin)
/** Parallels curve away from the tangent: y sinks by x² tan φ / 2R, 2.9 mm at 225 m; the cross term shortens a degree to the north. */
const TAN_OVER_R = Math.tan(SITE_ORIGIN.latitude * RAD) / (A / Math.sqrt(1 - E2 * sin * sin))

export interface LonLat {
  readonly longitude: number
  readonly latitude: number
}

/** Site metres (east, north of the south-west corner) to degrees of CGCS2000; under 1 mm off within 300 m of the origin. */
export function siteToLonLat(x: number, y: number): LonLat {
  const east = x - SITE_WIDTH_METERS / 2
  const north = y - SITE_DEPTH_METERS / 2
  return {
    longitude: SITE_ORIGIN.longitude + (east * (1 + north * TAN_OVER_R)) / METERS_PER_DEGREE_EAST,
    latitude: SITE_ORIGIN.latitude + (north - (east * east * TAN_OVER_R) / 2) / METERS_PER_DEGREE_NORTH,
  }
}

export interface GridPoint {
  readonly easting: number
  readonly northing: number
}

export function lonLatToGrid({ longitude, latitude }: LonLat): GridPoint {
  const [easting, northing] = toGrid.forward([longitude, latitude])
  return { easting: easting!, northing: northing! }
}

/** `easting = e0 + ex·x + ey·y` and the same for the northing, with x, y in site metres. */
export interface SiteToGrid {
  readonly e0: number
  readonly ex: number
  readonly ey: number
  readonly n0: number
  readonly nx: number
  readonly ny: number
}

/** The affine map of site metres to the grid, fitted through the projection by central differences over the site. */
export function fitSiteToGrid(): SiteToGrid {
  const cx = SITE_WIDTH_METERS / 2
  const cy = SITE_DEPTH_METERS / 2
  const at = (x: number, y: number) => lonLatToGrid(siteToLonLat(x, y))
  const o = at(cx, cy)
  const [w, e, s, n] = [at(cx - 200, cy), at(cx + 200, cy), at(cx, cy - 200), at(cx, cy + 200)]
  const ex = (e.easting - w.easting) / 400
  const ey = (n.easting - s.easting) / 400
  const nx = (e.northing - w.northing) / 400
  const ny = (n.northing - s.northing) / 400
  return { e0: o.easting - ex * cx - ey * cy, ex, ey, n0: o.northing - nx * cx - ny * cy, nx, ny }
}

/** What `metadata.xml` gives as SRSOrigin: whole metres, so that the OBJ's own numbers stay small. */
export function gridOrigin(): GridPoint {
  const { easting, northing } = lonLatToGrid(SITE_ORIGIN)
  return { easting: Math.round(easting / 10) * 10, northing: Math.round(northing / 10) * 10 }
}
