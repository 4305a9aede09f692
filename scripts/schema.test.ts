import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { twinDocumentSchema } from '../packages/core/src/document/schema.ts'
import { SCHEMA_FILE, schemaText } from './schema.mjs'

const page = readFileSync(new URL('../docs/formats/twin.md', import.meta.url), 'utf8')
const blocks = (tag: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${tag}\n([\\s\\S]*?)\`\`\``, 'g'))].map((found) => JSON.parse(found[1]!))
const { Ajv } = createRequire(new URL('../data-pipeline/package.json', import.meta.url))('ajv') as {
  Ajv: new (o: object) => { compile(schema: object): (value: unknown) => boolean }
}

describe('twin.schema.json', () => {
  const kept = readFileSync(SCHEMA_FILE, 'utf8')
  test('is what the validator says: else run `node scripts/schema.mjs`', async () =>
    expect(kept).toBe(await schemaText(twinDocumentSchema)))

  const accepts = new Ajv({ strict: false, formats: { date: true } }).compile(JSON.parse(kept))
  test('accepts every example of docs/formats/twin.md', () => {
    expect(blocks('json twin').length).toBeGreaterThan(2)
    for (const example of blocks('json twin')) expect(accepts(example)).toBe(true)
  })
  test('refuses the broken one, and a condition that is none, deep inside a kind', () => {
    expect(accepts(blocks('json twin-broken')[0])).toBe(false)
    const gates = blocks('json twin')[2]
    gates.kinds[0].alarms.flooding.when.of[0].op = 'over'
    expect(accepts(gates)).toBe(false)
  })
})
