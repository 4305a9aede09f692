import { expect, test } from 'vitest'
import { chooseFormat } from './ktx2.ts'

test('a texture becomes what the GPU has and is nearest to it, half as large without alpha', () => {
  expect(chooseFormat('etc1s', false, ['bc7', 'bc3', 'bc1'])).toBe('bc7')
  expect(chooseFormat('etc1s', false, ['bc3', 'bc1'])).toBe('bc1')
  expect(chooseFormat('etc1s', true, ['bc3', 'bc1'])).toBe('bc3')
  expect(chooseFormat('etc1s', false, ['etc2-rgb', 'etc2-rgba', 'bc7'])).toBe('etc2-rgb')
  expect(chooseFormat('uastc', true, ['etc2-rgba', 'astc-4x4'])).toBe('astc-4x4')
  expect(chooseFormat('uastc', true, [])).toBe('rgba8')
})
