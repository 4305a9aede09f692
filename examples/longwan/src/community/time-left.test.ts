import { expect, test } from 'vitest'
import { withTimeLeft } from './time-left.ts'

test('the time left follows the pace of this run, and is told once there is one', () => {
  let nowMs = 500
  const left: (number | undefined)[] = []
  const say = withTimeLeft(({ leftMs }) => left.push(leftMs), { nowMs: () => nowMs })
  say(0.5, 'gone on')
  nowMs = 1_500
  say(0.51, 'hardly begun')
  say(0.6, 'a tenth of all in a second')
  nowMs = 5_500
  say(1, 'made')
  expect(left).toEqual([undefined, undefined, expect.closeTo(4_000), 0])
})

test('a run that begins from nothing counts its first word too', () => {
  let nowMs = 0
  const left: (number | undefined)[] = []
  const say = withTimeLeft(({ leftMs }) => left.push(leftMs), { from: 0, nowMs: () => nowMs })
  nowMs = 1_000
  say(0.25, 'a quarter')
  expect(left).toEqual([3_000])
})
