import { describe, expect, test } from 'vitest'
import { FrameLoop } from './frame-loop.ts'

/** A page whose frames and timers come when the test says so. */
function page() {
  const frames = new Map<number, (nowMs: number) => void>()
  const timers = new Map<number, { callback: () => void; delayMs: number }>()
  const listeners = new Set<() => void>()
  let id = 0
  let hidden = false
  const it = {
    nowMs: 0,
    drawn: 0,
    answer: { again: false, wakeMs: Infinity },
    frames,
    timers,
    listeners,
    frame() {
      const [[key, callback] = []] = frames
      if (key === undefined) return false
      frames.delete(key)
      callback!(it.nowMs)
      return true
    },
    ring() {
      const [[key, timer] = []] = timers
      timers.delete(key!)
      timer!.callback()
    },
    show(visible: boolean) {
      hidden = !visible
      for (const listener of listeners) listener()
    },
  }
  const loop = new FrameLoop(
    {
      requestFrame: (callback) => {
        frames.set(++id, callback)
        return id
      },
      cancelFrame: (key) => frames.delete(key),
      setTimer: (callback, delayMs) => {
        timers.set(++id, { callback, delayMs })
        return id
      },
      clearTimer: (key) => timers.delete(key),
      nowMs: () => it.nowMs,
      hidden: () => hidden,
      onVisibility: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    () => {
      it.drawn++
      return it.answer
    },
  )
  return Object.assign(it, { loop })
}

describe('the frame loop', () => {
  test('draws once for many requests, and not again by itself', () => {
    const it = page()
    for (let i = 0; i < 5; i++) it.loop.request()
    expect(it.frame()).toBe(true)
    expect(it.frame()).toBe(false)
    expect(it.drawn).toBe(1)
  })
  test('goes on while the drawing says so', () => {
    const it = page()
    it.answer = { again: true, wakeMs: Infinity }
    it.loop.request()
    it.frame()
    it.answer = { again: false, wakeMs: Infinity }
    it.frame()
    expect(it.frame()).toBe(false)
    expect(it.drawn).toBe(2)
  })
  test('wakes at the time that the drawing names', () => {
    const it = page()
    it.answer = { again: false, wakeMs: 9000 }
    it.loop.request()
    it.nowMs = 1000
    it.frame()
    expect([...it.timers.values()].map(({ delayMs }) => delayMs)).toEqual([8000])
    it.ring()
    expect(it.frame()).toBe(true)
  })
  test('asks for nothing while hidden, and for one frame when shown', () => {
    const it = page()
    it.loop.request()
    it.show(false)
    expect(it.frames.size).toBe(0)
    it.loop.request()
    expect(it.frames.size).toBe(0)
    it.show(true)
    expect(it.frame()).toBe(true)
    it.show(false)
    it.show(true)
    expect(it.frames.size).toBe(0)
  })
  test('leaves no frame, timer or listener behind', () => {
    const it = page()
    it.answer = { again: false, wakeMs: 9000 }
    it.loop.request()
    it.frame()
    it.loop.request()
    it.loop.dispose()
    expect([it.frames.size, it.timers.size, it.listeners.size]).toEqual([0, 0, 0])
    it.loop.request()
    expect(it.frames.size).toBe(0)
  })
})
