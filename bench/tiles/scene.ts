// What both pages agree on, so that they are asked for the same tiles.
export const CANVAS = { width: 1280, height: 720 }
export const ERROR_TARGET_PX = 16
export const CACHE_BYTES = 2 ** 31
/** Local ENU metres; the camera looks north and down. */
export const EYE = [0, -330, 240] as const
export const PITCH_DEG = -42
/** Where the tileset's local metres are put. */
export const ORIGIN = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const
