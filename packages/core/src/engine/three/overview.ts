// A view that sees whatever is mounted, for a twin whose own first view sees none of it.
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { type EnuFrame, enuToGeodetic } from '../../geo/enu.ts'
import { FARTHEST_METERS } from '../camera/rig.ts'
import type { View } from '../contract.ts'
import type { SceneSphere } from './tileset/tileset-part.ts'

const PITCH_DEG = -35
/** Radii from the middle: a sphere is seen whole through the engine's lens of 45°. */
const RANGE_RADII = 2.7
const NEAREST_METERS = 30

/** North is up. The spheres are those of the scene, ENU metres of the frame; at least one. */
export function overview(frame: EnuFrame, spheres: readonly SceneSphere[]): View {
  const [largest] = [...spheres].sort((a, b) => b.radiusMeters - a.radiusMeters)
  const middle = [0, 1, 2].map((k) => spheres.reduce((sum, { center }) => sum + center[k]!, 0) / spheres.length) as unknown as Vec3
  const reach = Math.max(...spheres.map(({ center, radiusMeters }) => distance(center, middle) + radiusMeters))
  // Captures so far apart that none would be more than a dot: the largest of them alone.
  const isSpread = reach > 20 * largest!.radiusMeters
  const { center, radiusMeters } = isSpread ? largest! : { center: middle, radiusMeters: reach }
  const range = Math.min(FARTHEST_METERS, Math.max(NEAREST_METERS, radiusMeters * RANGE_RADII))
  const pitch = (PITCH_DEG * Math.PI) / 180
  const eye: Vec3 = [center[0], center[1] - range * Math.cos(pitch), center[2] - range * Math.sin(pitch)]
  return { ...enuToGeodetic(frame, eye), headingDeg: 0, pitchDeg: PITCH_DEG }
}

const distance = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
