import { Texture } from 'three'
import { expect, test } from 'vitest'
import { createUploadQueue } from './upload-queue.ts'

const signal = new AbortController().signal

function queue(frameMs = 4, frameBytes = 100) {
  let nowMs = 0
  let asked = 0
  const uploaded: Texture[] = []
  const made = createUploadQueue(() => asked++, { frameMs, frameBytes, nowMs: () => nowMs })
  const run = (costMs = 1) =>
    made.run((texture) => {
      nowMs += costMs
      uploaded.push(texture)
    })
  return { made, run, uploaded, asked: () => asked }
}

test('a frame takes its share of time, the next frame the rest, and each asks for the next', () => {
  const { made, run, uploaded, asked } = queue()
  for (let i = 0; i < 10; i++) void made.add(new Texture(), 1, signal)
  const before = asked()
  run()
  expect([uploaded.length, asked()]).toEqual([4, before + 1])
  run()
  run()
  expect([uploaded.length, made.size, asked()]).toEqual([10, 0, before + 2])
})

test('a frame takes its share of bytes, but one picture at least', () => {
  const { made, run, uploaded } = queue()
  for (const bytes of [500, 60, 60, 30]) void made.add(new Texture(), bytes, signal)
  run(0)
  expect(uploaded).toHaveLength(1)
  run(0)
  expect(uploaded).toHaveLength(2)
  run(0)
  expect(uploaded).toHaveLength(4)
})

test('what nobody wants any more is passed over, and its asker goes on', async () => {
  const { made, run, uploaded } = queue()
  const gone = new AbortController()
  const waiting = made.add(new Texture(), 1, gone.signal)
  const wanted = made.add(new Texture(), 1, signal)
  gone.abort()
  run()
  await Promise.all([waiting, wanted])
  expect(uploaded).toHaveLength(1)
})
