// Geodetic places and earth-centred metres, both ways, in float64. ECEF never reaches a float32: what is drawn counts
// from the twin's origin (enu.ts).

/** An ellipsoid of revolution: semi-major axis in metres, flattening, and what follows from the two. */
export interface Ellipsoid {
  readonly name: 'WGS84' | 'CGCS2000'
  readonly a: number
  readonly f: number
  /** Semi-minor axis, metres. */
  readonly b: number
  /** First eccentricity squared. */
  readonly e2: number
}

const ellipsoid = (name: Ellipsoid['name'], a: number, inverseFlattening: number): Ellipsoid => {
  const f = 1 / inverseFlattening
  return { name, a, f, b: a * (1 - f), e2: f * (2 - f) }
}

/** EPSG:7030. */
export const WGS84 = ellipsoid('WGS84', 6_378_137, 298.257223563)
/** EPSG:1024 (GB 22021-2008). Its pole is 0.1 mm from that of WGS84. */
export const CGCS2000 = ellipsoid('CGCS2000', 6_378_137, 298.257222101)

export const ELLIPSOIDS = { WGS84, CGCS2000 } as const

/** A place: degrees at the public border, height above the ellipsoid in metres. */
export interface Geodetic {
  readonly longitude: number
  readonly latitude: number
  readonly heightEllipsoidalMeters: number
}

export type Vec3 = readonly [x: number, y: number, z: number]

const RADIANS = Math.PI / 180

/** Earth-centred, earth-fixed metres of a place (EPSG guidance note 7-2, § 4.1.1). */
export function geodeticToEcef(
  { longitude, latitude, heightEllipsoidalMeters: h }: Geodetic,
  on: Ellipsoid = WGS84,
): [number, number, number] {
  const sinLat = Math.sin(latitude * RADIANS)
  const cosLat = Math.cos(latitude * RADIANS)
  const n = on.a / Math.sqrt(1 - on.e2 * sinLat * sinLat)
  return [
    (n + h) * cosLat * Math.cos(longitude * RADIANS),
    (n + h) * cosLat * Math.sin(longitude * RADIANS),
    (n * (1 - on.e2) + h) * sinLat,
  ]
}

/**
 * The place of earth-centred metres, by Bowring's parametric latitude (1976), repeated until it stands still: under a
 * micrometre from −10 km to 10,000 km of height. At the earth's centre every latitude is right; it answers 90°.
 */
export function ecefToGeodetic([x, y, z]: Vec3, on: Ellipsoid = WGS84): Geodetic {
  const p = Math.hypot(x, y)
  const longitude = p === 0 ? 0 : Math.atan2(y, x)
  const ep2 = (on.a * on.a - on.b * on.b) / (on.b * on.b)
  // Parametric (reduced) latitude; its tangent alone would overflow at the poles.
  let beta = Math.atan2(on.a * z, on.b * p)
  let latitude = 0
  for (let i = 0; i < 6; i++) {
    const sin = Math.sin(beta)
    const cos = Math.cos(beta)
    latitude = Math.atan2(z + ep2 * on.b * sin ** 3, p - on.e2 * on.a * cos ** 3)
    const next = Math.atan2((1 - on.f) * Math.sin(latitude), Math.cos(latitude))
    if (Math.abs(next - beta) < 1e-15) break
    beta = next
  }
  const sinLat = Math.sin(latitude)
  const cosLat = Math.cos(latitude)
  const n = on.a / Math.sqrt(1 - on.e2 * sinLat * sinLat)
  // Both projections of the same vector; the sum has no division that blows up at pole or equator.
  const heightEllipsoidalMeters = p * cosLat + z * sinLat - (on.a * on.a) / n
  return { longitude: longitude / RADIANS, latitude: latitude / RADIANS, heightEllipsoidalMeters }
}
