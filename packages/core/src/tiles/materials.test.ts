import { expect, test } from 'vitest'
import type { Buffers } from './buffers.ts'
import { readMaterials } from './materials.ts'

const noBuffers: Buffers = {
  view(_, pointer) {
    throw new Error(`${pointer}: the test has no buffers`)
  },
}
const NEAREST = 9728
const json = {
  images: [{ uri: 'roof.jpg' }, { uri: 'wall.jpg' }, { uri: 'wall.ktx2' }, { uri: 'never.jpg' }],
  samplers: [{ magFilter: NEAREST, minFilter: NEAREST, wrapS: 33071, wrapT: 33648 }],
  textures: [
    { source: 0 },
    { source: 1, sampler: 0 },
    { source: 1, extensions: { KHR_texture_basisu: { source: 2 } } },
    { source: 3 },
    { source: 1 },
  ],
  materials: [1, 0, 1, 2, 4].map((index) => ({ pbrMetallicRoughness: { baseColorTexture: { index } } })),
}

test('brings each texture and picture once, in the order of use, and none that nothing shows', () => {
  const { materials, textures, images } = readMaterials(json, [0, 1, 2, 3, 4], noBuffers)
  expect(materials.map(({ texture }) => texture)).toEqual([0, 1, 0, 2, 3])
  expect(textures.map(({ image }) => image)).toEqual([0, 1, 2, 0])
  expect(images).toEqual(['wall.jpg', 'roof.jpg', 'wall.ktx2'].map((uri) => ({ type: 'external', uri })))
})

test('reads a sampler as it says, and as the norm says where there is none', () => {
  const { textures } = readMaterials(json, [0, 1], noBuffers)
  expect(textures[0]).toMatchObject({ wrapS: 'clamp', wrapT: 'mirror', magFilter: 'nearest', minFilter: 'nearest' })
  expect(textures[1]).toMatchObject({ wrapS: 'repeat', wrapT: 'repeat', magFilter: 'linear', minFilter: 'mipmap-linear' })
})

test('a picture that is not there is refused by its place', () => {
  const missing = { ...json, textures: [{ source: 9 }], materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }] }
  expect(() => readMaterials(missing, [0], noBuffers)).toThrow('textures[0].source')
})
