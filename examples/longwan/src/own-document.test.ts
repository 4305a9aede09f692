import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ownDocument } from './own-document.ts'

const longwan = JSON.parse(readFileSync(new URL('../longwan.twin.json', import.meta.url), 'utf8')) as Record<string, unknown>

describe('a document of the user', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-document-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const written = (...urls: string[]) => {
    const path = join(folder, 'my town.twin.json')
    const tilesets = urls.map((url, i) => ({ id: `t${i}`, url, at: 'origin' }))
    writeFileSync(path, JSON.stringify({ ...longwan, tilesets, feeds: [], layers: [], panels: [] }))
    return path
  }

  test('has each folder that it names mounted where it names it, once', async () => {
    const { document, mounts } = await ownDocument(written('tiles/a.json', 'tiles/b.json', 'east%20side/c.json', 'd.json'))
    expect(document).toBe(join(folder, 'my town.twin.json'))
    expect(mounts).toEqual([
      { path: '/tiles/', folder: join(folder, 'tiles/') },
      { path: '/east side/', folder: join(folder, 'east side/') },
      { path: '/', folder },
    ])
  })

  test('may begin with a byte order mark', async () => {
    const path = written('tiles/a.json')
    writeFileSync(path, `\uFEFF${readFileSync(path, 'utf8')}`)
    expect((await ownDocument(path)).mounts.length).toBe(1)
  })

  test('leaves other hosts to the browser', async () =>
    expect((await ownDocument(written('https://tiles.example/a.json'))).mounts).toEqual([]))

  test.each([
    '../tiles/a.json',
    'tiles/../../a.json',
    '/tiles/a.json',
    '%2e%2e/a.json',
    'x%2f..%2f..%2fa/t.json',
    '../my%20town/../a.json',
  ])('whose URL is %s is refused with its place and what to do', (url) =>
    expect(ownDocument(written('tiles/a.json', url))).rejects.toMatchObject({
      code: 'document-invalid',
      message: expect.stringMatching(/my town\.twin\.json: tilesets\[1\]\.url leads out of the document's folder.*; move the document up/),
    }),
  )
})
