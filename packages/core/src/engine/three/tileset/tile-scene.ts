// Tile flow: pool -> **tile-scene** -> three. Wraps a decoded tile's arrays as three objects: one object for each part (two where it is translucent), no
// copy, no walk over vertices. Spheres come from the worker.
import {
  Box3,
  BufferAttribute,
  BufferGeometry,
  Group,
  InstancedBufferAttribute,
  InstancedMesh,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  type Line,
  LineLoop,
  LineSegments,
  Matrix4,
  Mesh,
  type Object3D,
  Points,
  Sphere,
  type Texture,
  Line as ThreeLine,
  type Material as ThreeMaterial,
  Vector3,
} from 'three'
import type { Attribute, Geometry, Material, Mode, TileContent } from '../../../tiles/content.ts'
import { type GradeUniforms, passesOf, tileMaterial } from './tile-material.ts'

export interface TileScene {
  readonly group: Group
  /** Bytes of geometry, as the GPU and the page hold them. */
  readonly bytes: number
  /** Buffers and programs; the textures stay their maker's. */
  dispose(): void
}

/** `textures` in the order of the content's; what is missing is shown without. */
export function buildTileScene(
  content: Pick<TileContent<unknown>, 'parts' | 'geometries' | 'materials'>,
  textures: readonly (Texture | undefined)[],
  grade: GradeUniforms,
): TileScene {
  const geometries = content.geometries.map(toGeometry)
  const materials = new Map<string, readonly ThreeMaterial[]>()
  const materialsFor = (index: number, { mode, color }: Geometry): readonly ThreeMaterial[] => {
    const mesh = mode !== 'points'
    const vertexAlpha = color?.itemSize === 4
    const key = `${index} ${mesh} ${color !== undefined} ${vertexAlpha}`
    let found = materials.get(key)
    if (found === undefined) {
      const material: Material = content.materials[index]!
      const map = material.texture === undefined ? null : (textures[material.texture] ?? null)
      const passes = passesOf(material, { vertexAlpha, map })
      found = passes.map((pass) => tileMaterial(material, { mesh, vertexColors: color !== undefined, map, pass }, grade))
      materials.set(key, found)
    }
    return found
  }
  const group = new Group()
  for (const { geometry, material, matrix, instances } of content.parts) {
    const told = content.geometries[geometry]!
    for (const each of materialsFor(material, told)) {
      const object = toObject(told.mode, geometries[geometry]!, each, instances)
      object.matrixAutoUpdate = false
      object.matrix.fromArray(matrix as number[])
      // The traversal has culled the tile already.
      object.frustumCulled = false
      group.add(object)
    }
  }
  return {
    group,
    bytes: geometries.reduce((sum, each) => sum + bytesOf(each), 0),
    dispose() {
      group.traverse((object) => {
        if (object instanceof InstancedMesh) object.dispose()
      })
      for (const each of [...geometries, ...[...materials.values()].flat()]) each.dispose()
    },
  }
}

function toObject(mode: Mode, geometry: BufferGeometry, material: ThreeMaterial, instances: Float32Array | undefined): Object3D {
  if (mode === 'triangles' && instances !== undefined) {
    const mesh = new InstancedMesh(geometry, material, 0)
    mesh.instanceMatrix = new InstancedBufferAttribute(instances, 16)
    mesh.count = instances.length / 16
    return mesh
  }
  const kinds: Record<Mode, new (g: BufferGeometry, m: ThreeMaterial) => Mesh | Points | Line> = {
    triangles: Mesh,
    points: Points,
    lines: LineSegments,
    'line-strip': ThreeLine,
    'line-loop': LineLoop,
  }
  const make = (matrix?: Matrix4): Object3D => {
    const object = new kinds[mode](geometry, material)
    if (matrix !== undefined) {
      object.matrixAutoUpdate = false
      object.matrix.copy(matrix)
      object.frustumCulled = false
    }
    return object
  }
  if (instances === undefined) return make()
  // Points and lines at many places are rare: an object for each.
  const group = new Group()
  for (let i = 0; i < instances.length; i += 16) group.add(make(new Matrix4().fromArray(instances, i)))
  return group
}

function toGeometry({ position, uv, color, index, sphere, box }: Geometry): BufferGeometry {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', toAttribute(position))
  if (uv !== undefined) geometry.setAttribute('uv', toAttribute(uv))
  if (color !== undefined) geometry.setAttribute('color', toAttribute(color))
  if (index !== undefined) geometry.setIndex(new BufferAttribute(index, 1))
  const [x, y, z, radius] = sphere
  geometry.boundingSphere = new Sphere(new Vector3(x, y, z), radius)
  geometry.boundingBox = new Box3(new Vector3(...box.min), new Vector3(...box.max))
  return geometry
}

function toAttribute({ array, itemSize, stride, normalized }: Attribute): BufferAttribute | InterleavedBufferAttribute {
  if (stride === itemSize) return new BufferAttribute(array, itemSize, normalized)
  return new InterleavedBufferAttribute(new InterleavedBuffer(array, stride), itemSize, 0, normalized)
}

/** On the page for picking and on the GPU for drawing. */
function bytesOf(geometry: BufferGeometry): number {
  const attributes = Object.values(geometry.attributes) as (BufferAttribute | InterleavedBufferAttribute)[]
  return 2 * [...attributes, geometry.index].reduce((sum, each) => sum + (each?.array.byteLength ?? 0), 0)
}
