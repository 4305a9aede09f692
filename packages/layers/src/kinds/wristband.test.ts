import { checkRecord } from '@twinmap/core/internal/record/check'
import { expect, test } from 'vitest'
import { wristband } from './wristband.ts'

const KINDS = new Map([['Wristband', wristband]])
const read = (properties: Record<string, unknown>) => {
  const { checked, told } = checkRecord({ kind: 'Wristband', id: 'W-1', properties }, 0, KINDS)
  return [checked?.record.properties, told.map(({ property, code }) => `${property} ${code}`)]
}

test('a wristband off the skin reports no heart rate and no blood pressure, so its rules judge none', () => {
  expect(read({ heartRate: 0, sos: 'pressed' })).toEqual([{ sos: 'pressed' }, ['heartRate value-absent']])
  expect(read({ heartRate: 255, systolic: 0, diastolic: 255 })).toEqual([
    {},
    ['heartRate value-absent', 'systolic value-absent', 'diastolic value-absent'],
  ])
  expect(read({ diastolic: 0 })).toEqual([{}, ['diastolic value-absent']])
})

test('a systolic pressure of 255 is a measurement, for it can be one and is then the worst of emergencies', () =>
  expect(read({ systolic: 255, heartRate: 254 })).toEqual([{ systolic: 255, heartRate: 254 }, []]))
