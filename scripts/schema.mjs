// Writes packages/core/twin.schema.json from the validator that reads twin documents, so that an editor knows exactly what
// the code does. `node scripts/schema.mjs` after `tsc -b`; a test fails where the kept file is older than the validator.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const SCHEMA_FILE = fileURLToPath(new URL('../packages/core/twin.schema.json', import.meta.url))
const core = createRequire(new URL('../packages/core/package.json', import.meta.url))

/** The JSON Schema of a valibot schema, as the text of a file. */
export async function schemaText(twinDocumentSchema) {
  const { toJsonSchema } = await import(pathToFileURL(core.resolve('@valibot/to-json-schema')).href)
  const { $schema, ...rest } = toJsonSchema(twinDocumentSchema, { typeMode: 'input', ignoreActions: ['finite'], errorMode: 'throw' })
  const schema = { $schema, title: 'twinmap twin document, version 1', ...rest }
  return `${JSON.stringify(schema, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { twinDocumentSchema } = await import('../packages/core/dist/document/schema.js')
  writeFileSync(SCHEMA_FILE, await schemaText(twinDocumentSchema))
  console.log(SCHEMA_FILE)
}
