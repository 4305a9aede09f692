import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { chooseForm, TRIAL_PIXELS, TRIAL_PNG } from './picture-form.ts'

const black = Array.from({ length: 16 }, () => 0)
const came = (error: number, pixels: readonly number[]) => ({ form: 'as-it-came', error, pixels }) as const
const anew = (error: number, pixels: readonly number[]) => ({ form: 'made-anew', error, pixels }) as const
const multiplied = TRIAL_PIXELS.map((value, i) => (i >= 12 && i < 15 ? value / 2 : value))

test('the trial picture holds the colours that are looked for', () => {
  expect([...PNG.sync.read(Buffer.from(TRIAL_PNG)).data]).toEqual(TRIAL_PIXELS)
})

test('pictures stay as they came where GL takes them so and they come out true', () => {
  expect(chooseForm([came(0, TRIAL_PIXELS)])).toBe('as-it-came')
  expect(
    chooseForm([
      came(
        0,
        TRIAL_PIXELS.map((value) => value - 2),
      ),
    ]),
  ).toBe('as-it-came')
})

test('they are made anew where GL refuses what crossed from a worker, draws it black, or multiplies it by alpha', () => {
  for (const first of [came(0x0501, []), came(0, black), came(0, multiplied)])
    expect(chooseForm([first, anew(0, TRIAL_PIXELS)])).toBe('made-anew')
})

test('a browser that shows a page no true pixels keeps the first form that is taken', () => {
  expect(chooseForm([came(0, black), anew(0, black)])).toBe('as-it-came')
  expect(chooseForm([came(0x0501, []), anew(0, black)])).toBe('made-anew')
})

test('no form is left where GL takes none', () => {
  expect(chooseForm([came(0x0501, []), anew(0x0505, [])])).toBeUndefined()
})
