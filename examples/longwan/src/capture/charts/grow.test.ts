import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRandom } from '../chance/random.ts'
import { neighbours } from '../mesh/adjacency.ts'
import { makeCamera, makePhoto } from '../photos/camera.ts'
import { growCharts } from './grow.ts'
import { shapeChart } from './shape.ts'

const photos = [
  [0, 0, -1],
  [0.3, 0.2, -0.9],
].map((d) => makePhoto(makeCamera([d[0]!, d[1]!, d[2]!], { low: [0, 0, 0], high: [12, 12, 1] }, 1)))

/** A bumpy sheet of n × n squares. */
function sheet(n: number, seed: number) {
  const chance = makeRandom(seed)
  const positions = new Float32Array((n + 1) * (n + 1) * 3)
  for (let j = 0; j <= n; j++)
    for (let i = 0; i <= n; i++) positions.set([i + chance() * 0.4, j + chance() * 0.4, chance() * 0.6], (j * (n + 1) + i) * 3)
  const indices: number[] = []
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const a = j * (n + 1) + i
      indices.push(a, a + 1, a + n + 2, a, a + n + 2, a + n + 1)
    }
  }
  return { positions, indices: Uint32Array.from(indices) }
}

const anyCase = fc.record({ n: fc.integer({ min: 1, max: 8 }), seed: fc.nat(1e6) })

test('every face that is no hole is in one chart, and a chart is of one photo', () => {
  fc.assert(
    fc.property(anyCase, ({ n, seed }) => {
      const mesh = sheet(n, seed)
      const chance = makeRandom(seed)
      const count = mesh.indices.length / 3
      const choice = {
        camera: Int8Array.from({ length: count }, () => Math.floor(chance() * 3) - 1),
        cell: Int32Array.from({ length: count }, () => Math.floor(chance() * 2)),
        smear: Uint8Array.from({ length: count }, () => Math.floor(chance() * 1.3)),
      }
      const charts = growCharts(mesh, neighbours(mesh.indices, mesh.positions.length / 3), choice, photos, makeRandom(seed))
      const faces = charts.flatMap((c) => c.faces)
      expect(new Set(faces).size).toBe(faces.length)
      expect(faces.length).toBe([...choice.camera].filter((c) => c >= 0).length)
      for (const c of charts)
        for (const f of c.faces) expect([choice.camera[f], choice.cell[f], choice.smear[f]]).toEqual([c.camera, c.cell, c.smear])
    }),
    { numRuns: 40 },
  )
})

test('the rows of a chart hold every point of its triangles with half a texel to spare', () => {
  fc.assert(
    fc.property(anyCase, fc.double({ min: 0.05, max: 0.6, noNaN: true }), ({ n, seed }, texel) => {
      const mesh = sheet(n, seed)
      const faces = Array.from({ length: mesh.indices.length / 3 }, (_, i) => i)
      const s = shapeChart({ camera: seed % 2, cell: 0, smear: 0, faces }, mesh, photos, texel)
      const { right: r, up } = photos[seed % 2]!.camera
      const chance = makeRandom(seed)
      for (let i = 0; i < 200; i++) {
        const f = Math.floor(chance() * faces.length)
        let [wa, wb] = [chance(), chance()]
        if (wa + wb > 1) [wa, wb] = [1 - wa, 1 - wb]
        const p = [0, 1, 2].map((k) => {
          const at = (c: number): number => mesh.positions[mesh.indices[3 * f + c]! * 3 + k]!
          return at(0) + (at(1) - at(0)) * wa + (at(2) - at(0)) * wb
        })
        const a = p[0]! * r[0] + p[1]! * r[1] + p[2]! * r[2]
        const b = p[0]! * up[0] + p[1]! * up[1] + p[2]! * up[2]
        const u = s.ua * a + s.ub * b + s.u0
        const v = s.va * a + s.vb * b + s.v0
        const row = Math.floor(v)
        expect(row).toBeGreaterThanOrEqual(0)
        expect(row).toBeLessThan(s.height)
        expect(u).toBeGreaterThanOrEqual(s.left[row]! + 0.2)
        expect(u).toBeLessThanOrEqual(s.right[row]! - 0.2)
      }
    }),
    { numRuns: 30 },
  )
})
