import { expect, test } from 'vitest'
import { durationOf, ProgressBar } from './progress-bar.ts'

function barOn(isTerminal: boolean, columns = 120) {
  const said: string[] = []
  let now = 0
  const bar = new ProgressBar({ write: (text) => said.push(text), isTerminal, columns, nowMs: () => now })
  return { bar, said, pass: (ms: number) => (now += ms) }
}

test('renews one line on a terminal, with percent and time left, and clears it before a line of its own', () => {
  const { bar, said } = barOn(true)
  bar.show('Tiles', { fraction: 0.5, words: 'tiles 4 of 8', leftMs: 75_400 })
  bar.line('A note')
  bar.line('Another')
  expect(said).toEqual([
    '\r\u001b[2K[============            ] Tiles: 50 % (tiles 4 of 8, 1 min 15 s left)',
    '\r\u001b[2K',
    'A note\n',
    'Another\n',
  ])
})

test('on a narrow terminal the bar gives way to the words', () => {
  const words = { fraction: 0.5, words: 'the capture: photos 15 of 27', leftMs: 85_000 }
  const text = 'The demo community: 50 % (the capture: photos 15 of 27, 1 min 25 s left)'
  for (const [columns, bar] of [
    [120, `[${'='.repeat(12)}${' '.repeat(12)}] `],
    [86, '[=====     ] '],
    [80, ''],
  ] as const) {
    const { bar: shown, said } = barOn(true, columns)
    shown.show('The demo community', words)
    expect([columns, said[0]!.replace('\r\u001b[2K', '')]).toEqual([columns, `${bar}${text}`])
  }
})

test('is never wider than the terminal, or it could not be renewed', () => {
  const { bar, said } = barOn(true, 40)
  bar.show('Tiles', { fraction: 0.5, words: 'x'.repeat(100) })
  expect(said[0]!.replace('\r\u001b[2K', '').length).toBeLessThan(40)
})

test('without a terminal says a plain line each ten percent, or each quarter of a minute', () => {
  const { bar, said, pass } = barOn(false)
  for (const percent of [0, 1, 2, 11, 12]) bar.show('Tiles', { fraction: percent / 100, words: 'w' })
  pass(15_000)
  bar.show('Tiles', { fraction: 0.13, words: 'w' })
  expect(said).toEqual(['Tiles: 0 % (w)\n', 'Tiles: 11 % (w)\n', 'Tiles: 13 % (w)\n'])
})

test.each([
  [400, '1 s'],
  [59_000, '59 s'],
  [61_000, '1 min 1 s'],
])('%i ms are said as %s', (ms, words) => expect(durationOf(ms)).toBe(words))
