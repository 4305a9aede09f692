// Read: one OBJ file from the disk, in pieces. Runs in a worker, so it may read synchronously.
import { closeSync, openSync, readSync } from 'node:fs'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { ObjMesh } from './obj-mesh.ts'
import { scanObj } from './scan-obj.ts'

const CHUNK_BYTES = 8 << 20

/** @throws TwinError `input-invalid`, with the line; `input-missing` where the file cannot be opened */
export function readObjFile(file: string): ObjMesh {
  return scanObj(chunksOf(file), file)
}

function* chunksOf(file: string): Generator<Uint8Array> {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (cause) {
    throw new TwinError(
      'input-missing',
      `${file}: cannot be opened (${(cause as NodeJS.ErrnoException).code}); check the path and its rights`,
      { file },
      { cause },
    )
  }
  try {
    for (;;) {
      // A new buffer each time: the scanner keeps the tail of the last one.
      const buffer = new Uint8Array(CHUNK_BYTES)
      const got = readSync(handle, buffer)
      if (got === 0) return
      yield buffer.subarray(0, got)
    }
  } finally {
    closeSync(handle)
  }
}
