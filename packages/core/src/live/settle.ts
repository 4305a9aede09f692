// Live flow: columns -> **settle** -> motion. The height at which a thing stands that came without one: on the captured mesh.

/** What of the capture's ground a thing was set on; docs/formats/heights.md. */
export type SettledGround = 'ground' | 'ground-coarse' | 'surface'

/** The ground at a place, and how well it is known; null where none is. */
export type GroundHeight = (
  longitudeDeg: number,
  latitudeDeg: number,
) => { readonly heightEllipsoidalMeters: number; readonly errorMeters: number; readonly method: SettledGround } | null

export const NO_GROUND: GroundHeight = () => null

/** Where a thing's height comes from: its inventory (`given`), the mesh, or for want of both the twin's origin. */
export interface Settled {
  readonly method: SettledGround | 'given' | 'origin'
  readonly heightEllipsoidalMeters: number
  /** How far the mesh may be off there; null where no mesh was asked. */
  readonly errorMeters: number | null
}

/** Where a thing stands that came without a height. */
export type Settle = (longitudeDeg: number, latitudeDeg: number) => Settled

export const settleOn =
  (ground: GroundHeight, originHeightMeters: number): Settle =>
  (longitude, latitude) =>
    ground(longitude, latitude) ?? { method: 'origin', heightEllipsoidalMeters: originHeightMeters, errorMeters: null }
