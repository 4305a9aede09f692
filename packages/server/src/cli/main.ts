#!/usr/bin/env node
// `twinmap-keys`: the process around the command.
import { twinmapKeys } from './twinmap-keys.ts'

process.exitCode = await twinmapKeys(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  nowMs: () => Date.now(),
})
