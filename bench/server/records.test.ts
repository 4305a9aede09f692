import { expect, test } from 'vitest'
import { createSender, lampSays, pulseSays, wristbandSays } from './records.ts'

test('a sender gives the same records in each run', () => {
  const run = () => createSender('Wristband', wristbandSays, { devices: 3, seed: 7 }).next(50, 1_000)
  expect(run()).toEqual(run())
})

test('each device counts its own records, and none is sent twice', () => {
  const lamps = createSender('Streetlight', lampSays, { devices: 4 })
  const records = [...lamps.next(3, 1_000), ...lamps.next(6, 2_000)]
  expect(records.map(({ id, seq }) => `${id} ${seq}`)).toEqual([
    ...[0, 1, 2, 3].map((i) => `Streetlight-${i} 0`),
    ...[0, 1, 2, 3].map((i) => `Streetlight-${i} 1`),
    'Streetlight-0 2',
  ])
  expect(records.map(({ t }) => t)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2].map((s) => s * 1_000))
})

test('a pulse is above its limit of 120 in 2 of 20 seconds, never for the rule’s 10 minutes', () => {
  const rates = createSender('Pulse', pulseSays, { devices: 1 })
    .next(1_200, 0)
    .map(({ properties }) => Number(properties['heartRate']))
  const above = rates.map((rate) => rate > 120)
  expect(above.filter(Boolean)).toHaveLength(120)
  expect(above.slice(0, 20)).toEqual([true, true, ...Array(18).fill(false)])
})
