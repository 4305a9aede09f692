// `npm run bench:server`: what the live core costs, in ratios of two legs that ran one after the other in this run.
//
// --only posts,viewers,delays,startup,history   some of the parts
// --pairs 5                                     pairs of legs of each figure
// --quick                                       small numbers: to see that it runs; the bars bind nobody then
//
// The server runs in a process of its own, so that its CPU is its own; clients and floors in others. docs/bench-server.md.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endAllChildren } from './child.ts'
import { measureDelays } from './delays.ts'
import { type Bar, barLine, isMet } from './figures.ts'
import { measureHistory } from './history.ts'
import type { Part } from './part.ts'
import { measurePosts } from './posts.ts'
import { measureStartup } from './startup.ts'
import { measureViewers } from './viewers.ts'

const PARTS: Readonly<Record<string, { readonly measure: Part; readonly pairs: number }>> = {
  posts: { measure: measurePosts, pairs: 5 },
  viewers: { measure: measureViewers, pairs: 3 },
  delays: { measure: measureDelays, pairs: 5 },
  startup: { measure: measureStartup, pairs: 3 },
  history: { measure: measureHistory, pairs: 3 },
}

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, pairs: { type: 'string' }, quick: { type: 'boolean', default: false } },
  })
  const names = values.only === undefined ? Object.keys(PARTS) : values.only.split(',')
  for (const name of names)
    if (PARTS[name] === undefined) throw new Error(`there is no part ${name}; parts: ${Object.keys(PARTS).join(', ')}`)
  console.log(`${os.availableParallelism()} cores, ${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, load ${load()}`)
  const bars: Bar[] = []
  const startedMs = performance.now()
  for (const name of names) {
    const folder = await mkdtemp(join(os.tmpdir(), 'twinmap-bench-'))
    const fromMs = performance.now()
    const { measure, pairs } = PARTS[name]!
    try {
      bars.push(
        ...(await measure({
          folder,
          pairs: values.pairs === undefined ? (values.quick ? 1 : pairs) : Number(values.pairs),
          quick: values.quick,
          print: (text) => console.log(text),
        })),
      )
    } finally {
      endAllChildren()
      await rm(folder, { recursive: true, force: true })
    }
    console.log(`(${name}: ${((performance.now() - fromMs) / 1000).toFixed(0)} s, load ${load()})`)
  }
  console.log(`\n${'ratio'.padEnd(80)}median  (quartiles)`)
  for (const bar of bars) console.log(barLine(bar))
  const missed = bars.filter((bar) => !isMet(bar)).length
  const binding = bars.filter(({ most }) => most !== undefined).length
  console.log(`\n${binding - missed} of ${binding} bars met, in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
  if (values.quick) console.log('--quick: these numbers are too small to judge by')
  else if (missed > 0) process.exitCode = 1
}

/** How busy the machine is: of the last minute. */
const load = (): string => os.loadavg()[0]!.toFixed(1)
