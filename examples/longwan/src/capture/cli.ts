// `node examples/longwan/dist/capture/cli.js OUT [--size small] [--seed 7] [--threads 2] [--json]`: makes the demo capture from the shell.
import { parseArgs } from 'node:util'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { type CaptureProgress, makeCapture } from './capture.ts'
import { CAPTURE_SIZES, type CaptureSize } from './settings.ts'

const HELP = `Makes the Longwan demo capture: OBJ + MTL + JPEG per tile, metadata.xml and inventories.

  node examples/longwan/dist/capture/cli.js <folder> [options]

  --size full|small   full (450 x 350 m, default) or a corner of it in seconds
  --seed <n>          another village (default 7)
  --threads <n>       worker threads (default: all cores, 4 at most; 0: none)
  --tiles <names>     only these tiles, separated by commas; the capture stays unfinished
  --json              print the report as JSON
  --help

Stopped half way it goes on with the same command.`

function progressLine({ stage, fraction, done, total, leftMs, elapsedMs, triangles, texels }: CaptureProgress): string {
  const rate = stage === 'tiles' && done > 0 ? `, ${(triangles / 1e6).toFixed(2)} M triangles, ${(texels / 1e6).toFixed(0)} Mpx` : ''
  const left = leftMs === undefined || stage === 'done' ? '' : `, ${Math.ceil(leftMs / 1000)} s left`
  return `${String(Math.round(fraction * 100)).padStart(3)} %  ${stage} ${done}/${total}${rate}, ${(elapsedMs / 1000).toFixed(1)} s${left}`
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: 'string', default: 'full' },
      seed: { type: 'string', default: '7' },
      threads: { type: 'string' },
      tiles: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const outDir = positionals[0]
  if (values.help || !outDir) {
    console.log(HELP)
    process.exitCode = values.help ? 0 : 2
    return
  }
  if (!(values.size in CAPTURE_SIZES))
    throw new TwinError('option-invalid', `--size is "${values.size}"; expected one of ${Object.keys(CAPTURE_SIZES).join(', ')}`, {
      size: values.size,
    })
  const tty = process.stdout.isTTY && !values.json
  const report = await makeCapture({
    outDir,
    size: values.size as CaptureSize,
    seed: Number(values.seed),
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
    ...(values.tiles === undefined ? {} : { onlyTiles: values.tiles.split(',') }),
    onProgress: (p) => {
      if (tty) process.stdout.write(`\r\u001b[2K${progressLine(p)}${p.stage === 'done' ? '\n' : ''}`)
      else if (!values.json) console.log(progressLine(p))
    },
  })
  if (values.json) console.log(JSON.stringify(report))
  else if (report.found) console.log(`${outDir} is complete: ${report.triangles} triangles, ${(report.texels / 1e6).toFixed(1)} Mpx`)
  else console.log(summary(report.tiles))
}

function summary(tiles: Awaited<ReturnType<typeof makeCapture>>['tiles']): string {
  const total: Record<string, number> = {}
  for (const t of tiles) for (const [step, ms] of Object.entries(t.spentMs)) total[step] = (total[step] ?? 0) + ms
  const steps = Object.entries(total).map(([step, ms]) => `${step} ${(ms / 1000).toFixed(1)} s`)
  const sum = (of: (t: (typeof tiles)[number]) => number): number => tiles.reduce((s, t) => s + of(t), 0)
  const rss = process.resourceUsage().maxRSS / 1024
  return [
    `${tiles.length} tiles, ${sum((t) => t.triangles)} triangles of ${sum((t) => t.fusedTriangles)} fused, ${(sum((t) => t.texels) / 1e6).toFixed(1)} Mpx on ${sum((t) => t.pages)} pages`,
    `${(sum((t) => t.triangles) / sum((t) => t.charts)).toFixed(2)} triangles per chart, ${(sum((t) => t.wedges) / sum((t) => t.positions)).toFixed(2)} wedges per position, ${(sum((t) => t.bytes) / 1e6).toFixed(1)} MB`,
    `thread time: ${steps.join(', ')}; peak ${rss.toFixed(0)} MiB`,
  ].join('\n')
}

main().catch((error: unknown) => {
  console.error(error instanceof TwinError ? `${error.code}: ${error.message}` : error)
  process.exitCode = 1
})
