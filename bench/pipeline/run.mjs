// npm run bench:pipeline [-- INPUT …]: the pipeline beside its floor (floor.mjs), in pairs, on the demo and the real meshes.
//
// A bar counts as met when it holds for the median of the pairs. Machines differ and other work disturbs: read the ratio, not the seconds.
// At the end stand the bars (time and cracks are the demo's alone): the ratio, what the root keeps (quality.mjs), how rough the mesh is (roughness.mjs), cracks (cracks.mjs).
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { convert, findMeshes } from '@twinmap/data-pipeline'
import { lookForCracks } from './cracks.mjs'
import { runFloor } from './floor.mjs'
import { measureQuality } from './quality.mjs'
import { measureRoughness } from './roughness.mjs'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const ROOT = path.join(HERE, '../..')
const WORKERS = 2
const BARS = { ratio: 2, rootShare: 0.05, psnrDb: 24, gainDb: 6, roughness: [0.5, 2] }

const DEFAULTS = [
  ['demo', path.join(ROOT, '.twinmap/longwan/capture')],
  ['obj-terra-L17', path.join(ROOT, '../shared/data/obj-terra-L17/BlockAB/BlockAB.obj')],
  ['scan-cedar-creek', path.join(ROOT, '../shared/data/scan-cedar-creek-obj/scan.obj')],
]

const args = process.argv.slice(2)
const pairsAt = args.indexOf('--pairs')
const pairs = pairsAt < 0 ? 3 : Number(args.splice(pairsAt, 2)[1])
const inputs = args.length > 0 ? args.map((file) => [path.basename(file), path.resolve(file)]) : DEFAULTS
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
const perMinute = (count, ms) => `${((count / ms) * 0.06).toFixed(1)} M/min`
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`

console.log(
  `floor.mjs sha256 ${createHash('sha256')
    .update(readFileSync(path.join(HERE, 'floor.mjs')))
    .digest('hex')
    .slice(0, 16)}; ${WORKERS} workers on ${os.availableParallelism()} cores, ${os.cpus()[0]?.model ?? 'unknown'}, ${pairs} pairs\n`,
)

const bars = []
const hold = (what, value, bar, met) => bars.push({ what, value, bar, met: met ? 'met' : 'MISSED' })
const roughness = new Map()

for (const [name, input] of inputs) {
  if (!existsSync(input)) {
    console.log(`${name}: ${path.relative(ROOT, input)} is absent, skipped${name === 'demo' ? '; npm start makes it' : ''}\n`)
    continue
  }
  const { files } = await findMeshes(input)
  const output = await mkdtemp(path.join(os.tmpdir(), 'twinmap-bench-'))
  const floors = []
  const runs = []
  for (let i = 0; i < pairs; i++) {
    floors.push(await runFloor(files, { workers: WORKERS }))
    runs.push(await convert({ input, output, workers: WORKERS }))
  }
  const floor = floors.find(({ wallMs }) => wallMs === median(floors.map((f) => f.wallMs)))
  const run = runs.find(({ wallMs }) => wallMs === median(runs.map((r) => r.wallMs)))
  const ratios = runs.map(({ wallMs }, i) => wallMs / floors[i].wallMs)
  const quality = await measureQuality(run.tileset)
  console.log(`${name}: ${run.triangles} triangles, ${(run.texels / 1e6).toFixed(1)} Mpx on ${run.pages} pages`)
  console.table({
    floor: {
      wall: seconds(floor.wallMs),
      triangles: perMinute(floor.triangles, floor.wallMs),
      pixels: perMinute(floor.pixels, floor.wallMs),
      'peak RSS': megabytes(floor.peakRssBytes),
      size: megabytes(floor.bytes),
    },
    pipeline: {
      wall: seconds(run.wallMs),
      triangles: perMinute(run.triangles, run.wallMs),
      pixels: perMinute(run.texels, run.wallMs),
      'peak RSS': megabytes(run.peakRssBytes),
      size: megabytes(run.bytes),
    },
  })
  const sum = (spent) => `${seconds(spent)}`
  console.table({
    'parse / read (wall)': { floor: sum(floor.parseMs + floor.decodeMs), pipeline: sum(run.stageMs.read) },
    'place, weld, partition (wall)': { pipeline: sum(run.stageMs.place) },
    gather: { pipeline: sum(run.spentMs.gather) },
    simplify: { floor: sum(floor.simplifyMs), pipeline: sum(run.spentMs.simplify) },
    'texture (atlas, bake)': { floor: sum(floor.bakeMs), pipeline: sum(run.spentMs.texture) },
    'encode (meshopt, JPEG)': { floor: sum(floor.encodeMs + floor.jpegMs), pipeline: sum(run.spentMs.encode) },
    heights: { pipeline: sum(run.spentMs.heights + run.stageMs.heights) },
    write: { pipeline: sum(run.spentMs.write + run.stageMs.write) },
  })
  console.table(run.levels)
  const ratio = median(ratios)
  const rough = await measureRoughness(run.tileset)
  const cracks = await lookForCracks(run.tileset)
  roughness.set(name, rough.ratio)
  console.log(
    `${[
      `pipeline / floor: ${ratio.toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(', ')})`,
      `root: ${(quality.rootShare * 100).toFixed(1)} % of the triangles, PSNR ${quality.psnrDb.toFixed(1)} dB, ${quality.gainDb.toFixed(1)} dB above one flat colour (worst of four views); ${rough.rootErrorMeters.toFixed(3)} m RMS off the full mesh`,
      `mesh: ${rough.areaSquareMeters.toFixed(0)} m², √(area / triangles) ${rough.edgeMeters.toFixed(3)} m; at 5 % of the triangles e is ${rough.errorMeters.toFixed(3)} m RMS, ${rough.ratio.toFixed(3)} of it`,
      `cracks: ${cracks.cracks} of ${cracks.borderSamples} samples beside borders, in 20 views; depths that met: ${cracks.pairs.join(', ')}`,
    ].join('\n')}\n`,
  )
  if (name === 'demo') hold(`${name}: pipeline / floor`, ratio.toFixed(2), `≤ ${BARS.ratio}`, ratio <= BARS.ratio)
  hold(`${name}: root's share`, `${(quality.rootShare * 100).toFixed(1)} %`, '≤ 5 %', quality.rootShare <= BARS.rootShare)
  hold(`${name}: root's PSNR`, `${quality.psnrDb.toFixed(1)} dB`, `≥ ${BARS.psnrDb} dB`, quality.psnrDb >= BARS.psnrDb)
  hold(`${name}: above a flat root`, `${quality.gainDb.toFixed(1)} dB`, `≥ ${BARS.gainDb} dB`, quality.gainDb >= BARS.gainDb)
  if (name === 'demo') hold(`${name}: cracks`, String(cracks.cracks), '0', cracks.cracks === 0)
  await rm(output, { recursive: true })
}

const [demo, terra] = [roughness.get('demo'), roughness.get('obj-terra-L17')]
if (demo !== undefined && terra !== undefined) {
  const [low, high] = BARS.roughness
  hold(
    'demo: e / √(area / triangles), of obj-terra-L17’s',
    (demo / terra).toFixed(2),
    `${low} to ${high}`,
    demo / terra >= low && demo / terra <= high,
  )
}
console.table(bars)
