import { Session } from 'node:inspector'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { KINDS } from '@twinmap/layers'
import { test } from 'vitest'
import { createAuthority } from './authority.ts'
import { openInThread } from './store/in-thread.ts'
test('perf', { timeout: 600_000 }, async () => {
  const kinds = new Map(KINDS.map((k) => [k.kind, k]))
  for (const round of [0, 1])
  for (const what of (process.env.WHAT ? [process.env.WHAT] : ['lamp', 'band'])) {
    const store = openInThread(join(mkdtempSync(join(tmpdir(), 'perf-')), 'x.db'), kinds)
    let ahead = 0
    const a = await createAuthority({ store, kinds, rules: compileRules(kinds.values()), clock: { wallMs: () => Date.now() + ahead, monotonicMs: () => performance.now() + ahead }, committed: () => undefined, began: () => undefined })
    let checkMs = 0
    const N = 200
    const ses = new Session(); ses.connect(); ses.post('Profiler.enable'); ses.post('Profiler.start')
    const t0 = performance.now(); const c0 = process.cpuUsage()
    for (let i = 0; i < N; i++) {
      const raw = Array.from({ length: 100 }, (_, j) => what === 'lamp' ? { kind: 'Streetlight', id: `L-${(i * 100 + j) % 1000}`, boot: 1, seq: Math.floor((i * 100 + j) / 1000), t: Date.now() + ahead, properties: { power: 60 + (i % 7), state: 'on' } }
        : { kind: 'Wristband', id: `W-${(i * 100 + j) % 1000}`, boot: 1, seq: Math.floor((i * 100 + j) / 1000), t: Date.now() + ahead, location: [117.83, 37.25, 6], properties: { heartRate: 70 + (j % 20), systolic: 120 + (i % 10), diastolic: 80, steps: i * 10, activity: 'walking', battery: 80 } })
      const c = performance.now()
      const { records } = checkBatch(raw, kinds)
      checkMs += performance.now() - c
      ahead += 60
      await a.ingest('s', records)
    }
    const ms = performance.now() - t0; const cpu = process.cpuUsage(c0)
    console.log(what, 'us/record', (ms / N / 100 * 1000).toFixed(1), 'cpu', ((cpu.user + cpu.system) / N / 100).toFixed(1), 'check', (checkMs / N / 100 * 1000).toFixed(1))
    mkdirSync('/tmp/prof', { recursive: true }); ses.post('Profiler.stop', (_e, { profile }) => writeFileSync(`/tmp/prof/${what}${round}.cpuprofile`, JSON.stringify(profile)))
    await a.close(); await store.close()
  }
})
