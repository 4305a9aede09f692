#!/usr/bin/env node
// `twinmap`: the process around the commands.
import { run } from './run.ts'

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // The second time nobody wants to wait for tidying.
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    controller.abort(signal)
  })

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  // A terminal that does not tell its width says 0.
  columns: process.stderr.columns || 80,
  signal: controller.signal,
})
