// Tilesets of the plainest sort, for what the engine does apart from tiles: whatever is mounted shows a flat ground of
// 400 m with one house on it, at once; `strips` shows two grounds of plain colour.
import { BoxGeometry, Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three'
import type { CreateTilesets } from '../../packages/core/src/engine/three/tileset/tileset-part.ts'

export const HOUSE = { east: 60, north: 30, size: 20, height: 25 } as const

export const createPlainTilesets: CreateTilesets = ({ invalidate, onPlaced }) => {
  const group = new Group()
  const ground = new Mesh(new PlaneGeometry(400, 400), new MeshBasicMaterial({ color: 0x667066 }))
  const house = new Mesh(new BoxGeometry(HOUSE.size, HOUSE.size, HOUSE.height), new MeshBasicMaterial({ color: 0x9a8f86 }))
  house.position.set(HOUSE.east, HOUSE.north, HOUSE.height / 2)
  const strips = [0x26301f, 0xe9eeec].map((color, row) => {
    const strip = new Mesh(new PlaneGeometry(600, (200 * 2 * Math.tan(Math.PI / 8)) / 2), new MeshBasicMaterial({ color }))
    strip.position.y = ((0.5 - row) * 200 * 2 * Math.tan(Math.PI / 8)) / 2
    return strip
  })
  let changed = false
  return {
    group,
    mount({ id, url }) {
      const meshes = url === 'strips' ? strips : [ground, house]
      group.add(...meshes)
      group.updateMatrixWorld(true)
      changed = true
      onPlaced({ tileset: id, at: 'origin', movedMeters: 0 })
      invalidate()
      return { retry: invalidate, dispose: () => void group.remove(...meshes) }
    },
    update() {
      const was = changed
      changed = false
      return was
    },
    setSize: () => undefined,
    raycast: (raycaster) => raycaster.intersectObject(group, true)[0] ?? null,
    refinement: { state: 'complete', share: 1 },
    spheres: [],
    setGrade: () => undefined,
    setHaze: () => undefined,
    reload: () => {
      changed = true
    },
    dispose() {
      for (const { geometry, material } of [ground, house, ...strips]) {
        geometry.dispose()
        material.dispose()
      }
    },
  }
}
