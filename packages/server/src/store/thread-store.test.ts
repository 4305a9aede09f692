import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { wristband } from '@twinmap/layers'
import { afterAll, expect, test } from 'vitest'
import { createAuthority } from '../authority.ts'
import { asStore } from './in-thread.ts'
import { openLibsql } from './libsql.ts'
import { type Call, storeOver } from './thread-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-threads-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const KINDS = new Map<string, AnyKind>([['Wristband', wristband]])

test('a reader that is busy for ever keeps no press and no acknowledgement waiting', async () => {
  const database = asStore(openLibsql({ file: join(folder, 'twin.db'), streamId: 's' }))
  const write: Call = (call, ...args) => (database[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
  const asked: string[] = []
  const read: Call = (call) => {
    asked.push(call)
    return new Promise(() => undefined)
  }
  const authority = await createAuthority({
    store: storeOver(write, read),
    kinds: KINDS,
    rules: compileRules(KINDS.values()),
    nowMs: () => 1_764_046_800_000,
    committed: () => undefined,
    began: () => undefined,
    logMs: 1,
  })
  const press = (id: string) => {
    const record = { kind: 'Wristband', id, boot: 1, seq: 1, t: 1_764_046_800_000, properties: { sos: 'pressed' } }
    return authority.post(checkBatch([record], KINDS, 1_764_046_800_000).records)
  }
  const acknowledge = (alarm: string) => authority.act({ key: crypto.randomUUID(), type: 'acknowledge', alarm, count: 1, by: 'care-1' })

  await press('W-1')
  // Of one turn: what stands, what never was, and a press behind them.
  const turn = Promise.all([acknowledge('a-1'), acknowledge('a-999'), press('W-2')])
  const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'waits for the reader'))
  expect(await Promise.race([turn, late])).toMatchObject([{ state: 'pending' }, { error: { code: 'alarm-unknown' } }, { accepted: 1 }])
  expect(asked).toEqual([])
})
