import type { MeshoptPort } from '../src/tiles/buffers.ts'

/** For a tile that is not compressed. */
export const noMeshopt: MeshoptPort = {
  decodeGltfBuffer() {
    throw new Error('the tile is compressed with meshopt, and the test gave no decoder')
  },
}
