import { expect, test } from 'vitest'
import { normalizeGltf1 } from './gltf1.ts'

const CULL_FACE = 2884
const material = (values: object, enable?: readonly number[]) => {
  const techniques = enable === undefined ? {} : { techniques: { t: { states: { enable } } } }
  const json = { textures: { tex: { source: 'i', sampler: 's' } }, images: { i: { uri: 'a.jpg' } }, samplers: { s: {} }, ...techniques }
  return (normalizeGltf1({ ...json, materials: { m: { technique: 't', values } } }) as { materials: unknown[] }).materials[0]
}

test('a material shows both sides where it says so, or where its states do not cull', () => {
  expect(material({}, [CULL_FACE])).toMatchObject({ doubleSided: false })
  expect(material({}, [2929])).toMatchObject({ doubleSided: true })
  expect(material({ doubleSided: true }, [CULL_FACE])).toMatchObject({ doubleSided: true })
  expect(material({})).toMatchObject({ doubleSided: false })
})

test('a material has its picture or its colour, whatever the shader calls it, and of the light only what falls on nothing', () => {
  expect(material({ u_diffuse: 'tex', emission: 'tex' })).toMatchObject({
    pbrMetallicRoughness: { baseColorTexture: { index: 0 } },
    extensions: { KHR_materials_unlit: {} },
  })
  expect(material({ emission: 'tex', diffuse: [1, 0, 0, 1] })).toEqual({
    pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1] },
    doubleSided: false,
  })
  expect(material({ emission: 'tex' })).toMatchObject({ emissiveTexture: { index: 0 } })
  expect(material({ emission: 'tex', diffuse: [0, 0, 0, 1] })).toMatchObject({ emissiveTexture: { index: 0 } })
  expect(material({ emission: [0.5, 0, 0, 1] })).toMatchObject({
    pbrMetallicRoughness: { baseColorFactor: [0, 0, 0, 1] },
    emissiveFactor: [0.5, 0, 0],
  })
  expect(material({ emission: [0, 0, 0, 1] })).toEqual({ pbrMetallicRoughness: {}, doubleSided: false })
  expect(material({ diffuse: [1, 0, 0, 0.5], transparent: true })).toMatchObject({ alphaMode: 'BLEND' })
})

test('a node keeps its matrix, else what it is made of', () => {
  const nodes = {
    whole: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1], translation: [9, 9, 9] },
    parts: { translation: [1, 2, 3], rotation: [0, 0, 0, 1], scale: [2, 2, 2], children: ['whole'] },
    bare: {},
  }
  expect((normalizeGltf1({ nodes }) as { nodes: unknown[] }).nodes).toEqual([
    { matrix: nodes.whole.matrix },
    { translation: [1, 2, 3], rotation: [0, 0, 0, 1], scale: [2, 2, 2], children: [0] },
    {},
  ])
})

test('the binary body is a buffer without a place, and others keep theirs', () => {
  const buffers = {
    binary_glTF: { byteLength: 4, uri: 'data:,' },
    more: { byteLength: 8, uri: 'more.bin' },
    KHR_binary_glTF: { byteLength: 2, uri: '' },
  }
  expect((normalizeGltf1({ buffers }) as { buffers: unknown[] }).buffers).toEqual([
    { byteLength: 4 },
    { byteLength: 8, uri: 'more.bin' },
    { byteLength: 2 },
  ])
})

test('a mesh may have no indices and no material, and triangles where it says nothing', () => {
  const json = {
    accessors: { p: {}, i: {} },
    materials: { m: {} },
    meshes: {
      a: { primitives: [{ attributes: { POSITION: 'p' } }, { attributes: { POSITION: 'p' }, indices: 'i', material: 'm', mode: 5 }] },
    },
  }
  expect((normalizeGltf1(json) as { meshes: unknown[] }).meshes).toEqual([
    {
      primitives: [
        { attributes: { POSITION: 0 }, mode: 4 },
        { attributes: { POSITION: 0 }, indices: 1, material: 0, mode: 5 },
      ],
    },
  ])
})
