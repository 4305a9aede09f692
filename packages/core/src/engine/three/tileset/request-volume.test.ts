import { Matrix4, Vector3 } from 'three'
import { expect, test } from 'vitest'
import { isInside } from './request-volume.ts'

const moved = new Matrix4().makeTranslation(100, 0, 0)

test('the camera is inside box, sphere and region where it is, through the tile’s transform', () => {
  const box = { box: [0, 0, 0, 2, 2, 0, -1, 1, 0, 0, 0, 5] }
  expect(isInside(box, moved, new Vector3(102, 2, 4))).toBe(true)
  expect(isInside(box, moved, new Vector3(102, -2, 4))).toBe(false)
  expect(isInside(box, moved, new Vector3(2, 2, 4))).toBe(false)
  const sphere = { sphere: [0, 0, 1, 3] }
  expect(isInside(sphere, moved, new Vector3(100, 0, 4))).toBe(true)
  expect(isInside(sphere, moved, new Vector3(100, 0, 4.1))).toBe(false)
  const region = { region: [-0.1, -0.1, 0.1, 0.1, 0, 100] }
  expect(isInside(region, new Matrix4(), new Vector3(6_378_187, 0, 0))).toBe(true)
  expect(isInside(region, new Matrix4(), new Vector3(6_378_337, 0, 0))).toBe(false)
  expect(isInside({ region: [3, -0.1, -3, 0.1, 0, 100] }, new Matrix4(), new Vector3(-6_378_187, 0, 0))).toBe(true)
})
