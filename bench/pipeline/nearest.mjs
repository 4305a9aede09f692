// How far points lie from a mesh: cells of a cube grid, asked ring by ring until no nearer triangle can follow.

/** @returns {(x: number, y: number, z: number) => number} metres to the nearest point of the mesh */
export function distanceTo(positions, indices) {
  const count = indices.length / 3
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i++) {
    low[i % 3] = Math.min(low[i % 3], positions[i])
    high[i % 3] = Math.max(high[i % 3], positions[i])
  }
  const span = low.map((l, k) => high[k] - l)
  // About two triangles a cell of the surface: most of a capture is one sheet.
  const cell = Math.max(
    Math.sqrt((2 * (span[0] * span[1] + span[1] * span[2] + span[2] * span[0])) / count),
    Math.max(...span) / 1000,
    1e-6,
  )
  const sides = span.map((s) => Math.floor(s / cell) + 1)
  const cellOf = (value, k) => Math.max(0, Math.min(sides[k] - 1, Math.floor((value - low[k]) / cell)))
  const cells = new Map()
  for (let t = 0; t < count; t++) {
    const corners = [0, 1, 2].map((c) => 3 * indices[3 * t + c])
    const [from, to] = [Math.min, Math.max].map((pick) => [0, 1, 2].map((k) => cellOf(pick(...corners.map((c) => positions[c + k])), k)))
    for (let z = from[2]; z <= to[2]; z++)
      for (let y = from[1]; y <= to[1]; y++)
        for (let x = from[0]; x <= to[0]; x++) {
          const key = (z * sides[1] + y) * sides[0] + x
          const list = cells.get(key)
          if (list === undefined) cells.set(key, [t])
          else list.push(t)
        }
  }
  const rings = Math.max(...sides)
  return (px, py, pz) => {
    const at = [cellOf(px, 0), cellOf(py, 1), cellOf(pz, 2)]
    let best = Infinity
    for (let ring = 0; ring <= rings; ring++) {
      // All that a further ring holds is at least this far.
      if (best <= ((ring - 1) * cell) ** 2) break
      for (let z = Math.max(0, at[2] - ring); z <= Math.min(sides[2] - 1, at[2] + ring); z++)
        for (let y = Math.max(0, at[1] - ring); y <= Math.min(sides[1] - 1, at[1] + ring); y++) {
          const shell = Math.abs(z - at[2]) === ring || Math.abs(y - at[1]) === ring
          for (let x = at[0] - ring; x <= at[0] + ring; x += shell || ring === 0 ? 1 : 2 * ring) {
            if (x < 0 || x >= sides[0]) continue
            const list = cells.get((z * sides[1] + y) * sides[0] + x)
            if (list !== undefined) for (const t of list) best = Math.min(best, squaredTo(positions, indices, 3 * t, px, py, pz))
          }
        }
    }
    return Math.sqrt(best)
  }
}

/** Squared distance to a triangle: the nearest of its seven regions (Ericson, Real-Time Collision Detection, 5.1.5). */
function squaredTo(p, indices, i, x, y, z) {
  const [a, b, c] = [3 * indices[i], 3 * indices[i + 1], 3 * indices[i + 2]]
  const [abx, aby, abz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]]
  const [acx, acy, acz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]]
  const [apx, apy, apz] = [x - p[a], y - p[a + 1], z - p[a + 2]]
  const d1 = abx * apx + aby * apy + abz * apz
  const d2 = acx * apx + acy * apy + acz * apz
  const away = (v, w) => (apx - v * abx - w * acx) ** 2 + (apy - v * aby - w * acy) ** 2 + (apz - v * abz - w * acz) ** 2
  if (d1 <= 0 && d2 <= 0) return away(0, 0)
  const bb = abx * abx + aby * aby + abz * abz
  const cc = acx * acx + acy * acy + acz * acz
  const bc = abx * acx + aby * acy + abz * acz
  const [d3, d4, d5, d6] = [d1 - bb, d2 - bc, d1 - bc, d2 - cc]
  if (d3 >= 0 && d4 <= d3) return away(1, 0)
  if (d6 >= 0 && d5 <= d6) return away(0, 1)
  const vc = d1 * d4 - d3 * d2
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return away(d1 / (d1 - d3), 0)
  const vb = d5 * d2 - d1 * d6
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return away(0, d2 / (d2 - d6))
  const va = d3 * d6 - d5 * d4
  if (va <= 0 && d4 >= d3 && d5 >= d6) {
    const w = (d4 - d3) / (d4 - d3 + d5 - d6)
    return away(1 - w, w)
  }
  const sum = va + vb + vc
  return sum === 0 ? away(0, 0) : away(vb / sum, vc / sum)
}
