// Whether a mesh lies in the picture, exactly as far as its box tells. A test of planes alone takes level ground for seen by whoever stands on it
// and looks at the sky: behind the eye it is over the lowest plane, and before it is in front of the near one.
import { type Box3, type InstancedMesh, Matrix4, type Mesh, type Object3D, Vector3, Vector4 } from 'three'

/** Corners of a box by bits, x y z, and its faces as turns of corners. */
const FACES: readonly (readonly number[])[] = [
  [0, 2, 6, 4],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 3, 7, 6],
  [0, 1, 3, 2],
  [4, 5, 7, 6],
]
/** What is inside of a plane of clip space has a distance of 0 and more. */
const PLANES: readonly ((v: Vector4) => number)[] = [
  ({ x, w }) => w + x,
  ({ x, w }) => w - x,
  ({ y, w }) => w + y,
  ({ y, w }) => w - y,
  ({ z, w }) => w + z,
  ({ z, w }) => w - z,
]

const local = new Matrix4()
const eye = new Vector3()

/** Any mesh of the group. */
export function isInPicture(group: Object3D, viewProjection: Matrix4): boolean {
  if ((group as Mesh).geometry !== undefined && isMeshIn(group as Mesh, viewProjection)) return true
  return group.children.some((child) => isInPicture(child, viewProjection))
}

function isMeshIn(mesh: Mesh, viewProjection: Matrix4): boolean {
  const owner = (mesh as unknown as InstancedMesh).isInstancedMesh ? (mesh as unknown as InstancedMesh) : mesh.geometry
  if (owner.boundingBox === null) owner.computeBoundingBox()
  return isBoxIn(owner.boundingBox!, local.multiplyMatrices(viewProjection, mesh.matrixWorld))
}

/** @param toClip from the box's own axes to clip space. */
export function isBoxIn({ min, max }: Box3, toClip: Matrix4): boolean {
  const corners = Array.from({ length: 8 }, (_, i) =>
    new Vector4(i & 1 ? max.x : min.x, i & 2 ? max.y : min.y, i & 4 ? max.z : min.z, 1).applyMatrix4(toClip),
  )
  // Most boxes lie beside one plane as a whole.
  if (PLANES.some((distance) => corners.every((corner) => distance(corner) < 0))) return false
  if (FACES.some((face) => isAnyIn(face.map((i) => corners[i]!)))) return true
  // No side of it is seen: it holds the whole picture, or nothing of it.
  eye.set(0, 0, -1).applyMatrix4(local.copy(toClip).invert())
  return eye.x >= min.x && eye.x <= max.x && eye.y >= min.y && eye.y <= max.y && eye.z >= min.z && eye.z <= max.z
}

/** Cuts a polygon by each plane in turn (Sutherland and Hodgman); true where something is left. */
function isAnyIn(polygon: readonly Vector4[]): boolean {
  let left = polygon
  for (const distance of PLANES) {
    const cut: Vector4[] = []
    for (const [i, to] of left.entries()) {
      const from = left.at(i - 1)!
      const [before, after] = [distance(from), distance(to)]
      if (before < 0 !== after < 0) cut.push(from.clone().lerp(to, before / (before - after)))
      if (after >= 0) cut.push(to)
    }
    if (cut.length === 0) return false
    left = cut
  }
  return true
}
