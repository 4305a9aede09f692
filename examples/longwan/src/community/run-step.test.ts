import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runStep } from './run-step.ts'
import type { Step, StepMessage } from './step.ts'

const folder = mkdtempSync(join(tmpdir(), 'longwan-step-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let written = 0
/** A program that hears its step and does this. */
function program(body: string): string {
  const file = join(folder, `step-${written++}.mjs`)
  writeFileSync(file, `const tell = (m, then) => process.send(m, then)\nprocess.on('message', (step) => { ${body} })`)
  return file
}
const step: Step = { type: 'capture', outDir: 'out', size: 'small', quiet: true }
const done = `tell({ type: 'done' }, () => process.exit(0))`

test('the child is told its step; what it tells is heard, and its end is ours', async () => {
  const heard: unknown[] = []
  const tellsBack = `tell({ type: 'line', text: step.type + ' ' + step.outDir }); tell({ type: 'progress', fraction: 0.5, words: 'half' }); ${done}`
  await runStep(step, {
    program: program(tellsBack),
    onLine: (text) => heard.push(text),
    onProgress: (fraction, words) => heard.push([fraction, words]),
  })
  expect(heard).toEqual(['capture out', [0.5, 'half']])
})

test('a fault of the step is thrown as it was, with its code and its details', async () => {
  const failed: StepMessage = {
    type: 'failed',
    error: { code: 'disk-full', message: 'out: the disk is full; free 3 GB', details: { file: 'out' } },
  }
  const run = runStep(step, { program: program(`tell(${JSON.stringify(failed)}, () => process.exit(1))`) })
  await expect(run).rejects.toMatchObject({ code: 'disk-full', message: 'out: the disk is full; free 3 GB', details: { file: 'out' } })
})

test.each([
  [`process.kill(process.pid, 'SIGKILL')`, /ended with SIGKILL; run it again, it goes on where it stopped/],
  [`process.stderr.write('out of memory\\n', () => process.exit(134))`, /ended with 134: out of memory; run it again/],
  // A clean end without a word is no success.
  ['process.exit(0)', /ended with 0/],
])('a child that ends without a word is told: %s', async (body, words) => {
  await expect(runStep(step, { program: program(body) })).rejects.toThrow(words)
})

test("aborted, the child is ended first, and the signal's reason is thrown", async () => {
  const stop = new AbortController()
  const lines: string[] = []
  const leaves = `process.on('SIGTERM', () => tell({ type: 'line', text: 'left' }, () => process.exit(1))); setInterval(() => {}, 1000); tell({ type: 'progress', fraction: 0, words: 'begun' })`
  const run = runStep(step, {
    program: program(leaves),
    signal: stop.signal,
    onLine: (text) => lines.push(text),
    onProgress: () => stop.abort(new Error('enough')),
  })
  await expect(run).rejects.toThrow('enough')
  expect(lines).toEqual(['left'])
})

test('aborted before, no child is begun', async () => {
  await expect(runStep(step, { program: 'nowhere.mjs', signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
})
