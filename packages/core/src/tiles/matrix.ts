// 4 × 4 matrices in float64, column-major, as plain arrays: what places a tile's parts must not pass through float32.

export type Matrix = readonly number[]

export const IDENTITY: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

export const translation = ([x, y, z]: readonly number[]): Matrix => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x!, y!, z!, 1]

/** a · b: first b, then a. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const out = new Array<number>(16)
  for (let column = 0; column < 16; column += 4)
    for (let row = 0; row < 4; row++)
      out[column + row] = a[row]! * b[column]! + a[row + 4]! * b[column + 1]! + a[row + 8]! * b[column + 2]! + a[row + 12]! * b[column + 3]!
  return out
}

/** Translation · rotation (unit quaternion x, y, z, w) · scale, as glTF nodes tell them. */
export function compose(t: readonly number[], q: readonly number[], s: readonly number[]): Matrix {
  const [x, y, z, w] = q as [number, number, number, number]
  const [sx, sy, sz] = s as [number, number, number]
  return [
    (1 - 2 * (y * y + z * z)) * sx,
    2 * (x * y + z * w) * sx,
    2 * (x * z - y * w) * sx,
    0,
    2 * (x * y - z * w) * sy,
    (1 - 2 * (x * x + z * z)) * sy,
    2 * (y * z + x * w) * sy,
    0,
    2 * (x * z + y * w) * sz,
    2 * (y * z - x * w) * sz,
    (1 - 2 * (x * x + y * y)) * sz,
    0,
    t[0]!,
    t[1]!,
    t[2]!,
    1,
  ]
}

export type UpAxis = 'X' | 'Y' | 'Z'

/** Turns a glTF whose up axis is told by the tileset's `gltfUpAxis` (default Y) so that Z is up. Exact: no sine of π. */
export function zUp(axis: UpAxis): Matrix {
  if (axis === 'Y') return [1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1]
  if (axis === 'X') return [0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 1]
  return IDENTITY
}
