import fc from 'fast-check'
import { Box3, BoxGeometry, Group, InstancedMesh, Matrix4, Mesh, MeshBasicMaterial, PerspectiveCamera, PlaneGeometry, Vector3 } from 'three'
import { expect, test } from 'vitest'
import { isBoxIn, isInPicture } from './in-picture.ts'

test('a mesh lies in the picture by its own box, however it stands', () => {
  const camera = new PerspectiveCamera(50, 1, 0.1, 1000)
  camera.position.set(0, 2, 0)
  const seen = (object: Mesh, pitchDeg: number) => {
    const group = new Group()
    group.add(object)
    group.updateMatrixWorld(true)
    camera.rotation.x = (pitchDeg * Math.PI) / 180
    camera.updateMatrixWorld(true)
    return isInPicture(group, new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorld.clone().invert()))
  }
  const material = new MeshBasicMaterial()
  // A sphere about level ground holds whoever stands on it, its box does not.
  const ground = () => {
    const made = new Mesh(new PlaneGeometry(400, 400), material)
    made.rotation.x = -Math.PI / 2
    return made
  }
  expect([seen(ground(), -10), seen(ground(), 30)]).toEqual([true, false])
  const far = new InstancedMesh(new BoxGeometry(), material, 2)
  far.setMatrixAt(0, new Matrix4().makeTranslation(0, 0, -80))
  far.setMatrixAt(1, new Matrix4().makeTranslation(0, 2, -50))
  expect([seen(far, 0), seen(far, 90)]).toEqual([true, false])
  expect(isInPicture(new Group(), new Matrix4())).toBe(false)
})

test('whoever is inside of a box sees it, and a box that holds the whole picture is seen', () => {
  const camera = new PerspectiveCamera(50, 1, 0.1, 10)
  camera.updateMatrixWorld(true)
  const cube = (half: number) => new Box3(new Vector3(-half, -half, -half), new Vector3(half, half, half))
  expect([isBoxIn(cube(5), camera.projectionMatrix), isBoxIn(cube(500), camera.projectionMatrix)]).toEqual([true, true])
})

test('a box is in the picture where a point of it is', () => {
  const camera = new PerspectiveCamera(50, 1.5, 1, 500)
  const number = fc.double({ min: -100, max: 100, noNaN: true })
  const size = fc.double({ min: 0, max: 60, noNaN: true })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(
      fc.tuple(number, number, number),
      fc.tuple(size, size, size),
      fc.tuple(share, share, share),
      fc.tuple(number, number),
      (at, by, where, [yaw, pitch]) => {
        camera.rotation.set(pitch / 60, yaw / 30, 0, 'YXZ')
        camera.updateMatrixWorld(true)
        const view = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorld.clone().invert())
        const min = new Vector3(...at)
        const box = new Box3(min, min.clone().add(new Vector3(...by)))
        const point = new Vector3(...at.map((each, i) => each + by[i]! * where[i]!))
        const { x, y, z } = point.clone().applyMatrix4(view)
        const isBefore = point.clone().applyMatrix4(camera.matrixWorld.clone().invert()).z < 0
        if (isBefore && Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) < 1) expect(isBoxIn(box, view)).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})
