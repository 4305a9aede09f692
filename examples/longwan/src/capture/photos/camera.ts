// Photos: where the drone looked from. Orthographic cameras stand for many overlapping photos each: what matters for the look of a capture
// is the set of directions, not the perspective of single photos.
export type Vector = readonly [number, number, number]

export interface Camera {
  readonly forward: Vector
  readonly right: Vector
  readonly up: Vector
  /** Image metres of the first pixel's corner, along `right` and `up`. */
  readonly x0: number
  readonly y0: number
  /** Depth (metres along `forward`) that no point of the bounds falls short of. */
  readonly nearest: number
  readonly pixelMeters: number
  readonly width: number
  readonly height: number
}

export interface Bounds {
  readonly low: Vector
  readonly high: Vector
}

const RAD = Math.PI / 180

/** A direction of view by compass heading and angle from straight down. */
export function lookDirection(headingDeg: number, fromNadirDeg: number): Vector {
  const t = fromNadirDeg * RAD
  return [Math.sin(headingDeg * RAD) * Math.sin(t), Math.cos(headingDeg * RAD) * Math.sin(t), -Math.cos(t)]
}

/** The nine flights: straight down, four at 45°, four diagonals at 52°; turned by 4° so that no axis is favoured. */
export const PHOTO_DIRECTIONS: readonly Vector[] = [
  lookDirection(0, 0),
  ...[0, 90, 180, 270].map((h) => lookDirection(h + 4, 45)),
  ...[0, 90, 180, 270].map((h) => lookDirection(h + 49, 52)),
]

/** Sun from the south-south-west, 53° high: October's own 43° leaves the lanes between slabs black. */
export const SUN_DIRECTION: Vector = unit([0.42, 0.62, -0.98])

export function unit(v: Vector): Vector {
  const l = Math.hypot(...v)
  return [v[0] / l, v[1] / l, v[2] / l]
}

/** The orthographic camera that sees all of `bounds` along `forward`. */
export function makeCamera(direction: Vector, bounds: Bounds, pixelMeters: number): Camera {
  const forward = unit(direction)
  const flat = Math.hypot(forward[0], forward[1])
  const right: Vector = flat < 1e-3 ? [1, 0, 0] : [forward[1] / flat, -forward[0] / flat, 0]
  const up: Vector = [
    right[1] * forward[2] - right[2] * forward[1],
    right[2] * forward[0] - right[0] * forward[2],
    right[0] * forward[1] - right[1] * forward[0],
  ]
  const range = (axis: Vector): readonly [number, number] => {
    let low = 0
    let high = 0
    for (let k = 0; k < 3; k++) {
      low += Math.min(axis[k]! * bounds.low[k]!, axis[k]! * bounds.high[k]!)
      high += Math.max(axis[k]! * bounds.low[k]!, axis[k]! * bounds.high[k]!)
    }
    return [low, high]
  }
  const [x0, x1] = range(right)
  const [y0, y1] = range(up)
  return {
    forward,
    right,
    up,
    x0,
    y0,
    nearest: range(forward)[0],
    pixelMeters,
    width: Math.ceil((x1 - x0) / pixelMeters),
    height: Math.ceil((y1 - y0) / pixelMeters),
  }
}

/**
 * What one flight recorded, shared by the workers: 6 bytes a pixel.
 *
 *     depth  u16  centimetres beyond `camera.nearest` (655 m reach; the longest slant of the site is 481 m); FAR where nothing was seen
 *     ids    u32  what the pixel shows: 0 nothing, 1 ground, then quads, then clumps
 *
 * Centimetres, because the matching noise added to them is ten times coarser; as floats nine photos took 170 MB more.
 */
export interface Photo {
  readonly camera: Camera
  readonly depth: Uint16Array
  readonly ids: Uint32Array
}
export const FAR = 65535
export const DEPTH_UNIT_METERS = 0.01

export function makePhoto(camera: Camera): Photo {
  const pixels = camera.width * camera.height
  return { camera, depth: new Uint16Array(new SharedArrayBuffer(pixels * 2)), ids: new Uint32Array(new SharedArrayBuffer(pixels * 4)) }
}

/** A camera's map from site metres to pixels and depth, flat for inner loops. */
export interface Projector {
  readonly xx: number
  readonly xy: number
  readonly xz: number
  readonly x0: number
  readonly yx: number
  readonly yy: number
  readonly yz: number
  readonly y0: number
  readonly dx: number
  readonly dy: number
  readonly dz: number
}

export function projector({ right: r, up: u, forward: f, x0, y0, pixelMeters }: Camera): Projector {
  const k = 1 / pixelMeters
  return {
    xx: r[0] * k,
    xy: r[1] * k,
    xz: r[2] * k,
    x0: -x0 * k,
    yx: u[0] * k,
    yy: u[1] * k,
    yz: u[2] * k,
    y0: -y0 * k,
    dx: f[0],
    dy: f[1],
    dz: f[2],
  }
}
