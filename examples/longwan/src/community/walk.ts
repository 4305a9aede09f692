// Where the demo's person walks in the community: along its lanes, on the ground that the plan knows.
import { SITE_DEPTH_METERS, SITE_WIDTH_METERS } from '../capture/place/grid.ts'
import { LANES, MAIN_LANE_X } from '../capture/scene/plan.ts'
import { groundHeight, type Point2, planToSite, siteToPlan } from '../capture/scene/terrain.ts'

/** The twin's origin lies in the middle of the site. */
const toEnu = ([x, y]: Point2): Point2 => {
  const [east, north] = planToSite(x, y)
  return [east - SITE_WIDTH_METERS / 2, north - SITE_DEPTH_METERS / 2]
}

/** From her building in the second lane over the main lane to the service centre, and back through the third. Plan metres. */
const CORNERS: readonly Point2[] = [
  [96, LANES[1]],
  [MAIN_LANE_X, LANES[1]],
  [MAIN_LANE_X, LANES[0]],
  [242, LANES[0]],
  [MAIN_LANE_X, LANES[0]],
  [MAIN_LANE_X, LANES[2]],
  [96, LANES[2]],
  [MAIN_LANE_X, LANES[2]],
  [MAIN_LANE_X, LANES[1]],
]

/** Metres [east, north] of the origin. */
export const COMMUNITY_ROUTE: readonly Point2[] = CORNERS.map(toEnu)

/** The community's ground, metres above the origin's height. */
export const communityGround = (east: number, north: number): number =>
  groundHeight(...siteToPlan(east + SITE_WIDTH_METERS / 2, north + SITE_DEPTH_METERS / 2))
