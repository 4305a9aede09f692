import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { onDisk, writeFolder, writeWhole } from './disk.ts'

const root = mkdtempSync(join(tmpdir(), 'longwan-disk-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const fail = (code: string) => (): Promise<void> => Promise.reject(Object.assign(new Error(code), { code }))

test('a folder whose filling fails does not appear, and what a crash left is swept', async () => {
  const half = async (folder: string): Promise<void> => {
    writeFileSync(join(folder, 'x'), '1')
    await fail('EIO')()
  }
  await expect(writeFolder(root, 'a', half)).rejects.toThrow('EIO')
  expect(existsSync(join(root, 'a'))).toBe(false)
  await writeFolder(root, 'a', async (f) => writeWhole(join(f, 'y'), '2'))
  expect(readdirSync(join(root, 'a'))).toEqual(['y'])
  expect(readFileSync(join(root, 'a/y'), 'utf8')).toBe('2')
})

test('a full disk is told as such, with the path and what to do', async () => {
  await expect(onDisk('/out/x.jpg', fail('ENOSPC'))).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/out.x.jpg.*free some space/),
  })
})

test('a place that cannot be written is the caller`s option', async () => {
  writeFileSync(join(root, 'file'), '')
  await expect(writeWhole(join(root, 'file/x'), '')).rejects.toMatchObject({ code: 'option-invalid' })
})
