import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quarters, seen } from '../../test/seen.ts'
import { convert } from './convert.ts'

const CASES = fileURLToPath(new URL('../../../../shared/cases/pipeline/', import.meta.url))
let out: string
beforeAll(async () => {
  out = await mkdtemp(path.join(os.tmpdir(), 'twinmap-cases-'))
})
afterAll(() => rm(out, { recursive: true, force: true }))
for (const name of existsSync(CASES) ? readdirSync(CASES) : [])
  test(name, async () => {
    if (name === '97-proc-output') return
    const warnings: string[] = []
    const notes: string[] = []
    const r = await convert(
      { input: path.join(CASES, name), output: path.join(out, name), workers: 0 },
      { onWarning: (w) => warnings.push(w), onNote: (n) => notes.push(n) },
    ).catch((e) => e)
    if (r instanceof Error) return console.log(name, 'ERR', (r as any).code, r.message.replaceAll(CASES, ''))
    const s = await seen(r)
    console.log(
      name,
      s.triangles,
      quarters(s),
      s.min.map((x, k) => (s.max[k]! - x).toFixed(1)).join('x'),
      s.center.map((x) => x.toFixed(0)).join(),
      '\n  W ' + warnings.join('\n  W ').replaceAll(CASES, ''),
      '\n  N ' + notes.join('\n  N '),
    )
    expect(1).toBe(1)
  }, 60_000)
