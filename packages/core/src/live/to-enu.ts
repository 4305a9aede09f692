// Live flow: decode -> columns -> **to ENU** -> motion. The one place where a record's degrees become local metres.
import { ELLIPSOIDS } from '../geo/ellipsoid.ts'
import { enuFrame, type LocalOrigin } from '../geo/enu.ts'

/** Writes local metres of the twin's origin (east, north, up) into `out`. */
export type ToEnu = (longitudeDeg: number, latitudeDeg: number, heightEllipsoidalMeters: number, out: Float64Array) => void

const RADIANS = Math.PI / 180

/** Makes the conversion for one origin. The same as geo's `geodeticToEnu`, written out so that a fix makes no garbage. */
export function createToEnu(origin: LocalOrigin): ToEnu {
  const { ecef, east, north, up } = enuFrame(origin)
  const { a, e2 } = ELLIPSOIDS[origin.datum]
  return (longitude, latitude, height, out) => {
    const sinLat = Math.sin(latitude * RADIANS)
    const cosLat = Math.cos(latitude * RADIANS)
    const n = a / Math.sqrt(1 - e2 * sinLat * sinLat)
    const x = (n + height) * cosLat * Math.cos(longitude * RADIANS) - ecef[0]
    const y = (n + height) * cosLat * Math.sin(longitude * RADIANS) - ecef[1]
    const z = (n * (1 - e2) + height) * sinLat - ecef[2]
    out[0] = east[0] * x + east[1] * y + east[2] * z
    out[1] = north[0] * x + north[1] * y + north[2] * z
    out[2] = up[0] * x + up[1] * y + up[2] * z
  }
}
