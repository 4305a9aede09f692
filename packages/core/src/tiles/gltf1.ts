// Tile flow: containers -> **gltf1** -> model. ContextCapture writes glTF 1.0: things by name, shaders instead of materials, images and
// buffers of the glb by KHR_binary_glTF. This makes the glTF 2.0 of it that shows the same; shaders are not read, only what they are given.
import { asList, asObject, isObject, type JsonObject } from './json.ts'

type Named = JsonObject | readonly unknown[] | undefined

/** glTF 1.0 -> 2.0. The binary body becomes buffer 0. */
export function normalizeGltf1(json: JsonObject): JsonObject {
  const table = (name: string) => {
    const of = json[name] as Named
    const keys = Object.keys(of ?? {})
    const index = new Map(keys.map((key, i) => [key, i]))
    return {
      /** Index of a name; one that leads nowhere stays as it is, and is refused with its pointer later. */
      at: (key: unknown) => (typeof key === 'string' ? (index.get(key) ?? key) : key),
      all: keys.map((key) => asObject((of as JsonObject)[key], `${name}.${key}`)),
      keys,
    }
  }
  const buffers = table('buffers')
  const bufferViews = table('bufferViews')
  const accessors = table('accessors')
  const images = table('images')
  const samplers = table('samplers')
  const textures = table('textures')
  const materials = table('materials')
  const meshes = table('meshes')
  const nodes = table('nodes')
  const scenes = table('scenes')

  // A stride belongs to the accessor in 1.0 and to its view in 2.0: a view for each stride.
  const views: JsonObject[] = bufferViews.all.map((view) => ({ ...view, buffer: buffers.at(view['buffer']) }))
  const readAccessor = (accessor: JsonObject): JsonObject => {
    const { byteStride, bufferView, ...rest } = accessor
    const at = bufferViews.at(bufferView)
    if (typeof byteStride !== 'number' || byteStride === 0 || typeof at !== 'number') return { ...rest, bufferView: at }
    views.push({ ...views[at], byteStride })
    return { ...rest, bufferView: views.length - 1 }
  }

  const readImage = (image: JsonObject): JsonObject => {
    const binary = isObject(image['extensions']) ? image['extensions']['KHR_binary_glTF'] : undefined
    return isObject(binary) ? { bufferView: bufferViews.at(binary['bufferView']), mimeType: binary['mimeType'] } : { uri: image['uri'] }
  }

  const textureNames = new Set(textures.keys)
  const readMaterial = (material: JsonObject): JsonObject => {
    const values = isObject(material['values']) ? material['values'] : commonValues(material)
    const given = Object.entries(values).filter(([name]) => !/^(ambient|emission|specular|normal)/i.test(name))
    const texture = given.find(([, value]) => typeof value === 'string' && textureNames.has(value))?.[1]
    const color = values['diffuse']
    const emission = values['emission']
    // Light is what is seen where it falls on nothing.
    const isDark =
      texture === undefined && (color === undefined || (Array.isArray(color) && Math.max(...color.slice(0, 3).map(Number)) === 0))
    const glows = isDark && typeof emission === 'string' && textureNames.has(emission)
    const shines = isDark && Array.isArray(emission) && Math.max(...emission.slice(0, 3).map(Number)) > 0
    return {
      pbrMetallicRoughness: {
        ...(texture !== undefined && { baseColorTexture: { index: textures.at(texture) } }),
        ...(Array.isArray(color) && color.length === 4 && { baseColorFactor: color }),
        ...(shines && { baseColorFactor: [0, 0, 0, 1] }),
      },
      ...(glows && { emissiveTexture: { index: textures.at(emission) } }),
      ...(shines && { emissiveFactor: emission.slice(0, 3) }),
      ...(values['transparent'] === true && { alphaMode: 'BLEND' }),
      // States that do not enable CULL_FACE (2884) show both sides.
      doubleSided: values['doubleSided'] === true || !cullsBack(json, material),
      ...(texture !== undefined && { extensions: { KHR_materials_unlit: {} } }),
    }
  }

  const readPrimitive = (value: unknown): JsonObject => {
    const primitive = asObject(value, 'primitives')
    const attributes = Object.entries(asObject(primitive['attributes'], 'attributes')).map(([name, key]) => [name, accessors.at(key)])
    return {
      attributes: Object.fromEntries(attributes),
      ...(primitive['indices'] !== undefined && { indices: accessors.at(primitive['indices']) }),
      ...(primitive['material'] !== undefined && { material: materials.at(primitive['material']) }),
      mode: primitive['mode'] ?? 4,
    }
  }

  // A node of 1.0 may show several meshes; those of 2.0 show one, so the rest hang below it.
  const extra: JsonObject[] = []
  const readNode = (node: JsonObject): JsonObject => {
    const [first, ...others] = asList(node['meshes'], 'meshes').map(meshes.at)
    const children = asList(node['children'], 'children').map(nodes.at)
    for (const mesh of others) {
      extra.push({ mesh })
      children.push(nodes.all.length + extra.length - 1)
    }
    const { matrix, translation, rotation, scale } = node as Record<string, unknown>
    return {
      ...(first !== undefined && { mesh: first }),
      ...(children.length > 0 && { children }),
      ...(matrix !== undefined
        ? { matrix }
        : {
            ...(translation !== undefined && { translation }),
            ...(rotation !== undefined && { rotation }),
            ...(scale !== undefined && { scale }),
          }),
    }
  }

  const readNodes = nodes.all.map(readNode)
  const readAccessors = accessors.all.map(readAccessor)
  return {
    asset: { version: '2.0' },
    scene: json['scene'] === undefined ? 0 : scenes.at(json['scene']),
    scenes: scenes.all.map((scene) => ({ nodes: asList(scene['nodes'], 'nodes').map(nodes.at) })),
    nodes: [...readNodes, ...extra],
    meshes: meshes.all.map((mesh) => ({ primitives: asList(mesh['primitives'], 'primitives').map(readPrimitive) })),
    materials: materials.all.map(readMaterial),
    textures: textures.all.map((texture) => ({ source: images.at(texture['source']), sampler: samplers.at(texture['sampler']) })),
    samplers: samplers.all,
    images: images.all.map(readImage),
    accessors: readAccessors,
    bufferViews: views,
    buffers: buffers.keys.map((key, i) =>
      key === 'binary_glTF' || key === 'KHR_binary_glTF' ? { byteLength: buffers.all[i]!['byteLength'] } : buffers.all[i]!,
    ),
    ...(isObject(json['extensions']) && { extensions: json['extensions'] }),
  }
}

function commonValues(material: JsonObject): JsonObject {
  const common = isObject(material['extensions']) ? material['extensions']['KHR_materials_common'] : undefined
  return isObject(common) && isObject(common['values']) ? common['values'] : {}
}

function cullsBack(json: JsonObject, material: JsonObject): boolean {
  const technique = isObject(json['techniques']) ? json['techniques'][String(material['technique'])] : undefined
  const states = isObject(technique) ? technique['states'] : undefined
  const enable = isObject(states) ? states['enable'] : undefined
  return !Array.isArray(enable) || enable.includes(2884)
}
