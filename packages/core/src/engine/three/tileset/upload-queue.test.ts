import { Texture } from 'three'
import { expect, test } from 'vitest'
import type { TileTexture } from './tile-texture.ts'
import { createUploadQueue } from './upload-queue.ts'

const signal = new AbortController().signal

function picture(bytes = 1): TileTexture {
  let state: TileTexture['state'] = 'held'
  return {
    texture: new Texture({ width: 8, height: 4 } as ImageBitmap),
    bytes,
    get state() {
      return state
    },
    take: () => (state = 'taken'),
    dispose: () => (state = 'disposed'),
  } as TileTexture
}

function queue(frameMs = 4, frameBytes = 100) {
  let nowMs = 0
  let asked = 0
  let costMs = 1
  let errorAsked = 0
  let error = 0
  let through = true
  const refused = new Set<Texture>()
  const uploaded: Texture[] = []
  const later: (() => void)[] = []
  const made = createUploadQueue(
    () => asked++,
    {
      upload: (texture) => {
        nowMs += costMs
        uploaded.push(texture)
        if (refused.has(texture)) error = 0x0501
      },
      takeError: () => {
        const taken = error
        error = 0
        errorAsked++
        return taken
      },
      fence: () => ({ passed: () => through, end: () => undefined }),
      nowMs: () => nowMs,
      later: (run) => later.push(run),
    },
    { frameMs, frameBytes, pollMs: 4, fenceMs: 1_000 },
  )
  return {
    made,
    uploaded,
    refused,
    asked: () => asked,
    errorAsked: () => errorAsked,
    run(cost = 1) {
      costMs = cost
      made.run()
    },
    /** An error of somebody else's call. */
    disturb: () => {
      error = 0x0502
    },
    hold: (held: boolean) => {
      through = !held
    },
    pass: (ms: number) => {
      nowMs += ms
    },
    /** Lets each timer that is set now go off. */
    tick: () => {
      for (const run of later.splice(0)) run()
    },
  }
}

test('a frame takes its share of time, the next frame the rest, and each asks for the next', () => {
  const { made, run, uploaded, asked } = queue()
  for (let i = 0; i < 10; i++) void made.add(picture(), signal)
  const before = asked()
  run()
  expect([uploaded.length, asked()]).toEqual([4, before + 1])
  run()
  run()
  expect([uploaded.length, made.size, asked()]).toEqual([10, 0, before + 2])
})

test('a frame takes its share of bytes, but one picture at least', () => {
  const { made, run, uploaded } = queue()
  for (const bytes of [500, 60, 60, 30]) void made.add(picture(bytes), signal)
  run(0)
  expect(uploaded).toHaveLength(1)
  run(0)
  expect(uploaded).toHaveLength(2)
  run(0)
  expect(uploaded).toHaveLength(4)
})

test('what nobody wants any more is passed over, and its asker goes on', async () => {
  const { made, run, uploaded, tick } = queue()
  const gone = new AbortController()
  const waiting = made.add(picture(), gone.signal)
  const wanted = made.add(picture(), signal)
  gone.abort()
  run()
  tick()
  await Promise.all([waiting, wanted])
  expect(uploaded).toHaveLength(1)
})

test('a picture counts, and its pixels go, when a fence behind it was passed and GL named no error; GL is asked once for all', async () => {
  const { made, run, tick, hold, errorAsked } = queue(100)
  const pictures = [picture(), picture(), picture()]
  let done = 0
  const all = pictures.map((each) => made.add(each, signal).then(() => done++))
  hold(true)
  run()
  tick()
  tick()
  await Promise.resolve()
  expect([done, errorAsked(), pictures[0]!.state]).toEqual([0, 0, 'held'])
  hold(false)
  tick()
  await Promise.all(all)
  expect([done, errorAsked(), pictures.map(({ state }) => state)]).toEqual([3, 1, ['taken', 'taken', 'taken']])
})

test('what is sent while a fence is watched is checked with what was sent before, so that no error of it is lost', async () => {
  const { made, run, tick, hold, refused, errorAsked } = queue()
  const [first, second] = [picture(), picture()]
  refused.add(second.texture)
  const one = made.add(first, signal)
  hold(true)
  run()
  tick()
  const other = made.add(second, signal)
  run()
  hold(false)
  tick()
  await one
  await expect(other).rejects.toMatchObject({ code: 'picture-refused' })
  expect([first.state, second.state, errorAsked()]).toEqual(['taken', 'held', 3])
})

test('the picture that GL refuses is told by code and size, and no other one with it', async () => {
  const { made, run, tick, refused } = queue(100)
  const pictures = [picture(), picture(), picture()]
  refused.add(pictures[1]!.texture)
  const all = Promise.allSettled(pictures.map((each) => made.add(each, signal)))
  run()
  tick()
  expect((await all).map((each) => (each.status === 'rejected' ? [each.reason.code, each.reason.message] : each.status))).toEqual([
    'fulfilled',
    ['picture-refused', 'the graphics driver refuses a picture of 8 × 4 px (INVALID_VALUE)'],
    'fulfilled',
  ])
  expect(pictures.map(({ state }) => state)).toEqual(['taken', 'held', 'taken'])
})

test("an error of somebody else's call is no picture's", async () => {
  const { made, run, tick, disturb } = queue(100)
  const all = [made.add(picture(), signal), made.add(picture(), signal)]
  run()
  disturb()
  tick()
  await Promise.all(all)
})

test('a fence that is never passed is waited for 1 s and no longer', async () => {
  const { made, run, tick, hold, pass } = queue()
  const one = made.add(picture(), signal)
  hold(true)
  run()
  tick()
  pass(1_001)
  tick()
  await one
})

test('a picture that was put away after its upload is not sent again, and nobody waits when the queue ends', async () => {
  const { made, run, tick, uploaded, disturb } = queue(100)
  const away = picture()
  const one = made.add(away, signal)
  run()
  disturb()
  away.dispose()
  tick()
  await one
  expect(uploaded).toHaveLength(1)
  const [sent, waits] = [made.add(picture(), signal), made.add(picture(), signal)]
  run()
  tick()
  const other = made.add(picture(), signal)
  made.dispose()
  await Promise.all([sent, waits, other, made.add(picture(), signal)])
})
