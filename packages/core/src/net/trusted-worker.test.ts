import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** What a Worker was given, in a page that requires Trusted Types or not. */
class FakeWorker {
  static required = false
  readonly url: unknown
  readonly options: WorkerOptions | undefined
  constructor(url: unknown, options?: WorkerOptions) {
    this.url = url
    this.options = options
    if (FakeWorker.required && !(url instanceof Trusted)) throw new TypeError("This document requires 'TrustedScriptURL' assignment.")
  }
}
class Trusted {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
const page = ({ required, allowed }: { required: boolean; allowed: boolean }) => {
  FakeWorker.required = required
  const made: string[] = []
  vi.stubGlobal('Worker', FakeWorker)
  vi.stubGlobal('location', new URL('https://town.example/portal/'))
  vi.stubGlobal('trustedTypes', {
    createPolicy(name: string, { createScriptURL }: { createScriptURL: (url: string) => string }) {
      if (!allowed) throw new TypeError(`Policy "${name}" disallowed.`)
      made.push(name)
      return { createScriptURL: (url: string) => new Trusted(createScriptURL(url)) }
    },
  })
  return made
}
const fresh = async () => (await import('./trusted-worker.ts')).trustedWorker
const start = (url: string) => () => new Worker(new URL(url), { type: 'module' }) as unknown as FakeWorker

beforeEach(() => void vi.resetModules())
afterEach(() => void vi.unstubAllGlobals())

test('starts a worker of the literal form where Trusted Types are required, by one policy, and leaves the page its own Worker', async () => {
  const made = page({ required: true, allowed: true })
  const trustedWorker = await fresh()
  const { url, options } = trustedWorker(start('https://town.example/viewer/twin-worker.js'))
  expect([url, options]).toEqual([new Trusted('https://town.example/viewer/twin-worker.js'), { type: 'module' }])
  trustedWorker(start('https://town.example/viewer/tile-worker.js'))
  expect([made, globalThis.Worker === (FakeWorker as unknown)]).toEqual([['twinmap'], true])
})
test('vouches for no script of another origin, and leaves the page its own Worker then too', async () => {
  page({ required: true, allowed: true })
  const trustedWorker = await fresh()
  expect(() => trustedWorker(start('https://elsewhere.example/a.js'))).toThrow('https://elsewhere.example is not the origin of this page')
  expect(globalThis.Worker === (FakeWorker as unknown)).toBe(true)
})
test('says which word the page’s policy lacks', async () => {
  page({ required: true, allowed: false })
  const trustedWorker = await fresh()
  expect(() => trustedWorker(start('https://town.example/a.js'))).toThrow(
    expect.objectContaining({ code: 'worker-lost', message: expect.stringContaining('add "twinmap" to its trusted-types directive') }),
  )
})
test('a page that names other policies and requires none, or a browser without them, starts it as it stands', async () => {
  page({ required: false, allowed: false })
  expect((await fresh())(start('https://town.example/a.js')).url).toEqual(new URL('https://town.example/a.js'))
  vi.stubGlobal('trustedTypes', undefined)
  expect((await fresh())(start('https://town.example/b.js')).url).toEqual(new URL('https://town.example/b.js'))
})

test('where nothing can be done about it, what starting throws is thrown as it is, and no policy is made', async () => {
  const fault = new RangeError('no memory')
  const breaks = () => {
    throw fault
  }
  page({ required: true, allowed: true })
  const trustedWorker = await fresh()
  vi.stubGlobal('trustedTypes', undefined)
  expect(() => trustedWorker(breaks)).toThrow(fault)
  const made = page({ required: true, allowed: true })
  const real = Object.getOwnPropertyDescriptor(globalThis, 'Worker')!
  for (const of of [undefined, { ...real, configurable: false }]) {
    const described = vi.spyOn(Object, 'getOwnPropertyDescriptor').mockReturnValue(of)
    expect(() => trustedWorker(breaks)).toThrow(fault)
    described.mockRestore()
  }
  expect(made).toEqual([])
})
