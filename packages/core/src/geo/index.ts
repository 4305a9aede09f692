export { CGCS2000, type Ellipsoid, ecefToGeodetic, type Geodetic, geodeticToEcef, type Vec3, WGS84 } from './ellipsoid.ts'
export {
  type EnuFrame,
  ecefToEnu,
  ecefToEnuMatrix,
  enuFrame,
  enuToEcef,
  enuToEcefMatrix,
  enuToGeodetic,
  geodeticToEnu,
  type LocalOrigin,
} from './enu.ts'
export type { Projection, ReferenceDefinition } from './epsg.ts'
export { type ReadReference, readReference } from './read-reference.ts'
export { type GridPoint, makeReference, type Reference, referenceOf } from './reference.ts'
export { type BoundingVolume, isOnEarth, ON_EARTH_METERS, type Sphere, shiftToOrigin, sphereOfVolume } from './volume.ts'
