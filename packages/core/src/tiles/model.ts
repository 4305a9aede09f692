// Tile flow: containers -> **model** -> content. A glTF 2.0 as the parts that are drawn: the tree of nodes is folded into one matrix each, so
// the main thread makes one object per draw and nothing else. Animations, skins, cameras, lights and metadata are not read.
import { type Accessors, extensionOf, openAccessors } from './accessors.ts'
import { boundsOf, checkIndices, triangleList } from './bounds.ts'
import { type Buffers, type MeshoptPort, openBuffers, type ResourcePort } from './buffers.ts'
import { refuseRequired } from './containers.ts'
import type { Geometry, Material, Mode, Part, TileContent } from './content.ts'
import { type DracoModule, type DracoWanted, decodeDraco } from './draco.ts'
import { corrupt, unsupported } from './fault.ts'
import { asCount, asIndex, asList, asNumbers, asObject, isObject, type JsonObject } from './json.ts'
import { type Budget, TILE_LIMITS } from './limits.ts'
import { DEFAULT_MATERIAL, readMaterials } from './materials.ts'
import { compose, IDENTITY, type Matrix, multiply, translation } from './matrix.ts'

export interface ModelPorts {
  readonly meshopt: MeshoptPort
  /** Absent: a tile that needs it throws {@link NeedsDraco}, and is decoded where Draco is. */
  readonly draco?: DracoModule | undefined
  readonly resource: ResourcePort
  readonly budget: Budget
}

/** Not a fault: the tile belongs into the worker that has Draco. */
export class NeedsDraco extends Error {}

const MODES: readonly (Mode | 'triangle-strip' | 'triangle-fan')[] = [
  'points',
  'lines',
  'line-loop',
  'line-strip',
  'triangles',
  'triangle-strip',
  'triangle-fan',
]
const KNOWN = new Set([
  'KHR_draco_mesh_compression',
  'EXT_meshopt_compression',
  'KHR_meshopt_compression',
  'KHR_mesh_quantization',
  'KHR_texture_basisu',
  'KHR_texture_transform',
  'KHR_materials_unlit',
  'KHR_materials_pbrSpecularGlossiness',
  'KHR_techniques_webgl',
  'EXT_texture_webp',
  'EXT_texture_avif',
  'EXT_mesh_gpu_instancing',
  'EXT_mesh_features',
  'EXT_instance_features',
  'EXT_structural_metadata',
  'CESIUM_RTC',
  'CESIUM_primitive_outline',
  'KHR_materials_ior',
  'KHR_materials_specular',
  'KHR_materials_emissive_strength',
])

/** Reads a glTF 2.0 with its glb body. Matrices lead to the file's own axes; the caller turns them up. */
export async function readModel(json: JsonObject, bin: Uint8Array | undefined, ports: ModelPorts): Promise<TileContent> {
  refuseRequired(json, KNOWN)
  const buffers = await openBuffers(json, bin, ports)
  const accessors = openAccessors(json, buffers, ports.budget)
  const meshes = asList(json['meshes'], 'meshes')
  const shown = drawnNodes(json, meshes.length)

  // Materials first: they say which UV set a primitive must bring.
  const usedMaterials: number[] = []
  const primitivesOf = meshes.map((value, m) => asList(asObject(value, `meshes[${m}]`)['primitives'], `meshes[${m}].primitives`))
  const materialSlot = new Map<number, number>()
  const told = asList(json['materials'], 'materials')
  for (const mesh of new Set(shown.map((each) => each.mesh)))
    for (const [p, value] of primitivesOf[mesh]!.entries()) {
      const pointer = `meshes[${mesh}].primitives[${p}]`
      const { material } = asObject(value, pointer)
      if (material === undefined) continue
      const index = asIndex(material, told.length, `${pointer}.material`)
      if (!materialSlot.has(index)) materialSlot.set(index, usedMaterials.push(index) - 1)
    }
  const { uvSet, materials, textures, images, notes } = readMaterials(json, usedMaterials, buffers)

  const geometries: Geometry[] = []
  const allMaterials = [...materials]
  let plain: number | undefined
  const slotOf = (primitive: JsonObject): number => {
    if (primitive['material'] !== undefined) return materialSlot.get(primitive['material'] as number)!
    plain ??= allMaterials.push(DEFAULT_MATERIAL) - 1
    return plain
  }

  // A mesh that several nodes show is read once.
  const read = new Map<number, { geometry: number; material: number }[]>()
  const readMesh = (mesh: number) => {
    const known = read.get(mesh)
    if (known !== undefined) return known
    const out: { geometry: number; material: number }[] = []
    for (const [p, value] of primitivesOf[mesh]!.entries()) {
      const pointer = `meshes[${mesh}].primitives[${p}]`
      const primitive = asObject(value, pointer)
      const material = slotOf(primitive)
      const geometry = readGeometry(primitive, pointer, allMaterials[material]!, uvSet, accessors, buffers, ports)
      if (geometry !== undefined) out.push({ geometry: geometries.push(geometry) - 1, material })
    }
    read.set(mesh, out)
    return out
  }

  const parts: Part[] = []
  for (const { mesh, matrix, node } of shown)
    for (const each of readMesh(mesh)) {
      const instances = readInstances(node, accessors)
      parts.push({ ...each, matrix, ...(instances && { instances }) })
      if (parts.length > TILE_LIMITS.parts) throw corrupt('nodes', `draw more than ${TILE_LIMITS.parts} parts`)
    }
  return { parts, geometries, materials: allMaterials, textures, images, notes, byteLength: ports.budget.bytes }
}

interface DrawnNode {
  readonly mesh: number
  readonly matrix: Matrix
  readonly node: JsonObject
}

/** Walks the scene; each node once, so a file cannot make its tree explode or go in circles. */
function drawnNodes(json: JsonObject, meshCount: number): DrawnNode[] {
  const nodes = asList(json['nodes'], 'nodes')
  const scenes = asList(json['scenes'], 'scenes')
  if (scenes.length === 0) return []
  const scene = asIndex(json['scene'] ?? 0, scenes.length, 'scene')
  const seen = new Set<number>()
  const out: DrawnNode[] = []
  const center = extensionOf(json, 'CESIUM_RTC')?.['center']
  const stack = asList(asObject(scenes[scene], `scenes[${scene}]`)['nodes'], `scenes[${scene}].nodes`)
    .map((value) => ({ value, from: `scenes[${scene}].nodes`, parent: IDENTITY }))
    .reverse()
  while (stack.length > 0) {
    const { value, from, parent } = stack.pop()!
    const index = asIndex(value, nodes.length, from)
    const pointer = `nodes[${index}]`
    if (seen.has(index)) throw corrupt(pointer, 'stands at two places of the tree')
    seen.add(index)
    const node = asObject(nodes[index], pointer)
    const matrix = multiply(parent, localMatrix(node, pointer))
    if (node['mesh'] !== undefined) out.push({ mesh: asIndex(node['mesh'], meshCount, `${pointer}.mesh`), matrix, node })
    for (const child of [...asList(node['children'], `${pointer}.children`)].reverse())
      stack.push({ value: child, from: `${pointer}.children`, parent: matrix })
  }
  if (center !== undefined) asNumbers(center, 3, 'extensions.CESIUM_RTC.center')
  return out
}

/** Where a glTF counts its metres from (CESIUM_RTC), in the tile's axes: added after the turn to Z up. */
export function rtcCenter(json: JsonObject): Matrix {
  const center = extensionOf(json, 'CESIUM_RTC')?.['center']
  return center === undefined ? IDENTITY : translation(asNumbers(center, 3, 'extensions.CESIUM_RTC.center'))
}

function localMatrix(node: JsonObject, pointer: string): Matrix {
  const { matrix, translation: t, rotation: r, scale: s } = node
  if (matrix !== undefined) return asNumbers(matrix, 16, `${pointer}.matrix`)
  if (t === undefined && r === undefined && s === undefined) return IDENTITY
  return compose(
    t === undefined ? [0, 0, 0] : asNumbers(t, 3, `${pointer}.translation`),
    r === undefined ? [0, 0, 0, 1] : asNumbers(r, 4, `${pointer}.rotation`),
    s === undefined ? [1, 1, 1] : asNumbers(s, 3, `${pointer}.scale`),
  )
}

/** EXT_mesh_gpu_instancing: one matrix for each place. */
function readInstances(node: JsonObject, accessors: Accessors): Float32Array | undefined {
  const attributes = extensionOf(node, 'EXT_mesh_gpu_instancing')?.['attributes']
  if (!isObject(attributes)) return undefined
  const read = (name: string, itemSize: number) => {
    if (attributes[name] === undefined) return undefined
    const pointer = `EXT_mesh_gpu_instancing.${name}`
    const floats = accessors.floats(attributes[name], pointer)
    if (floats.itemSize !== itemSize) throw corrupt(pointer, `has ${floats.itemSize} components; expected ${itemSize}`)
    return floats
  }
  const [t, r, s] = [read('TRANSLATION', 3), read('ROTATION', 4), read('SCALE', 3)]
  const counts = [t, r, s].flatMap((each) => (each === undefined ? [] : [each.count]))
  if (counts.length === 0) return undefined
  const count = Math.min(...counts)
  if (Math.max(...counts) !== count) throw corrupt('EXT_mesh_gpu_instancing', `has lists of ${counts.join(', ')} instances`)
  const out = new Float32Array(count * 16)
  for (let i = 0; i < count; i++) {
    const of = (list: typeof t, size: number, otherwise: readonly number[]) =>
      list === undefined ? otherwise : [...list.array.subarray(i * size, i * size + size)]
    out.set(compose(of(t, 3, [0, 0, 0]), of(r, 4, [0, 0, 0, 1]), of(s, 3, [1, 1, 1])), i * 16)
  }
  return out
}

const COMPONENT_BYTES = (Component: { readonly BYTES_PER_ELEMENT: number }) => Component.BYTES_PER_ELEMENT

function readGeometry(
  primitive: JsonObject,
  pointer: string,
  material: Material,
  uvSet: ReadonlyMap<Material, number>,
  accessors: Accessors,
  buffers: Buffers,
  ports: ModelPorts,
): Geometry | undefined {
  const attributes = asObject(primitive['attributes'], `${pointer}.attributes`)
  if (attributes['POSITION'] === undefined) return undefined
  const mode = MODES[asCount(primitive['mode'], `${pointer}.mode`, 4)]
  if (mode === undefined) throw corrupt(`${pointer}.mode`, `is ${String(primitive['mode'])}; expected 0 to 6`)
  const uvName = `TEXCOORD_${uvSet.get(material) ?? 0}`
  const wanted = new Map<'position' | 'uv' | 'color', string>([['position', 'POSITION']])
  if (material.texture !== undefined && attributes[uvName] !== undefined) wanted.set('uv', uvName)
  if (attributes['COLOR_0'] !== undefined) wanted.set('color', 'COLOR_0')

  const draco = extensionOf(primitive, 'KHR_draco_mesh_compression')
  const { count, index, ...arrays } =
    draco === undefined
      ? readPlain(primitive, attributes, wanted, accessors, pointer)
      : readDraco(draco, attributes, wanted, accessors, buffers, ports, pointer)
  const { position, uv, color } = arrays
  if (position === undefined || position.itemSize !== 3) throw corrupt(`${pointer}.attributes.POSITION`, 'is no VEC3')
  if (uv !== undefined && uv.itemSize !== 2) throw corrupt(`${pointer}.attributes.${uvName}`, 'is no VEC2')
  if (color !== undefined && color.itemSize < 3) throw corrupt(`${pointer}.attributes.COLOR_0`, 'is no VEC3 or VEC4')
  if (index !== undefined) checkIndices(index, count, `${pointer}.indices`)
  const list = mode === 'triangle-strip' || mode === 'triangle-fan' ? triangleList(mode, index, count) : index
  return {
    mode: mode === 'triangle-strip' || mode === 'triangle-fan' ? 'triangles' : mode,
    count,
    position,
    ...(uv && { uv }),
    ...(color && { color }),
    ...(list && { index: list }),
    ...boundsOf(position, count, `${pointer}.attributes.POSITION`),
  }
}

type Arrays = Pick<Geometry, 'count'> & { [K in 'position' | 'uv' | 'color']?: Geometry['position'] } & {
  index?: Uint16Array | Uint32Array
}

function readPlain(
  primitive: JsonObject,
  attributes: JsonObject,
  wanted: ReadonlyMap<'position' | 'uv' | 'color', string>,
  accessors: Accessors,
  pointer: string,
): Arrays {
  const out: Arrays = { count: accessors.shape(attributes['POSITION'], `${pointer}.attributes.POSITION`).count }
  for (const [name, from] of wanted) {
    const { count, ...attribute } = accessors.attribute(attributes[from], `${pointer}.attributes.${from}`)
    if (count !== out.count) throw corrupt(`${pointer}.attributes.${from}`, `has ${count} elements, POSITION ${out.count}`)
    out[name] = attribute
  }
  if (primitive['indices'] !== undefined) out.index = accessors.indices(primitive['indices'], `${pointer}.indices`)
  return out
}

function readDraco(
  draco: JsonObject,
  attributes: JsonObject,
  wanted: ReadonlyMap<'position' | 'uv' | 'color', string>,
  accessors: Accessors,
  buffers: Buffers,
  ports: ModelPorts,
  from: string,
): Arrays {
  if (ports.draco === undefined) throw new NeedsDraco(from)
  const pointer = `${from}.extensions.KHR_draco_mesh_compression`
  const ids = asObject(draco['attributes'], `${pointer}.attributes`)
  const asked = new Map<'position' | 'uv' | 'color', DracoWanted>()
  for (const [name, attribute] of wanted) {
    if (ids[attribute] === undefined) {
      if (name === 'position') throw unsupported(pointer, 'leaves POSITION uncompressed')
      continue
    }
    const { Component, itemSize, normalized } = accessors.shape(attributes[attribute], `${from}.attributes.${attribute}`)
    asked.set(name, {
      id: asCount(ids[attribute], `${pointer}.attributes.${attribute}`),
      Component,
      bytesPerElement: COMPONENT_BYTES(Component),
      itemSize,
      normalized,
    })
  }
  const { bytes } = buffers.view(draco['bufferView'], `${pointer}.bufferView`)
  const { count, index, attributes: arrays } = decodeDraco(ports.draco, bytes, asked, ports.budget, pointer)
  return { count, index: count > 65_535 ? index : Uint16Array.from(index), ...arrays }
}
