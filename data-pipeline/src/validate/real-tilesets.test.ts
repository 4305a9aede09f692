// The validator on every tileset of ../shared/data, beside a kept list of what is wrong there. Each kind of finding was confirmed without
// the validator, by reading headers and JSON or by a calculation of its own; `why` tells how.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { validateTileset } from './validate-tileset.ts'

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const LACKS = existsSync(DATA) ? undefined : '../shared/data is absent'

/** Per tileset and kind (`error schema`): how it was confirmed, and where, by file and JSON pointer. What is not named has none. */
const kept = JSON.parse(readFileSync(new URL('real-findings.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, { readonly why: string; readonly at: readonly string[] }>
>

/** Outermost tilesets: the ones that others name are read with them. */
const OUTERMOST = [
  'b3dm-cc-gltf1-rtc/Production_1.json',
  'b3dm-cc-gltf2-rtccenter/Data/Model/Model.json',
  'b3dm-djiterra-gltf2-draco/tileset.json',
  'scan-cedar-creek/mesh_tiles/tileset.json',
  'scan-cedar-creek/mesh_tiles/4.json',
]
const samples = () =>
  readdirSync(path.join(DATA, '3d-tiles-samples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'tileset.json' && !name.includes('/city/'))
    .map((name) => `3d-tiles-samples/${name}`)

test('every tileset of the data is in the list, or has nothing to be listed', (ctx) => {
  if (LACKS !== undefined) return ctx.skip(LACKS)
  expect([...OUTERMOST, ...samples()]).toEqual(expect.arrayContaining(Object.keys(kept)))
  expect(samples().length).toBeGreaterThan(10)
  for (const kinds of Object.values(kept)) for (const { why } of Object.values(kinds)) expect(why.length).toBeGreaterThan(20)
})

for (const name of [...OUTERMOST, ...(LACKS === undefined ? samples() : [])])
  test(`${name}: what is known to be wrong is found, and nothing else`, async (ctx) => {
    if (LACKS !== undefined) return ctx.skip(LACKS)
    const { findings, contents, tiles } = await validateTileset(path.join(DATA, name))
    const found: Record<string, string[]> = {}
    for (const { severity, code, file, pointer } of findings)
      (found[`${severity} ${code}`] ??= []).push(pointer === '' ? file : `${file}#${pointer}`)
    for (const list of Object.values(found)) list.sort()
    expect(found).toEqual(Object.fromEntries(Object.entries(kept[name] ?? {}).map(([kind, { at }]) => [kind, at])))
    // Something was read. (One sample has a tile without content by intent.)
    expect(tiles).toBeGreaterThan(0)
    expect(contents > 0 || name.includes('FullMetadata')).toBe(true)
  })
