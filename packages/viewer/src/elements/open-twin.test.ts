import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTwin } from './open-twin.ts'

const { createTwin, createThreeEngine, createWorker } = vi.hoisted(() => ({
  createTwin: vi.fn(),
  createThreeEngine: vi.fn(),
  createWorker: vi.fn(),
}))
vi.mock('@twinmap/core', () => ({ createTwin }))
vi.mock('@twinmap/core/three', () => ({ createThreeEngine }))
vi.mock('@twinmap/layers', () => ({ createWorker }))
const answered = vi.fn(async (_: string) => new Response('{}'))
beforeEach(() => {
  vi.clearAllMocks()
  vi.stubGlobal('fetch', answered)
})
afterEach(() => void vi.unstubAllGlobals())

const asked = {
  src: 'https://town.example/village.twin.json',
  container: {} as HTMLElement,
  locale: 'zh',
  theme: 'dark',
  view: null,
  getToken: null,
  signal: new AbortController().signal,
} as const

test('opens a twin with the three engine and the worker of all kinds, which is not started before it is wanted', async () => {
  createTwin.mockResolvedValue('the twin')
  expect(await openTwin(asked)).toBe('the twin')
  const { worker, ports: _ports, ...rest } = createTwin.mock.calls[0]![0]
  const { view: _, getToken: __, ...given } = asked
  // Neither `view` nor `getToken`: null is no view of the document, and no way to a token.
  expect(rest).toEqual({ ...given, createEngine: createThreeEngine })
  expect(createWorker).not.toHaveBeenCalled()
  worker()
  expect(createWorker).toHaveBeenCalledOnce()
})

test('hands on the view and the way to a token where there are any', async () => {
  const getToken = () => 'jwt'
  await openTwin({ ...asked, view: 'gate', getToken })
  expect(createTwin.mock.calls[0]![0]).toMatchObject({ view: 'gate', getToken })
})

test('opens nothing that is no longer wanted when its code has come', async () => {
  const ending = new AbortController()
  const opening = openTwin({ ...asked, signal: ending.signal })
  ending.abort(new Error('taken away'))
  await expect(opening).rejects.toThrow('taken away')
  expect(createTwin).not.toHaveBeenCalled()
})

test('loads no code before anything was answered, so that none has failed when the network comes', async () => {
  answered.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await expect(openTwin(asked)).rejects.toMatchObject({ code: 'fetch-failed' })
  expect(createTwin).not.toHaveBeenCalled()
  await openTwin(asked)
  expect(createTwin).toHaveBeenCalledOnce()
})
test('asks for the document once: what was answered first is what net/ reads, and a further try asks anew', async () => {
  const first = new Response('{"twin": 1}')
  answered.mockResolvedValueOnce(first)
  await openTwin(asked)
  const { fetch } = createTwin.mock.calls[0]![0].ports.net
  expect(answered).toHaveBeenCalledOnce()
  expect(await fetch('https://town.example/other.json', {})).not.toBe(first)
  expect(await fetch(asked.src, {})).toBe(first)
  expect(await fetch(asked.src, {})).not.toBe(first)
  expect(answered).toHaveBeenCalledTimes(3)
})
