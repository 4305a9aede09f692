import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { wristband } from '@twinmap/layers'
import { afterAll, expect, test } from 'vitest'
import { createAuthority } from '../authority.ts'
import { openLibsql } from './libsql.ts'
import { type Call, storeOver } from './thread-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-threads-'))
const NOW_MS = 1_764_046_800_000
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const KINDS = new Map<string, AnyKind>([['Wristband', wristband]])

test('a reader that is busy for ever keeps no press and no acknowledgement waiting', async () => {
  const database = openLibsql({ file: join(folder, 'twin.db'), streamId: 's', kinds: KINDS })
  // As the thread: the rows of a commit are made on this side.
  const write: Call = async (call, ...args) => (database[call] as unknown as (...args: readonly unknown[]) => unknown)(...args)
  const asked: string[] = []
  const read: Call = (call) => {
    asked.push(call)
    return new Promise(() => undefined)
  }
  let ids = 0
  const authority = await createAuthority({
    store: storeOver(write, read),
    kinds: KINDS,
    rules: compileRules(KINDS.values()),
    clock: { wallMs: () => NOW_MS, monotonicMs: () => NOW_MS },
    committed: () => undefined,
    began: () => undefined,
    newId: (prefix) => `${prefix}-${++ids}`,
  })
  const press = (id: string) => {
    const record = { kind: 'Wristband', id, boot: 1, seq: 1, t: NOW_MS, properties: { sos: 'pressed' } }
    return authority.ingest('bands', checkBatch([record], KINDS).records)
  }
  const acknowledge = (alarm: string) => authority.act({ key: crypto.randomUUID(), type: 'acknowledge', alarm, count: 1, by: 'care-1' })

  await press('W-1')
  // Of one turn: what stands, what never was, and a press behind them.
  const turn = Promise.all([acknowledge('a-1'), acknowledge('a-999'), press('W-2')])
  const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'waits for the reader'))
  expect(await Promise.race([turn, late])).toMatchObject([{ state: 'pending' }, { error: { code: 'alarm-unknown' } }, { accepted: 1 }])
  expect(asked).toEqual([])
})

test('each call goes to its thread: to the reader only what a person waits for, and it closes before the writer', async () => {
  const asked: string[] = []
  const on =
    (thread: string): Call =>
    async (call) =>
      void asked.push(`${thread} ${call}`)
  const store = storeOver(on('write'), on('read'))
  const query = { fromMs: 0, toMs: 1, role: 'public', stamp: { streamId: 's', n: 1, serverTimeMs: 1 } } as const
  await store.load()
  await store.known([])
  await store.cold([])
  await store.alarm('a-1')
  await store.disclosure('d-1')
  await store.action('k-1')
  await store.acknowledgedBy('a-1')
  await store.promise({ awakeMs: 1, promisedMs: 1, deafUntilMs: 1 })
  await store.audit({ atMs: 1, who: 'li', role: 'care', what: 'history', kinds: [], subject: null })
  await store.clear(1)
  await store.history(query, null)
  await store.audited()
  await store.close()
  const written = ['load', 'known', 'cold', 'alarm', 'disclosure', 'action', 'acknowledgedBy', 'promise', 'audit', 'clear']
  expect(asked).toEqual([...written.map((call) => `write ${call}`), 'read history', 'read audited', 'read close', 'write close'])
})
