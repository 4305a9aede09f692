import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readFinestMesh } from './finest-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'longwan-finest-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A glb of one triangle in glTF's axes (Y up), moved by its node. */
function glb(corners: readonly number[], translation: readonly number[]): Buffer {
  const body = Buffer.from(Float32Array.from(corners).buffer)
  const json = JSON.stringify({
    asset: { version: '2.0' },
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, translation }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [{ bufferView: 0, componentType: 5126, count: corners.length / 3, type: 'VEC3' }],
    bufferViews: [{ buffer: 0, byteLength: body.length }],
    buffers: [{ byteLength: body.length }],
  })
  const head = Buffer.from(json.padEnd(Math.ceil(json.length / 4) * 4))
  const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer)
  const length = 12 + 8 + head.length + 8 + body.length
  return Buffer.concat([words(0x46546c67, 2, length), words(head.length, 0x4e4f534a), head, words(body.length, 0x004e4942), body])
}

test('only leaves count, in metres with Z up, wherever in the tree they hang', async () => {
  const triangle = [0, 0, 0, 1, 0, 0, 0, 0, -1]
  for (const name of ['root', 'a', 'ba'])
    writeFileSync(join(folder, `${name}.glb`), glb(triangle, name === 'ba' ? [10, 5, -20] : [0, 0, 0]))
  const transform = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 7, 8, 9, 1]
  const content = (name: string) => ({ content: { uri: `${name}.glb` } })
  // One that only groups has no content of its own, an empty leaf none at all.
  const root = { transform, ...content('root'), children: [content('a'), { children: [content('ba'), {}] }] }
  writeFileSync(join(folder, 'tileset.json'), JSON.stringify({ root }))
  const { toEcef, corners } = await readFinestMesh(join(folder, 'tileset.json'))
  expect(toEcef).toEqual(transform)
  expect([...corners].map((value) => value + 0)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 10, 20, 5, 11, 20, 5, 10, 21, 5])
})
