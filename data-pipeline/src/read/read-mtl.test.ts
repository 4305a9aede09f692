import { describe, expect, test } from 'vitest'
import { PLAIN_PLACE, readMtl } from './read-mtl.ts'

const read = (text: string) => readMtl(new TextEncoder().encode(text))
const material = (...lines: string[]) => read(`newmtl a\n${lines.join('\n')}\n`)[0]!
const image = (line: string) => material(line).image

describe('a material', () => {
  test('has its name whole, its colour, its picture and its line', () =>
    expect(read('# x\r\nnewmtl roof tiles\r\n  Kd 0.5 1 0\r\n  map_Kd roof.jpg\r\nnewmtl b\r\n')).toEqual([
      { name: 'roof tiles', color: [0.5, 1, 0], image: 'roof.jpg', place: PLAIN_PLACE, line: 4, unused: [] },
      { name: 'b', color: [0.75, 0.75, 0.75], image: undefined, place: PLAIN_PLACE, line: 5, unused: [] },
    ]))
  test('takes no statement that stands before the first one', () => expect(read('Kd 1 1 1\nmap_Kd x.jpg\n')).toEqual([]))
})

describe('a picture’s name', () => {
  test('may hold spaces', () => expect(image('map_Kd my roof 红.jpg')).toBe('my roof 红.jpg'))
  test('stands behind options of any length', () => {
    expect(image('map_Kd -s 1 1 1 -o 0 0 roof.jpg')).toBe('roof.jpg')
    expect(image('map_Kd -clamp on -mm 0 1 -blendu off my roof.jpg')).toBe('my roof.jpg')
  })
  test('may begin with a digit behind an option of numbers', () => expect(image('map_Kd -s 1 1 1 2roof.jpg')).toBe('2roof.jpg'))
  test('stays as it is written: who looks for the file knows of quotes and backslashes', () =>
    expect(image('map_kd "tex\\roof.jpg"')).toBe('"tex\\roof.jpg"'))
  test('may be missing', () => expect(image('map_Kd -clamp on')).toBeUndefined())
})

test('lines end in any way, and each name is decoded by itself', () => {
  const bytes = Uint8Array.from([
    ...new TextEncoder().encode('newmtl 东\rKd 1 0 0\r\nnewmtl '),
    0xb1,
    0xb1,
    ...new TextEncoder().encode('\nmap_Kd a.png\n'),
  ])
  expect(readMtl(bytes).map(({ name, line }) => [name, line])).toEqual([
    ['东', 1],
    ['北', 4],
  ])
})

test('options are told apart by any blanks', () => expect(image('map_Kd -bm\t1.0   -clamp  on\t my  roof.png')).toBe('my  roof.png'))

describe('how a picture lies', () => {
  test('is what -s, -o and -clamp say', () => {
    expect(material('map_Kd -s 2 3 1 -o 0.5 -0.25 -clamp on t.png').place).toEqual({ scale: [2, 3], offset: [0.5, -0.25], clamp: true })
    expect(material('map_Kd -s 2 t.png').place).toEqual({ scale: [2, 1], offset: [0, 0], clamp: false })
  })
  test('and what is not followed is said, unless it changes nothing', () => {
    expect(material('map_Kd -mm 0 1 -t 0 0 0 -blendu on -cc off -texres 512 t.png').unused).toEqual([])
    expect(material('d 0.5', 'map_d mask.png', 'map_Kd -mm 0.2 1.5 -t 1 1 1 t.png').unused).toEqual([
      'd 0.5 (drawn opaque)',
      'map_d mask.png',
      '-mm 0.2 1.5',
      '-t 1 1 1',
    ])
  })
})

test('a picture that only the ambient colour has is the picture; the diffuse one goes before it', () => {
  expect(image('map_Ka t.png')).toBe('t.png')
  expect(material('map_Ka a.png', 'map_Kd d.png', 'map_Ka b.png').image).toBe('d.png')
})
