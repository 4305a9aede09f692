// Read: a face of more than three corners as triangles.

/**
 * Cuts ears off a simple polygon, seen along its own normal (Newell's method), so concave faces come out right. Where no ear is left
 * (a crossed polygon) the rest becomes a fan.
 *
 * @returns triples of places in `polygon`
 */
export function triangulate(positions: Float64Array, polygon: readonly number[]): [number, number, number][] {
  const count = polygon.length
  const plane = project(positions, polygon)
  const left = Array.from({ length: count }, (_, i) => i)
  const triangles: [number, number, number][] = []
  while (left.length > 3) {
    const ear = left.findIndex((_, i) => isEar(plane, left, i))
    const at = ear < 0 ? 1 : ear
    triangles.push([left[(at + left.length - 1) % left.length]!, left[at]!, left[(at + 1) % left.length]!])
    left.splice(at, 1)
  }
  triangles.push([left[0]!, left[1]!, left[2]!])
  return triangles
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

function isEar(q: Float64Array, left: readonly number[], i: number): boolean {
  const a = left[(i + left.length - 1) % left.length]!
  const b = left[i]!
  const c = left[(i + 1) % left.length]!
  if (cross(q, a, b, c) <= 0) return false
  return left.every((d) => d === a || d === b || d === c || !(cross(q, a, b, d) >= 0 && cross(q, b, c, d) >= 0 && cross(q, c, a, d) >= 0))
}
