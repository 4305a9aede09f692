import { expect, test } from 'vitest'
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import type { GroundHeight } from '../live/settle.ts'
import { createGround, type OpenHeights } from './ground.ts'
import type { Session } from './session.ts'

const doc = {
  tilesets: [
    { id: 'a', url: 'https://t.example/a.json' },
    { id: 'b', url: 'https://t.example/b.json', heights: 'https://t.example/heights.json' },
  ],
} as unknown as TwinDocument
const onMesh: GroundHeight = () => ({ heightEllipsoidalMeters: 7, errorMeters: 0.1, method: 'ground' })

function made(open: OpenHeights | undefined, of = doc) {
  const leaving = new AbortController()
  const came: GroundHeight[] = []
  const told: unknown[] = []
  const from = { signal: leaving.signal, net: {} } as unknown as Session
  const ask = createGround(of, from, { open, came: (ground) => came.push(ground), tell: (error) => told.push(error) })
  return { ask, came, told, leaving }
}

test('the pyramid of the one tileset that has one is opened once, when it is asked for, however many ask', async () => {
  const asked: string[] = []
  const { ask, came } = made(async (url) => {
    asked.push(url)
    return onMesh
  })
  expect(asked).toEqual([])
  await Promise.all([ask(), ask()])
  expect([asked, came]).toEqual([['https://t.example/heights.json'], [onMesh]])
})

test('a pyramid that cannot be had is told once, and whoever waits goes on', async () => {
  const fault = new TwinError('fetch-gone', 'https://t.example/heights.json is not there')
  const { ask, came, told } = made(() => Promise.reject(fault))
  await Promise.all([ask(), ask()])
  expect([came, told]).toEqual([[], [fault]])
})

test('a twin without heights asks for none', async () => {
  const { ask, came, told } = made(() => Promise.reject(new Error('asked')), { tilesets: [] } as unknown as TwinDocument)
  await ask()
  await made(undefined).ask()
  expect([came, told]).toEqual([[], []])
})

test('after the end of its session nothing comes and nothing is told', async () => {
  const [here, not] = [made(async () => onMesh), made(() => Promise.reject(new Error('aborted')))]
  for (const { ask, leaving } of [here, not]) {
    const asking = ask()
    leaving.abort()
    await asking
  }
  expect([here.came, not.told]).toEqual([[], []])
})
