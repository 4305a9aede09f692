import { describe, expect, test } from 'vitest'
import { readMtl } from './read-mtl.ts'

const image = (line: string) => readMtl(`newmtl a\n${line}\n`)[0]!.image

describe('a material', () => {
  test('has its name whole, its colour, its picture and its line', () =>
    expect(readMtl('# x\r\nnewmtl roof tiles\r\n  Kd 0.5 1 0\r\n  map_Kd roof.jpg\r\nnewmtl b\r\n')).toEqual([
      { name: 'roof tiles', color: [0.5, 1, 0], image: 'roof.jpg', line: 4 },
      { name: 'b', color: [0.75, 0.75, 0.75], image: undefined, line: 5 },
    ]))
  test('takes no statement that stands before the first one', () => expect(readMtl('Kd 1 1 1\nmap_Kd x.jpg\n')).toEqual([]))
})

describe('a picture’s name', () => {
  test('may hold spaces', () => expect(image('map_Kd my roof 红.jpg')).toBe('my roof 红.jpg'))
  test('stands behind options of any length', () => {
    expect(image('map_Kd -s 1 1 1 -o 0 0 roof.jpg')).toBe('roof.jpg')
    expect(image('map_Kd -clamp on -mm 0 1 -blendu off my roof.jpg')).toBe('my roof.jpg')
  })
  test('may begin with a digit behind an option of numbers', () => expect(image('map_Kd -s 1 1 1 2roof.jpg')).toBe('2roof.jpg'))
  test('is read in quotes and with backslashes', () => expect(image('map_kd "tex\\roof.jpg"')).toBe('tex\\roof.jpg'))
  test('may be missing', () => expect(image('map_Kd -clamp on')).toBeUndefined())
})
