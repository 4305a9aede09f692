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

test.each([
  ['a source past the pictures', { textures: [{ source: 9 }] }, 'textures[0].source is 9'],
  ['no source', { textures: [{ extensions: { ACME_picture: {} } }] }, 'textures[0].source is undefined'],
  ['a picture that is nowhere', { textures: [{ source: 0 }], images: [{}] }, 'images[0] has uri undefined and no bufferView'],
  ['a texture past the textures', { textures: [] }, 'materials[0].texture is 0'],
])('%s takes nothing but the picture: it is told by its place, once', (_, change, sentence) => {
  const broken = { ...json, ...change, materials: [0, 0].map((index) => ({ pbrMetallicRoughness: { baseColorTexture: { index } } })) }
  const { materials, textures, images } = readMaterials(broken, [0, 1], noBuffers)
  expect(materials.map(({ texture, color }) => [texture, color])).toEqual(Array(2).fill([0, [1, 1, 1, 1]]))
  expect(textures).toHaveLength(1)
  expect(images).toMatchObject([{ type: 'blocked', error: { code: 'tile-corrupt', message: expect.stringContaining(sentence) } }])
})

const glow = (index: number) => ({ emissiveTexture: { index } })
const pbr = (more: object) => ({ pbrMetallicRoughness: more })
const black = { baseColorFactor: [0, 0, 0, 0.5] }
const WHITE = [1, 1, 1, 1]
test.each([
  ['on a black base', { ...pbr(black), ...glow(0), emissiveFactor: [1, 0.5, 1] }, [[1, 0.5, 1, 0.5], 'roof.jpg']],
  ['on no base', { ...glow(1), emissiveFactor: [1, 1, 1] }, [WHITE, 'wall.jpg']],
  [
    'on a base without a picture',
    { ...pbr({ baseColorFactor: [0.8, 0.8, 0.8, 1] }), ...glow(1), emissiveFactor: [1, 1, 1] },
    [WHITE, 'wall.jpg'],
  ],
  ['without its factor', { ...pbr(black), ...glow(0) }, [[1, 1, 1, 0.5], 'roof.jpg']],
  ['as a colour on a black base', { ...pbr(black), emissiveFactor: [0.2, 0, 0] }, [[0.2, 0, 0, 0.5], undefined]],
  [
    'under a strength',
    { ...pbr(black), ...glow(0), emissiveFactor: [0.1, 0.5, 0], extensions: { KHR_materials_emissive_strength: { emissiveStrength: 4 } } },
    [[0.4, 1, 0, 0.5], 'roof.jpg'],
  ],
  [
    'of specular and glossiness',
    { ...glow(0), extensions: { KHR_materials_pbrSpecularGlossiness: { diffuseFactor: [0, 0, 0, 1] } } },
    [WHITE, 'roof.jpg'],
  ],
])('light of its own %s is what is seen', (_, material, shown) => {
  const { materials, textures, images } = readMaterials(
    { ...json, textures: [{ source: 0 }, { source: 1 }], materials: [material] },
    [0],
    noBuffers,
  )
  const [{ color, texture }] = materials as [(typeof materials)[number]]
  expect([color, texture === undefined ? undefined : (images[textures[texture]!.image] as { uri: string }).uri]).toEqual(shown)
})

test.each([
  [
    'beside a picture of the base',
    { ...pbr({ baseColorTexture: { index: 0 } }), ...glow(1), emissiveFactor: [1, 1, 1] },
    [WHITE, 'roof.jpg'],
  ],
  [
    'by a factor of nothing',
    { ...pbr({ baseColorFactor: [0, 0, 1, 1] }), ...glow(1), emissiveFactor: [0, 0, 0] },
    [[0, 0, 1, 1], undefined],
  ],
  ['beside a colour of the base', { ...pbr({ baseColorFactor: [0, 0, 1, 1] }), emissiveFactor: [1, 0, 0] }, [[0, 0, 1, 1], undefined]],
  [
    'where the material is unlit',
    { ...pbr(black), ...glow(1), emissiveFactor: [1, 1, 1], extensions: { KHR_materials_unlit: {} } },
    [[0, 0, 0, 0.5], undefined],
  ],
])('light of its own %s is not', (_, material, shown) => {
  const { materials, textures, images } = readMaterials(
    { ...json, textures: [{ source: 0 }, { source: 1 }], materials: [material] },
    [0],
    noBuffers,
  )
  const [{ color, texture }] = materials as [(typeof materials)[number]]
  expect([color, texture === undefined ? undefined : (images[textures[texture]!.image] as { uri: string }).uri]).toEqual(shown)
})
