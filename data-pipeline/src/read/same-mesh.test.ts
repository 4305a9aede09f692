import { expect, test } from 'vitest'
import { withoutCopies } from './same-mesh.ts'
import { scanObj } from './scan-obj.ts'

const square = (x: number, z = 0, more = '') =>
  scanObj(
    [new TextEncoder().encode(`v ${x} 0 ${z}\nv ${x + 10} 0 ${z}\nv ${x + 10} 10 ${z + 1}\nv ${x} 10 ${z}\n${more}f 1 2 3\nf 1 3 4\n`)],
    'a.obj',
  )
const of = (...meshes: ReturnType<typeof square>[]) => {
  const { taken, notes, warnings } = withoutCopies(meshes.map((mesh, i) => ({ file: `${i}.obj`, mesh })))
  return { taken: taken.map(({ file }) => file), notes, warnings }
}

test('a copy is left out, and told', () =>
  expect(of(square(0), square(20), square(0))).toEqual({
    taken: ['0.obj', '1.obj'],
    notes: ['2.obj: is the same mesh as 0.obj and is left out'],
    warnings: [],
  }))

test('what lies over another is kept, and told, for it may be meant so', () =>
  expect(of(square(0), square(0.5, 0, 'v 5 5 0.5\n'))).toEqual({
    taken: ['0.obj', '1.obj'],
    notes: [],
    warnings: [expect.stringMatching(/^1\.obj: lies where 0\.obj lies, and both are kept; .*give the path of the one/)],
  }))

test('neighbours, storeys and empty files are neither', () =>
  expect(of(square(0), square(10), square(0, 3), scanObj([], 'e.obj'), scanObj([], 'f.obj'))).toEqual({
    taken: ['0.obj', '1.obj', '2.obj', '3.obj', '4.obj'],
    notes: [],
    warnings: [],
  }))
