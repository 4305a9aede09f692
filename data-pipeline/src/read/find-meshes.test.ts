import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findMeshes } from './find-meshes.ts'
import { otherForms } from './other-forms.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
})
afterEach(() => rm(folder, { recursive: true }))
const at = (name: string) => path.join(folder, name)
const put = async (...names: string[]) => {
  for (const name of names) {
    await mkdir(path.dirname(at(name)), { recursive: true })
    await writeFile(at(name), '')
  }
}
const found = async () => {
  const { files, notes } = await findMeshes(folder)
  return { files: files.map((file) => path.relative(folder, file)), notes: notes.map((note) => note.replaceAll(`${folder}/`, '')) }
}

describe('a folder is a capture', () => {
  test('of all its meshes, sorted', async () => {
    await put('Data/b/b.obj', 'Data/a/a.OBJ', '.hidden/x.obj', 'readme.txt')
    expect(await found()).toEqual({ files: ['Data/a/a.OBJ', 'Data/b/b.obj'], notes: [] })
  })
  test('whose links are followed, each file once', async () => {
    await put('real/a.obj', 'real/b.obj')
    await symlink(at('real'), at('a-link'))
    await symlink(at('real/a.obj'), at('copy.obj'))
    expect(await found()).toEqual({
      files: ['real/a.obj', 'real/b.obj'],
      notes: ['a-link: is real again, by a link, and is passed over', 'copy.obj: is real/a.obj again, by a link, and is passed over'],
    })
  })
  test('whose links may go round, or nowhere', async () => {
    await put('a/a.obj')
    await symlink(folder, at('a/up'))
    await symlink(at('gone'), at('broken.obj'))
    expect(await found()).toEqual({
      files: ['a/a.obj'],
      notes: [
        expect.stringMatching(/^a\/up: is .* again, by a link, and is passed over$/),
        'broken.obj: is a link that leads nowhere and is passed over',
      ],
    })
  })
  test('beyond a link outside of it too', async () => {
    const other = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
    await writeFile(path.join(other, 'x.obj'), '')
    await symlink(other, at('disk'))
    expect((await found()).files).toEqual(['disk/x.obj'])
    await rm(other, { recursive: true })
  })
  test('in which a name that is not UTF-8 is passed over, and told', async (ctx) => {
    if (process.platform !== 'linux') ctx.skip('only Linux has names of any bytes')
    await put('a.obj')
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xb6, 0xab]), Buffer.from('.obj')]), '')
    const { files, notes } = await found()
    expect([files, notes]).toEqual([
      ['a.obj'],
      [expect.stringMatching(/\.obj: cannot be opened and is passed over; give it a name in UTF-8/)],
    ])
  })
  test('that is not searched for ever, and says where it was not', async () => {
    await put('1/2/3/4/a.obj', '1/2/3/4/5/b.obj')
    expect(await found()).toEqual({ files: ['1/2/3/4/a.obj'], notes: ['1/2/3/4/5: lies deeper than 4 folders and is passed over'] })
    await rm(at('1/2/3/4/a.obj'))
    await expect(findMeshes(folder)).rejects.toThrow(/holds no \.obj down to 4 folders deep \(.*5: lies deeper/)
  })
})

describe('one mesh in several forms is taken once', () => {
  const taken = (...files: string[]) => {
    const others = otherForms(files)
    return files.filter((file) => !others.has(file))
  }
  test.each([
    ['OpenDroneMap: in the map’s metres', ['p/odm_textured_model.obj', 'p/odm_textured_model_geo.obj'], ['p/odm_textured_model_geo.obj']],
    [
      'OpenDroneMap: with its walls',
      [
        'odm_texturing/odm_textured_model_geo.obj',
        'odm_texturing_25d/odm_textured_model_geo.obj',
        'odm_texturing_25d/odm_textured_model.obj',
      ],
      ['odm_texturing/odm_textured_model_geo.obj'],
    ],
    ['without walls where there is nothing else', ['odm_texturing_25d/m.obj'], ['odm_texturing_25d/m.obj']],
    ['ContextCapture: the finest level', ['T/T_L17.obj', 'T/T_L18.obj', 'T/T_L19.obj'], ['T/T_L19.obj']],
    [
      'ContextCapture: of a tree, each branch at its finest',
      ['T/T_L17_0.obj', 'T/T_L18_00.obj', 'T/T_L18_01.obj', 'T/T_L19_000.obj', 'T/T_L19_001.obj'],
      ['T/T_L18_01.obj', 'T/T_L19_000.obj', 'T/T_L19_001.obj'],
    ],
    ['blocks beside each other are no forms of one', ['A/A.obj', 'B/B.obj', 'A_L/A_L.obj'], ['A/A.obj', 'B/B.obj', 'A_L/A_L.obj']],
    ['levels of two blocks are apart', ['A/A_L18.obj', 'B/B_L17.obj'], ['A/A_L18.obj', 'B/B_L17.obj']],
  ])('%s', (_, files, expected) => expect(taken(...files)).toEqual(expected))
  test('and which, and how to take the other, is told', async () => {
    await put('m.obj', 'm_geo.obj')
    expect(await found()).toEqual({
      files: ['m_geo.obj'],
      notes: ['m.obj: is another form of m_geo.obj, which is taken; give its path to take it instead'],
    })
    expect((await findMeshes(at('m.obj'))).files).toEqual([at('m.obj')])
  })
})
