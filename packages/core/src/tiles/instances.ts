// Tile flow: containers -> **instances** -> content (i3dm). Where a model stands, many times: positions about their mean in float32, the
// mean in float64, so that instances told in ECEF do not tremble.
import { ecefToGeodetic, WGS84 } from '../geo/ellipsoid.ts'
import { type FeatureTable, readGlobal, readProperty } from './containers.ts'
import { corrupt } from './fault.ts'
import { asCount } from './json.ts'
import type { Budget } from './limits.ts'
import { IDENTITY, type Matrix, multiply, translation } from './matrix.ts'

export interface Instances {
  /** To the tile's axes. */
  readonly center: Matrix
  /** Turn and place of each about `center`, 16 numbers each. */
  readonly matrices: readonly Matrix[]
}

/** `tileTransform` says where on the earth the tile is; only EAST_NORTH_UP asks. */
export function readInstances(table: FeatureTable, tileTransform: Matrix, budget: Budget): Instances {
  const count = asCount(table.json['INSTANCES_LENGTH'], 'featureTable.INSTANCES_LENGTH')
  budget.take(count * 64, 'featureTable.INSTANCES_LENGTH')
  const positions = readPositions(table, count)
  const rtc = readGlobal(table, 'RTC_CENTER', 3) ?? [0, 0, 0]
  const mean = [0, 1, 2].map((axis) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += positions[i * 3 + axis]!
    return count === 0 ? 0 : sum / count
  })
  const center = translation([0, 1, 2].map((axis) => mean[axis]! + rtc[axis]!))
  const turnOf = readTurns(table, count, multiply(tileTransform, center), positions, mean)
  const scale = readProperty(table, 'SCALE', 'FLOAT', count, 1)
  const scale3 = readProperty(table, 'SCALE_NON_UNIFORM', 'FLOAT', count, 3)
  const matrices: Matrix[] = []
  for (let i = 0; i < count; i++) {
    const uniform = scale?.[i] ?? 1
    const s = [0, 1, 2].map((axis) => uniform * (scale3?.[i * 3 + axis] ?? 1))
    const place = [0, 1, 2].map((axis) => positions[i * 3 + axis]! - mean[axis]!)
    if (![...place, ...s].every(Number.isFinite)) throw corrupt(`featureTable instance ${i}`, 'stands at no finite place')
    const turn = turnOf(i)
    const matrix = turn.map((each, k) => (k < 12 ? each * s[k >> 2]! : each))
    for (let axis = 0; axis < 3; axis++) matrix[12 + axis] = place[axis]!
    matrices.push(matrix)
  }
  return { center, matrices }
}

function readPositions(table: FeatureTable, count: number): Float64Array {
  const plain = readProperty(table, 'POSITION', 'FLOAT', count, 3)
  if (plain !== undefined) return Float64Array.from(plain)
  const quantized = readProperty(table, 'POSITION_QUANTIZED', 'UNSIGNED_SHORT', count, 3)
  if (quantized === undefined) throw corrupt('featureTable', 'has neither POSITION nor POSITION_QUANTIZED')
  const offset = readGlobal(table, 'QUANTIZED_VOLUME_OFFSET', 3) ?? [0, 0, 0]
  const size = readGlobal(table, 'QUANTIZED_VOLUME_SCALE', 3) ?? [1, 1, 1]
  return Float64Array.from(quantized, (each, i) => offset[i % 3]! + (each / 65_535) * size[i % 3]!)
}

type Vector = readonly [number, number, number]
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
const unit = (a: Vector): Vector => {
  const length = Math.hypot(...a) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}
const axes = (x: Vector, y: Vector, z: Vector): Matrix => [...x, 0, ...y, 0, ...z, 0, 0, 0, 0, 1]

function readTurns(
  table: FeatureTable,
  count: number,
  toEarth: Matrix,
  positions: Float64Array,
  mean: readonly number[],
): (i: number) => Matrix {
  const up = readProperty(table, 'NORMAL_UP', 'FLOAT', count, 3)
  const right = readProperty(table, 'NORMAL_RIGHT', 'FLOAT', count, 3)
  if (up !== undefined && right !== undefined) {
    const at = (list: Float32Array, i: number): Vector => [list[i * 3]!, list[i * 3 + 1]!, list[i * 3 + 2]!]
    return (i) => fromUpRight(at(up, i), at(right, i))
  }
  const upOct = readProperty(table, 'NORMAL_UP_OCT32P', 'UNSIGNED_SHORT', count, 2)
  const rightOct = readProperty(table, 'NORMAL_RIGHT_OCT32P', 'UNSIGNED_SHORT', count, 2)
  if (upOct !== undefined && rightOct !== undefined) {
    const at = (list: Uint16Array, i: number) => octahedral(list[i * 2]! / 65_535, list[i * 2 + 1]! / 65_535)
    return (i) => fromUpRight(at(upOct, i), at(rightOct, i))
  }
  if (table.json['EAST_NORTH_UP'] === true)
    return (i) => eastNorthUp(toEarth, [0, 1, 2].map((axis) => positions[i * 3 + axis]! - mean[axis]!) as unknown as Vector)
  return () => IDENTITY
}

/** Columns right, up, and what stands on both, as the norm's box of an instance has them. */
const fromUpRight = (up: Vector, right: Vector): Matrix => axes(right, up, unit(cross(right, up)))

/** Oct-encoded unit vector of two numbers in 0…1 (Cigolle et al. 2014, A Survey of Efficient Representations for Unit Vectors). */
function octahedral(u: number, v: number): Vector {
  const [x, y] = [u * 2 - 1, v * 2 - 1]
  const z = 1 - Math.abs(x) - Math.abs(y)
  if (z >= 0) return unit([x, y, z])
  return unit([(1 - Math.abs(y)) * Math.sign(x || 1), (1 - Math.abs(x)) * Math.sign(y || 1), z])
}

/** East, north and up of the earth where the instance stands, told in the tile's axes. */
function eastNorthUp(toEarth: Matrix, [x, y, z]: Vector): Matrix {
  const m = toEarth
  const at = [0, 1, 2].map((row) => m[row]! * x + m[row + 4]! * y + m[row + 8]! * z + m[row + 12]!) as unknown as Vector
  const { longitude, latitude } = ecefToGeodetic(at, WGS84)
  const [lon, lat] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180]
  const east: Vector = [-Math.sin(lon), Math.cos(lon), 0]
  const up: Vector = [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)]
  // The tile's own turn is undone: its transform is applied to the instance later. Its axes are orthogonal, so the transpose turns back.
  const back = (v: Vector): Vector =>
    unit([0, 4, 8].map((column) => m[column]! * v[0] + m[column + 1]! * v[1] + m[column + 2]! * v[2]) as unknown as Vector)
  return axes(back(east), back(cross(up, east)), back(up))
}
