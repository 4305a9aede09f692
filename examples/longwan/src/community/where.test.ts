import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { communityPlaces, isCommunityWhole, madeOf } from './where.ts'

let kept: string
beforeEach(() => {
  kept = mkdtempSync(join(tmpdir(), 'longwan-where-'))
  const { tiles, inventory, done } = communityPlaces(kept)
  for (const folder of [tiles, inventory]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(tiles, 'tileset.json'), '{}')
  writeFileSync(done, madeOf('small'))
})
afterEach(() => rmSync(kept, { recursive: true, force: true }))

test('whole where tiles, inventories and the mark of this recipe are there', () => expect(isCommunityWhole(kept, 'small')).toBe(true))

test.each(['tiles', 'inventory', 'done'] as const)('not whole without its %s', (lacking) => {
  rmSync(communityPlaces(kept)[lacking], { recursive: true })
  expect(isCommunityWhole(kept, 'small')).toBe(false)
})

test('what was made of another size or another recipe is another community', () => {
  expect(isCommunityWhole(kept, 'full')).toBe(false)
  writeFileSync(communityPlaces(kept).done, madeOf('small').replace(/"recipe/, '"recipe0'))
  expect(isCommunityWhole(kept, 'small')).toBe(false)
})

test('where nothing is kept, nothing is whole', () => expect(isCommunityWhole(join(kept, 'gone'), 'small')).toBe(false))
