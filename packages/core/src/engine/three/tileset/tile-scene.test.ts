import {
  type BufferAttribute,
  InstancedMesh,
  type InterleavedBufferAttribute,
  Line,
  LineSegments,
  type Mesh,
  type MeshBasicMaterial,
  Points,
  PointsMaterial,
  Raycaster,
  Texture,
  Vector3,
} from 'three'
import { describe, expect, test } from 'vitest'
import { noMeshopt } from '../../../../test/no-meshopt.ts'
import type { Geometry, Material, Mode } from '../../../tiles/content.ts'
import { decodeTile } from '../../../tiles/decode-tile.ts'
import { DEFAULT_MATERIAL } from '../../../tiles/materials.ts'
import { samplePlaneGlb } from '../../../tiles/sample-tile.ts'
import { neutralGrade, setGrade, setHaze } from './tile-material.ts'
import { buildTileScene } from './tile-scene.ts'
import { tileTexture } from './tile-texture.ts'

const ports = { meshopt: noMeshopt, resource: async () => new Uint8Array() }
const plane = () => decodeTile(samplePlaneGlb({ imageUri: 'a.jpg' }), { file: 'a' }, ports)
const geometry = (mode: Mode): Geometry => ({
  mode,
  count: 2,
  position: { array: new Float32Array([0, 0, 0, 1, 0, 0]), itemSize: 3, stride: 3, normalized: false },
  sphere: [0.5, 0, 0, 0.5],
  box: { min: [0, 0, 0], max: [1, 0, 0] },
})
const one = (mode: Mode, instances?: Float32Array) => ({
  parts: [{ geometry: 0, material: 0, matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1], ...(instances && { instances }) }],
  geometries: [geometry(mode)],
  materials: [DEFAULT_MATERIAL],
})

describe('a decoded tile as three objects', () => {
  test('takes arrays and sphere as they are, without a copy', async () => {
    const content = await plane()
    const texture = new Texture()
    const { group, bytes } = buildTileScene(content, [texture], neutralGrade())
    const mesh = group.children[0] as Mesh
    expect((mesh.geometry.getAttribute('position') as BufferAttribute).array).toBe(content.geometries[0]!.position.array)
    expect(mesh.geometry.index!.array).toBe(content.geometries[0]!.index)
    expect(mesh.geometry.boundingSphere!.radius).toBeCloseTo(Math.hypot(5, 5), 6)
    expect((mesh.material as MeshBasicMaterial).map).toBe(texture)
    expect([mesh.frustumCulled, mesh.matrixAutoUpdate]).toEqual([false, false])
    expect(bytes).toBe(2 * (9 * 12 + 9 * 8 + 24 * 2))
  })

  test('is met by a ray where it stands, quantised too', () => {
    const scene = buildTileScene(
      {
        ...one('triangles'),
        geometries: [
          {
            ...geometry('triangles'),
            count: 3,
            position: { array: new Uint16Array([0, 0, 0, 9, 10, 0, 0, 9, 0, 10, 0, 9]), itemSize: 3, stride: 4, normalized: false },
            sphere: [5, 5, 7, 8],
            box: { min: [0, 0, 7], max: [10, 10, 7] },
          },
        ],
      },
      [],
      neutralGrade(),
    )
    scene.group.updateMatrixWorld(true)
    const attribute = (scene.group.children[0] as Mesh).geometry.getAttribute('position') as InterleavedBufferAttribute
    expect(attribute.data.stride).toBe(4)
    const [hit] = new Raycaster(new Vector3(7, 8, 100), new Vector3(0, 0, -1)).intersectObject(scene.group)
    expect(hit!.point.toArray()).toEqual([7, 8, 7])
  })

  test('of each mode becomes what three draws it with', () => {
    const kind = (mode: Mode) => buildTileScene(one(mode), [], neutralGrade()).group.children[0]
    expect(kind('points')).toBeInstanceOf(Points)
    expect((kind('points') as Points).material).toBeInstanceOf(PointsMaterial)
    expect(kind('lines')).toBeInstanceOf(LineSegments)
    expect(kind('line-strip')).toBeInstanceOf(Line)
    const many = buildTileScene(one('triangles', new Float32Array(48)), [], neutralGrade()).group.children[0] as InstancedMesh
    expect(many).toBeInstanceOf(InstancedMesh)
    expect([many.count, many.instanceMatrix.count]).toEqual([3, 3])
    expect(buildTileScene(one('points', new Float32Array(32)), [], neutralGrade()).group.children[0]!.children).toHaveLength(2)
  })

  test('shares a material where parts do, and disposes of all that it made', () => {
    const content = { ...one('triangles'), parts: [one('triangles').parts[0]!, one('triangles').parts[0]!] }
    const scene = buildTileScene(content, [], neutralGrade())
    const [a, b] = scene.group.children as [Mesh, Mesh]
    expect(a.material).toBe(b.material)
    let disposed = 0
    a.geometry.addEventListener('dispose', () => disposed++)
    ;(a.material as MeshBasicMaterial).addEventListener('dispose', () => disposed++)
    scene.dispose()
    expect(disposed).toBe(2)
  })
})

describe('a translucent material', () => {
  const picture = (translucent: boolean) =>
    tileTexture(
      { type: 'bitmap', width: 4, height: 4, bitmap: { close: () => undefined } as ImageBitmap, translucent },
      { image: 0, wrapS: 'repeat', wrapT: 'repeat', magFilter: 'linear', minFilter: 'linear' },
      undefined,
      1,
    ).texture
  const blend = { ...DEFAULT_MATERIAL, alpha: 'blend' as const, texture: 0 }
  const drawn = (material: Material, map: Texture | undefined) =>
    buildTileScene({ ...one('triangles'), materials: [material] }, [map], neutralGrade()).group.children.map((each) => {
      const { transparent, depthWrite, alphaTest, opacity } = (each as Mesh).material as MeshBasicMaterial
      return { transparent, depthWrite, alphaTest, opacity }
    })
  const solid = { transparent: false, depthWrite: true }
  const glass = { transparent: true, depthWrite: false }

  test('that is so by its word alone is drawn as any other', () => {
    expect(drawn(blend, picture(false))).toMatchObject([{ ...solid, alphaTest: 0 }])
    expect(drawn({ ...DEFAULT_MATERIAL, alpha: 'blend' }, undefined)).toMatchObject([{ ...solid, alphaTest: 0 }])
  })

  test('draws its solid px with depth, and blends the others over all that stands', () => {
    expect(drawn(blend, picture(true))).toMatchObject([{ ...solid, alphaTest: 0.996 }, glass])
    // Of a texture that nobody described nothing is known.
    expect(drawn(blend, new Texture())).toHaveLength(2)
  })

  test('with a factor below 1 has no solid px', () => {
    expect(drawn({ ...blend, color: [1, 1, 1, 0.5] }, picture(true))).toMatchObject([{ ...glass, opacity: 0.5 }])
  })

  test('cut out compares factor times picture', () => {
    expect(drawn({ ...blend, alpha: 'mask', alphaCutoff: 0.3, color: [1, 1, 1, 0.5] }, picture(true))).toMatchObject([
      { ...solid, alphaTest: 0.3, opacity: 0.5 },
    ])
  })
})

describe('the material of tiles', () => {
  const shaderOf = (plain: boolean) => {
    const grade = neutralGrade()
    const scene = buildTileScene({ ...one('triangles'), materials: [{ ...DEFAULT_MATERIAL, plain }] }, [], grade)
    const material = (scene.group.children[0] as Mesh).material as MeshBasicMaterial
    const shader = {
      uniforms: {},
      vertexShader: '#include <project_vertex>',
      fragmentShader: '#include <color_fragment>\n#include <colorspace_fragment>',
    }
    material.onBeforeCompile(shader as never, undefined as never)
    return {
      grade,
      material,
      shader: shader as { uniforms: Record<string, { value: number }>; vertexShader: string; fragmentShader: string },
    }
  }

  test('reads the grade of its viewer, which one call changes for all', () => {
    const { grade, shader } = shaderOf(false)
    setGrade(grade, { saturation: 0.78, brightness: 0.86 })
    expect([shader.uniforms['twinSaturation']!.value, shader.uniforms['twinBrightness']!.value]).toEqual([0.78, 0.86])
    expect(shader.fragmentShader.indexOf('twinGrey')).toBeGreaterThan(shader.fragmentShader.indexOf('colorspace_fragment'))
  })

  test('has no haze until it is told one, which then lies over the grade', () => {
    const { grade, shader } = shaderOf(false)
    expect(grade.twinHaze.value.w).toBe(0)
    setHaze(grade, { color: [0.2, 0.4, 0.6], most: 0.75, fromMeters: 200, reachMeters: 900 })
    expect((shader.uniforms['twinHaze'] as unknown as typeof grade.twinHaze).value.toArray()).toEqual([0.2, 0.4, 0.6, 0.75])
    expect(grade.twinAir.value.toArray()).toEqual([200, 1 / 900])
    expect(shader.fragmentShader.indexOf('twinHaze.rgb')).toBeGreaterThan(shader.fragmentShader.indexOf('* twinBrightness;'))
  })

  test('shades what lacks its picture as what has none', () => {
    const key = (texture: Texture | undefined) => {
      const { group } = buildTileScene(
        { ...one('triangles'), materials: [{ ...DEFAULT_MATERIAL, texture: 0, plain: false }] },
        [texture],
        neutralGrade(),
      )
      return ((group.children[0] as Mesh).material as MeshBasicMaterial).customProgramCacheKey()
    }
    expect([key(new Texture()), key(undefined)]).toEqual(['twin-tile', 'twin-tile-plain'])
  })

  test('shades only what has no picture, and so needs two programs in all', () => {
    expect(shaderOf(false).shader.vertexShader).not.toContain('twinPosition')
    expect(shaderOf(true).shader.vertexShader).toContain('twinPosition')
    expect(shaderOf(true).material.customProgramCacheKey()).not.toBe(shaderOf(false).material.customProgramCacheKey())
    expect(shaderOf(true).material.customProgramCacheKey()).toBe(shaderOf(true).material.customProgramCacheKey())
  })
})
