import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCommunity } from './make-community.ts'
import type { StepPorts } from './run-step.ts'
import type { Step } from './step.ts'
import type { MakingProgress } from './time-left.ts'
import { communityPlaces, isCommunityWhole } from './where.ts'

let kept: string
beforeEach(() => {
  kept = mkdtempSync(join(tmpdir(), 'longwan-kept-'))
})
afterEach(() => rmSync(kept, { recursive: true, force: true }))

/** Steps that leave behind what the real ones do. */
function steps({ failAt }: { readonly failAt?: Step['type'] } = {}) {
  const ran: string[] = []
  const whole: boolean[] = []
  const run = async (step: Step, { onProgress }: StepPorts = {}) => {
    ran.push(step.type)
    whole.push(isCommunityWhole(kept, 'small'))
    onProgress?.(0, `${step.type} begins`)
    if (failAt === step.type) throw new Error('no room')
    const { tiles, inventory } = communityPlaces(kept)
    if (step.type === 'capture') mkdirSync(inventory, { recursive: true })
    else {
      mkdirSync(tiles, { recursive: true })
      writeFileSync(join(tiles, 'tileset.json'), '{}')
    }
    onProgress?.(1, `${step.type} ends`)
  }
  return { run, ran, whole }
}

test('capture, then its tiles; whole only when both are there', async () => {
  const { run, ran, whole } = steps()
  await makeCommunity({ kept, size: 'small', run })
  expect([ran, whole, isCommunityWhole(kept, 'small')]).toEqual([['capture', 'tiles'], [false, false], true])
})

test('it is told how far it is, never backwards, to the end', async () => {
  const told: MakingProgress[] = []
  await makeCommunity({ kept, size: 'small', run: steps().run, onProgress: (progress) => told.push(progress) })
  const fractions = told.map(({ fraction }) => fraction)
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  expect([fractions[0], fractions.at(-1)]).toEqual([0, 1])
  expect(told.map(({ words }) => words)).toEqual(['capture begins', 'capture ends', 'tiles begins', 'tiles ends'])
  // Before anything is done a time left would be a guess.
  expect(told[0]!.leftMs).toBeUndefined()
  expect(told.at(-1)!.leftMs).toBe(0)
})

test('a fault in the tiles leaves the capture, and nothing that looks whole, though an earlier one was', async () => {
  await makeCommunity({ kept, size: 'small', run: steps().run })
  await expect(makeCommunity({ kept, size: 'small', run: steps({ failAt: 'tiles' }).run })).rejects.toThrow('no room')
  expect([isCommunityWhole(kept, 'small'), existsSync(communityPlaces(kept).inventory)]).toEqual([false, true])
})
