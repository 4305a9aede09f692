import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defineKind } from '../kind/define-kind.ts'
import { type CheckedRecord, checkBatch, checkRecord } from './check.ts'
import { readAction, readClientMessage } from './client-codec.ts'
import { readEnvelope } from './envelope-codec.ts'

// Each example of docs/formats/wire.md is read by the code that reads it in life; the mark of its block says which.
const text = readFileSync(new URL('../../../../docs/formats/wire.md', import.meta.url), 'utf8')
const examples = [...text.matchAll(/^```json ([a-z-]+)\n([\s\S]*?)^```$/gm)].map(([, mark, json]) => ({
  mark: mark!,
  json: JSON.parse(json!),
}))
const of = (mark: string) => examples.filter((example) => example.mark === mark).map((example) => example.json)

const label = { zh: '字', en: 'word' }
const wristband = defineKind({
  kind: 'Wristband',
  label,
  fields: {
    sos: { type: 'choice', label, values: { pressed: label } },
    heartRate: { type: 'quantity', label, unit: '/min', range: [0, 300] },
    steps: { type: 'quantity', label, unit: '1', range: [0, 200_000] },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const KINDS = new Map([['Wristband', wristband]])

test('every example has a mark that this test knows, and every mark an example', () => {
  const known = ['record', 'records', 'records-answer', 'client', 'server', 'action', 'action-answer']
  expect([...new Set(examples.map((example) => example.mark))].sort()).toEqual(known.sort())
})

test('server messages are read, and written again they are the example', () => {
  for (const json of of('server')) expect(JSON.parse(JSON.stringify(readEnvelope(json)))).toEqual(json)
})

test('client messages are read', () => {
  for (const json of of('client')) expect(readClientMessage(json)).toEqual(json)
})

test('the action is read', () => {
  for (const json of of('action')) expect(readAction(json)).toEqual(json)
})

test('the record is good as it stands', () => {
  for (const { sentAt, ...json } of of('record'))
    expect(checkRecord({ sentAt, ...json }, 0, KINDS)).toMatchObject({ checked: { record: { ...json, sentAtMs: sentAt } }, told: [] })
})

test('the batch is told just what the answer says', () => {
  const [batch] = of('records')
  const { records, told } = checkBatch(batch.records, KINDS)
  expect({ accepted: records.length, repeated: 0, told }).toEqual(of('records-answer')[0])
  expect(records.map(({ record }: CheckedRecord) => record.properties)).toEqual([{ heartRate: 92, steps: 4021 }, { sos: 'pressed' }])
})
