// Read: a face of more than three corners as triangles.
import earcut from 'earcut'

/**
 * Cuts ears off a simple polygon, seen along its own normal (Newell's method), so concave faces come out right. A polygon whose
 * corners have no place yet becomes a fan.
 *
 * @returns triples of places in `polygon`, which turn as it does
 */
export function triangulate(positions: Float64Array, polygon: readonly number[]): [number, number, number][] {
  const plane = project(positions, polygon)
  const places = earcut(plane)
  const triangles: [number, number, number][] = []
  for (let i = 0; i < places.length; i += 3) {
    const [a, b, c] = [places[i]!, places[i + 1]!, places[i + 2]!]
    triangles.push(cross(plane, a, b, c) < 0 ? [a, c, b] : [a, b, c])
  }
  return triangles.length > 0 ? triangles : Array.from({ length: polygon.length - 2 }, (_, i) => [0, i + 1, i + 2])
}

/** x, y per corner on the coordinate plane that the polygon's normal faces most, turned to run counter-clockwise. */
function project(p: Float64Array, polygon: readonly number[]): Float64Array {
  const normal = [0, 0, 0]
  // A corner that the file defines later has no place yet; such a face is cut as a fan.
  const at = (i: number, k: number) => p[3 * polygon[i]! + k] ?? 0
  for (let i = 0; i < polygon.length; i++) {
    const j = (i + 1) % polygon.length
    for (let k = 0; k < 3; k++) {
      const [u, v] = [(k + 1) % 3, (k + 2) % 3]
      normal[k]! += (at(i, u) - at(j, u)) * (at(i, v) + at(j, v))
    }
  }
  const axis = [0, 1, 2].reduce((best, k) => (Math.abs(normal[k]!) > Math.abs(normal[best]!) ? k : best), 0)
  const [u, v] = normal[axis]! >= 0 ? [(axis + 1) % 3, (axis + 2) % 3] : [(axis + 2) % 3, (axis + 1) % 3]
  return Float64Array.from({ length: polygon.length * 2 }, (_, i) => at(i >> 1, i % 2 === 0 ? u : v))
}

const cross = (q: Float64Array, a: number, b: number, c: number): number =>
  (q[2 * b]! - q[2 * a]!) * (q[2 * c + 1]! - q[2 * a + 1]!) - (q[2 * b + 1]! - q[2 * a + 1]!) * (q[2 * c]! - q[2 * a]!)
