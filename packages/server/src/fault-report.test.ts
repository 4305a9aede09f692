import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFaultReport, FLOOD_MS, MOST_FAULTS } from './fault-report.ts'

let lines: string[] = []
const reporting = (stacks = false) => createFaultReport({ write: (line) => lines.push(line), stacks })
beforeEach(() => {
  lines = []
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('a fault is one line: its code and its sentence', () => {
  const report = reporting()
  report(new TwinError('store-failed', 'the disk is full; free space'))
  report(Object.assign(new TypeError('x is\nundefined'), { code: 'ERR_X' }))
  report('thrown')
  expect(lines).toEqual([
    'twinmap server: store-failed: the disk is full; free space',
    'twinmap server: internal: TypeError ERR_X: x is undefined',
    'twinmap server: internal: something that is no error was thrown (string)',
  ])
})

test('the places in the code come only where they are asked for', () => {
  reporting(true)(new Error('x'))
  expect(lines[0]).toMatch(/^twinmap server: internal: Error: x\n\s+at .*fault-report\.test\.ts/)
})

test('a flood of one fault is told at once, then once a minute with its count, and then no more', () => {
  const report = reporting()
  for (let i = 0; i < 1_000; i++) report(new Error(`row ${i} is bad`))
  expect(lines).toEqual(['twinmap server: internal: Error: row 0 is bad'])
  vi.advanceTimersByTime(FLOOD_MS)
  expect(lines[1]).toBe('twinmap server: internal: Error: row 0 is bad (999 more in the last minute)')
  report(new Error('row 7 is bad'))
  vi.advanceTimersByTime(FLOOD_MS)
  expect(lines[2]).toMatch(/\(1 more/)
  vi.advanceTimersByTime(5 * FLOOD_MS)
  expect([lines.length, vi.getTimerCount()]).toEqual([3, 0])
  report(new Error('row 8 is bad'))
  expect(lines.length).toBe(4)
})

test('a flood of one code is one flood, whatever its sentences say of those who caused it', () => {
  const report = reporting()
  for (let i = 0; i < 100; i++) report(new TwinError('origin-refused', `a page of https://${String.fromCharCode(97 + (i % 26))}.example`))
  expect(lines.length).toBe(1)
})

test('floods of ever new faults are bounded too', () => {
  const report = reporting()
  const word = (i: number) => [...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
  for (let i = 0; i < 10_000; i++) report(new Error(word(i)))
  expect([lines.length, lines.at(-1)]).toEqual([MOST_FAULTS + 1, 'twinmap server: other faults'])
  vi.advanceTimersByTime(FLOOD_MS)
  expect(lines.at(-1)).toBe(`twinmap server: other faults (${10_000 - MOST_FAULTS - 1} more in the last minute)`)
  expect(lines.length).toBe(MOST_FAULTS + 2)
})

test('no token, no key and no body stands in a line, and nobody forges another line', () => {
  const report = reporting(true)
  const body = '{"records":[{"kind":"Wristband","id":"张桂兰","x":}]}'
  for (const make of [
    () => JSON.parse(body),
    () => JSON.parse(body.slice(1)),
    () => {
      throw new Error('Authorization: Bearer a-key-of-wristbands-0001')
    },
    () => {
      throw new TwinError('internal', 'token eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJsaSJ9.c2ln is odd')
    },
    () => {
      throw new Error('a\r\ntwinmap server: forged \u001b[2J')
    },
    () => {
      throw new Error('x'.repeat(100_000))
    },
  ])
    try {
      make()
    } catch (error) {
      report(error)
    }
  const said = lines.join('\n')
  expect(lines.length).toBeGreaterThanOrEqual(5)
  expect(said).not.toMatch(/张桂兰|Wristband|records|a-key-of|eyJ|c2ln|^twinmap server: forged/m)
  expect(said).not.toContain('\u001b')
  expect(said.length).toBeLessThan(10_000)
})
