import { expect, test, vi } from 'vitest'
import type { Patch } from '../live/layout.ts'
import type { OpenedLayer } from '../worker/messages.ts'
import type { Engine } from './contract.ts'
import { createLayerMounts } from './layer-mounts.ts'

const patchOf = (layer: string): Patch => ({ layer, words: new Uint32Array(8) }) as unknown as Patch
const opened = (id: string, visible = true) => ({ id, visible, kind: { kind: 'Well' } }) as unknown as OpenedLayer

function mounts(taken: (patch: Patch) => ArrayBufferLike = ({ words }) => words.buffer) {
  const markers = { patch: vi.fn(taken), setVisible: vi.fn(), dispose: vi.fn() }
  const engine = { mount: vi.fn(() => markers) } as unknown as Engine
  const frames: (() => void)[] = []
  const recycled: [string, ArrayBuffer][] = []
  const told: unknown[] = []
  const made = createLayerMounts(engine, {
    recycle: (layer, buffer) => recycled.push([layer, buffer]),
    beforeFrame: (run) => frames.push(run),
    tell: (error) => told.push(error),
  })
  return { made, engine, markers, frames, recycled, told }
}

test('a patch that comes before its layer is drawn once the layer stands, and goes back then', () => {
  const { made, markers, frames, recycled } = mounts()
  const patch = patchOf('wells')
  made.patch(patch)
  expect([markers.patch.mock.calls.length, frames.length]).toEqual([0, 0])
  made.mount([opened('wells', false)])
  expect([markers.patch.mock.calls, markers.setVisible.mock.calls]).toEqual([[[patch]], [[false]]])
  frames.shift()!()
  expect(recycled).toEqual([['wells', patch.words.buffer]])
  made.mount([opened('more')])
  expect(markers.patch).toHaveBeenCalledOnce()
})

test('a buffer goes back before the next frame, not at once: a hidden tab asks for nothing more', () => {
  const { made, recycled, frames } = mounts()
  made.mount([opened('wells')])
  made.patch(patchOf('wells'))
  expect(recycled).toEqual([])
  frames.shift()!()
  expect(recycled).toHaveLength(1)
})

test('one that cannot be drawn is told, and its buffer still goes back: else its layer would stand for ever', () => {
  const fault = new Error('the context is lost')
  const { made, recycled, frames, told } = mounts(() => {
    throw fault
  })
  made.mount([opened('wells')])
  made.patch(patchOf('wells'))
  frames.shift()!()
  expect([told, recycled.map(([layer]) => layer)]).toEqual([[fault], ['wells']])
})
