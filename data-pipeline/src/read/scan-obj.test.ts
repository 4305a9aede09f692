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
})

test('a file without line ends is refused before it fills the memory', () => {
  let read = 0
  function* endless() {
    for (;;) {
      read++
      yield new Uint8Array(8 << 20)
    }
  }
  expect(() => scanObj(endless(), 'a mesh.obj')).toThrow(/^a mesh\.obj:1: a line of over 64 MB; is it an OBJ/)
  expect(read).toBeLessThan(12)
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
    expect(warnings).toEqual([expect.stringMatching(/^a mesh\.obj:5: 2 faces without area are/)])
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

describe('a bad line costs what stands in it, and is told with its kind, its first line and how many there are', () => {
  const FACES = `${SQUARE}v 9 9 9\nf 1 2 3\nf 1 3 4\nf 2 3 4\n`
  const cornersOf = (text: string) => [...scan(text).corners].join(' ')
  const SOUND = '0 1 2 0 2 3 1 2 3'
  test.each([
    [
      'a vertex that is no number',
      'v 1 nan 0\nf 1 2 6\nf 1 2 6',
      /^a mesh\.obj:9: 1 vertex has no three finite numbers .*"nan" as y.*left out/,
    ],
    ['a vertex at infinity', 'v 1e999 0 0\nf 1 2 6', /:9: .*Infinity as x/],
    ['a vertex beyond any grid', 'v 0 -1e13 0\nf 1 2 6', /:9: .*-10000000000000 as y/],
    ['a vertex that ends early', 'v 1 2\nf 1 2 6', /:9: .*nothing as z/],
    ['an index of zero', 'f 0 1 2', /:9: 1 face names a vertex by what is no number of one \(the first by "0"; counting begins at 1\)/],
    ['an index too far back', 'f -9 1 2', /:9: .*"-9"/],
    ['an index that is no number', 'f 1 2 x', /:9: .*"x"/],
    [
      'an index past the end',
      'f 1 2 99\nf 1 2 7',
      /:9: a face names position 99, which the file does not have; .*cut or was joined wrongly/,
    ],
    ['faces of two corners', 'f 1 2\nf 3', /:9: 2 faces have fewer than 3 corners \(the first has 2 corners\)/],
  ])('%s', (_, line, told) => {
    expect(cornersOf(`${FACES}${line}`)).toBe(SOUND)
    expect(scan(`${FACES}${line}`).warnings).toEqual([expect.stringMatching(told)])
    // Wherever it stands.
    expect([...scan(`${FACES}${line}\nf 1 2 5\n`).corners].slice(-3)).toEqual([0, 1, 4])
  })
  test.each([
    [
      'is no number',
      'vt nan 0',
      /^a mesh\.obj:1: 1 texture coordinate is no finite numbers \(the first has "nan"\), and the faces there lose their picture/,
    ],
    ['is no number in its second part', 'vt 0 x', /"x"/],
    ['is infinite', 'vt inf 0', /"inf"/],
  ])('a texture coordinate that %s', (_, vt, told) => {
    const { cornerUvs, corners, warnings } = scan(`${vt}\nvt 0 0\nvt 1 0\nvt 1 1\n${SQUARE}f 1/1 2/2 3/3\nf 1/2 2/3 3/4\n`)
    expect([...cornerUvs]).toEqual([-1, -1, -1, 1, 2, 3])
    expect([corners.length, warnings]).toEqual([6, [expect.stringMatching(told)]])
  })
  test('a texture coordinate past the end', () => {
    const { cornerUvs, warnings } = scan(`vt 0 0\n${SQUARE}f 1/1 2/7 3/1\nf 1/1 2/1 3/1\n`)
    expect([...cornerUvs]).toEqual([-1, -1, -1, 0, 0, 0])
    expect(warnings).toEqual([expect.stringMatching(/:6: a face names texture coordinate 7, which the file does not have/)])
  })
  test('one row of a picture needs no second part', () => expect([...scan(`vt 0.5\n`).uvs]).toEqual([0.5, 0]))
  test('more than half of the faces are no mesh: file, line, value and what to do', () => {
    const { code, message, details } = refusal(`${SQUARE}f 1 2 3\nf 1 2 99\nf 1 2 x\n`)
    expect(code).toBe('input-invalid')
    expect(message).toMatch(
      /^a mesh\.obj:6: 2 of 3 triangles cannot be read \(.*\); this is no mesh, or it is cut or was joined wrongly: export it again$/,
    )
    expect(details).toMatchObject({ file: 'a mesh.obj', line: 6, value: 2 })
    expect(scan(`${SQUARE}f 1 2 3\nf 1 2 x\n`).corners).toHaveLength(3)
  })
  test('sound faces are untouched by any bad line among them', () => {
    const bad = fc.constantFrom(
      'v nan 0 0',
      'v',
      'vt x',
      'f 1 2',
      'f',
      'f 1 2 0',
      'f 1 2 1e9',
      'f a b c',
      'f 1/2/3/4 2 3 4x',
      'usemtl',
      'vt',
      'g',
      'f 1 1 1',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(bad, fc.integer({ min: 0, max: 8 })), { maxLength: 8 }), (lines) => {
        const file = FACES.trim().split('\n').slice(5)
        for (const [line, at] of lines) file.splice(Math.min(at, file.length), 0, line)
        // Enough of sound ones that it stays a mesh.
        const { corners } = scan(`${SQUARE}v 9 9 9\n${file.join('\n')}\n${'f 1 2 5\n'.repeat(9)}`)
        expect([...corners].join(' ')).toBe(`${SOUND}${' 0 1 4'.repeat(9)}`)
      }),
    )
  })
})

describe('lines', () => {
  const text = `# a\nmtllib x.mtl\n${SQUARE}vt 0 0\nvt 1 0\nvt 0.25 1e-1\nusemtl m m\nf 1/1 2/2 \\\n3/3 4/1\n\nf 1/1 x 3/3\nf 1/1 2/2 3/3`
  test.each(['\r', '\r\n'])('may end with %j: line numbers are the same', (end) =>
    expect(scan(text.replaceAll('\n', end))).toEqual(scan(text)),
  )
  test('may end each in its own way, however the bytes are cut', () => {
    const whole = scan(text)
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.constantFrom('\n', '\r', '\r\n')),
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }),
        (ends, sizes) => {
          // CR before an empty line's LF would be one end.
          const all = bytes(text.replaceAll('\n\n', '\n#\n').replace(/\n/g, () => ends.next().value!))
          const chunks: Uint8Array[] = []
          let at = 0
          for (const size of sizes) chunks.push(all.subarray(at, (at += size)))
          chunks.push(all.subarray(at))
          expect(scanObj(chunks, 'a mesh.obj')).toEqual(whole)
        },
      ),
    )
  })
})

describe('colours of vertices', () => {
  const colors = (text: string) => [...scan(text).colors]
  test('are bytes, whether the file counts to 1 or to 255', () => {
    expect(colors('v 0 0 0 1 0.5 0\n')).toEqual([255, 128, 0, 255])
    expect(colors('v 0 0 0 255 128 0\nv 0 0 0 1 1 1 1\n')).toEqual([255, 128, 0, 255, 1, 1, 1, 255])
  })
  test('are told apart from a weight, and from vertices without any', () => {
    expect(colors('v 0 0 0 1\n')).toEqual([])
    expect(colors('v 0 0 0\nv 0 0 0 0 0 1\nv 0 0 0 1.0\n')).toEqual([0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0])
  })
})

test('names are keys: bytes that differ stay apart, in whatever encoding', () => {
  const line = (...name: number[]) => Uint8Array.from([...bytes('usemtl '), ...name, 10, ...bytes('f 1 2 3\n')])
  // 东 and 北 in GBK, a byte that is in neither encoding, and 东 in UTF-8.
  const chunks = [bytes(SQUARE), line(0xb6, 0xab), line(0xb1, 0xb1), line(0xff), line(...bytes('东'))]
  const { materials, triangleMaterials } = scanObj(chunks, 'a mesh.obj')
  expect(materials.map(({ name }) => name)).toEqual(['东', '北', 'ÿ'])
  expect([...triangleMaterials]).toEqual([0, 1, 2, 0])
})
