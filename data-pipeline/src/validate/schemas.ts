// Validate: the OGC's schemas. Their own `$id`s repeat file names across folders, so each file is known by its path instead.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Findings } from './finding.ts'

/** A name that resolves nowhere: references between the files are resolved against it. */
const BASE = 'https://schemas.invalid/3d-tiles/'
const FOLDER = fileURLToPath(new URL('../../schemas/3d-tiles/', import.meta.url))

export type SchemaName = 'tileset.schema.json' | 'Subtree/subtree.schema.json'

/** At most this many faults of one value: a wrong `oneOf` says the same in many ways. */
const MAX_FAULTS = 8

export interface Schemas {
  check(name: SchemaName, value: unknown, at: { findings: Findings; file: string; pointer: string }): void
}

let loaded: Promise<Schemas> | undefined
/** Reads and compiles them once per process. */
export const schemas = (): Promise<Schemas> => (loaded ??= load())

async function load(): Promise<Schemas> {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  for (const entry of await readdir(FOLDER, { recursive: true })) {
    if (!entry.endsWith('.json')) continue
    const { $id: _own, ...schema } = JSON.parse(await readFile(path.join(FOLDER, entry), 'utf8'))
    ajv.addSchema({ ...schema, $id: BASE + entry.replaceAll(path.sep, '/') })
  }
  const compiled = new Map<SchemaName, ValidateFunction>()
  return {
    check(name, value, { findings, file, pointer }) {
      const validate = compiled.get(name) ?? (ajv.getSchema(BASE + name) as ValidateFunction)
      compiled.set(name, validate)
      if (validate(value)) return
      for (const fault of (validate.errors ?? []).slice(0, MAX_FAULTS))
        findings.add({
          severity: 'error',
          code: 'schema',
          file,
          pointer: pointer + fault.instancePath,
          message: `${fault.message ?? fault.keyword}${detailOf(fault.params)} (OGC schema ${name})`,
        })
    },
  }
}

/** Which name is missing or too much, where the message does not say. */
const detailOf = (params: Record<string, unknown>): string => {
  const named =
    params.additionalProperty ??
    params.unevaluatedProperty ??
    (Array.isArray(params.allowedValues) ? params.allowedValues.join(', ') : undefined)
  return typeof named === 'string' ? `: ${named}` : ''
}
