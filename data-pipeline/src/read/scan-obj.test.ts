import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scanObj } from './scan-obj.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const scan = (text: string) => scanObj([bytes(text)], 'a mesh.obj')
const SQUARE = 'v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n'
const refusal = (text: string): { code: string; message: string; details: Record<string, unknown> } => {
  try {
    scan(text)
  } catch (error) {
    return error as never
  }
  throw new Error('was not refused')
}

describe('numbers', () => {
  test('are read in every form that exporters write', () => {
    const { positions } = scan('v 1 -2.5 +3e2\nv .5 1.e-3 -0\nv 512345.6789012 3371444.25 1E-30\n')
    expect([...positions]).toEqual([1, -2.5, 300, 0.5, 0.001, -0, 512345.6789012, 3371444.25, 1e-30])
  })
  test('agree with the parser of the language to the last few bits', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
        fc.integer({ min: 0, max: 12 }),
        (value, digits) => {
          for (const word of [value.toFixed(digits), value.toExponential(digits), String(value)]) {
            const [read] = scan(`v ${word} 0 0\n`).positions
            expect(Math.abs(read! - Number(word))).toBeLessThanOrEqual(Math.abs(Number(word)) * 2e-15 + 1e-290)
          }
        },
      ),
    )
  })
  test('with colours or a weight behind them are read without those', () =>
    expect([...scan('v 1 2 3 0.5 0.5 0.5\nv 4 5 6 1\n').positions]).toEqual([1, 2, 3, 4, 5, 6]))
})

describe('a file that is hardly an OBJ', () => {
  test('may begin with a byte order mark: its first vertex counts', () =>
    expect([...scan('\ufeffv 1 2 3\nv 4 5 6\n').positions]).toEqual([1, 2, 3, 4, 5, 6]))
  test.each(['', '\0\x01garbage', '<html>not found</html>', 'v\0 \x001\0', '# a comment\n'])('%j has no vertex, and it is told', (text) =>
    expect(scan(text).warnings).toEqual([expect.stringMatching(/^a mesh\.obj: holds no vertex .*; is it an OBJ/)]),
  )
  test.each(['1e308', '-1e13', '1e999'])('%s is no coordinate: sums of it are not finite', (word) =>
    expect(refusal(`v 0 ${word} 0\n`).message).toMatch(/^a mesh\.obj:1: vertex 1 has "\S+" as y, expected at most 1e12 either way/),
  )
})

describe('faces', () => {
  test('count from 1, or back from the end', () => {
    expect([...scan(`${SQUARE}f 1 2 3\nf -4 -2 -1\n`).corners]).toEqual([0, 1, 2, 0, 2, 3])
    expect([...scan(`vt 0 0\nvt 1 0\nvt 1 1\n${SQUARE}f -4/-3 -3/-2 -2/-1\n`).cornerUvs]).toEqual([0, 1, 2])
  })
  test('are read with and without texture and normal', () => {
    expect([...scan(`vn 0 0 1\nvt 0 0\n${SQUARE}f 1//1 2//1 3//1\nf 1/1/1 2/1/1 3/1/1\n`).cornerUvs]).toEqual([-1, -1, -1, 0, 0, 0])
  })
  test('of many corners become triangles, concave ones too', () => {
    const arrow = 'v 0 0 0\nv 4 4 0\nv 0 8 0\nv 1 4 0\nf 1 2 3 4\n'
    const { corners, positions } = scan(arrow)
    const area = (i: number) => {
      const [a, b, c] = [corners[3 * i]! * 3, corners[3 * i + 1]! * 3, corners[3 * i + 2]! * 3]
      return (
        ((positions[b]! - positions[a]!) * (positions[c + 1]! - positions[a + 1]!) -
          (positions[b + 1]! - positions[a + 1]!) * (positions[c]! - positions[a]!)) /
        2
      )
    }
    expect(corners.length).toBe(6)
    expect([area(0), area(1)].every((a) => a > 0)).toBe(true)
    expect(area(0) + area(1)).toBe(12)
  })
  test('without area are left out and told once, with their first line', () => {
    const { corners, warnings } = scan(`${SQUARE}f 1 1 2\nf 1 2 3\nf 2 2 2\n`)
    expect(corners.length).toBe(3)
    expect(warnings).toEqual([expect.stringMatching(/^a mesh\.obj:5: 2 faces without area/)])
  })
  test('may go on in the next line behind a backslash', () => expect(scan(`${SQUARE}f 1 2 \\\n 3 4\n`).corners.length).toBe(6))
  test('keep their material, whatever its name', () => {
    const { materials, triangleMaterials, libraries } = scan(
      `mtllib my lib.mtl\n${SQUARE}f 1 2 3\nusemtl roof tiles 红\nf 1 2 3\nusemtl b\nf 1 2 3\nusemtl roof tiles 红\nf 1 3 4\n`,
    )
    expect(materials).toEqual([
      { name: '', line: 6 },
      { name: 'roof tiles 红', line: 7 },
      { name: 'b', line: 9 },
    ])
    expect([...triangleMaterials]).toEqual([0, 1, 2, 1])
    expect(libraries).toEqual([{ name: 'my lib.mtl', line: 1 }])
  })
})

test('gives one result however the bytes are cut', () => {
  const text = `# a\r\nmtllib x.mtl\r\n${SQUARE}vt 0 0\r\nvt 1 0\nvt 0.25 1e-1\nusemtl m m\nf 1/1 2/2 \\\r\n3/3 4/1\nf 1/1 2/2 3/3`
  const whole = scan(text)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }), (sizes) => {
      const all = bytes(text)
      const chunks: Uint8Array[] = []
      let at = 0
      for (const size of sizes) chunks.push(all.subarray(at, (at += size)))
      chunks.push(all.subarray(at))
      expect(scanObj(chunks, 'a mesh.obj')).toEqual(whole)
    }),
  )
})

describe('a refusal names file, line, value and what to do', () => {
  test('for a vertex that is no number', () => {
    const { code, message, details } = refusal('v 0 0 0\n\nv 1 nan 0\n')
    expect(code).toBe('input-invalid')
    expect(message).toMatch(/^a mesh\.obj:3: vertex 2 has "nan" as y, expected a finite number; /)
    expect(details).toMatchObject({ file: 'a mesh.obj', line: 3, value: 'nan' })
  })
  test('for infinity, and for a line that ends early', () => {
    expect(refusal('v 1e999 0 0\n').message).toMatch(/:1: vertex 1 has/)
    expect(refusal('v 1 2\nv 1 2 3').message).toMatch(/:1: vertex 1 has nothing as z/)
  })
  test('for an index past the end', () => {
    expect(refusal(`${SQUARE}f 1 2 3\nf 1 2 99\nf 1 2 5\n`)).toMatchObject({
      message: expect.stringMatching(/^a mesh\.obj:6: a face names position 99, but the file has 4; /),
      details: { line: 6, value: 99 },
    })
    expect(refusal(`vt 0 0\n${SQUARE}f 1/1 2/7 3/1\n`).message).toMatch(/:6: a face names texture coordinate 7, but the file has 1/)
  })
  test('for an index of zero, one too far back, one that is no number', () => {
    expect(refusal(`${SQUARE}f 0 1 2\n`).message).toMatch(/:5: a face names position "0"/)
    expect(refusal(`${SQUARE}f -5 1 2\n`).message).toMatch(/:5: a face names position "-5", but 4 are defined/)
    expect(refusal(`${SQUARE}f 1 2 x\n`).message).toMatch(/:5: a face names position "x"/)
  })
  test('for a face of two corners', () => expect(refusal(`${SQUARE}f 1 2\n`).message).toMatch(/:5: a face has 2 corners/))
})
