// `npm run mutate`: changes the code one small thing at a time and asks whether a test notices. docs/mutation.md tells more.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import './check-node.mjs'
import { covering, inOrder } from './mutate/covering-tests.mjs'
import { nameOf, problemsOf } from './mutate/ignored.mjs'
import { mutantsOf, mutated } from './mutate/mutants.mjs'
import { filesOf, ROOMS, sourcesOf } from './mutate/rooms.mjs'
import { startRunner } from './mutate/runner.mjs'
import { sample } from './mutate/sample.mjs'
import { rowsOf, survivorLine } from './mutate/table.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CACHE = join(ROOT, 'node_modules/.cache/twinmap/mutants.json')
/** Tests that are not beside the file are run for so long with one mutant. */
const MOST_MS = 10_000

const { values: asked } = parseArgs({
  options: {
    room: { type: 'string', multiple: true, default: [] },
    file: { type: 'string', multiple: true, default: [] },
    since: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    fresh: { type: 'boolean', default: false },
  },
})

function refuse(sentence) {
  console.error(sentence)
  process.exit(2)
}
const wholeNumber = (name) => {
  const value = asked[name]
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value)) refuse(`--${name} ${value}: give a whole number`)
  return Number(value)
}
const most = wholeNumber('sample')
const seed = wholeNumber('seed')
const processes = wholeNumber('processes')
if (processes < 1) refuse('--processes 0: give 1 or more')
for (const room of asked.room) if (!ROOMS.includes(room)) refuse(`--room ${room}: there is ${ROOMS.join(', ')}`)

// Which mutants.
const rooms = ROOMS.map((room) => ({ room, files: filesOf(room, ROOT) }))
const texts = new Map()
const textOf = (file) => {
  if (!texts.has(file)) texts.set(file, readFileSync(join(ROOT, file), 'utf8'))
  return texts.get(file)
}
const mutantsByFile = new Map(rooms.flatMap(({ files }) => files.map((file) => [file, mutantsOf(file, textOf(file))])))
const changed =
  asked.since === undefined
    ? undefined
    : execFileSync('git', ['diff', '--name-only', '--relative', asked.since], { cwd: ROOT, encoding: 'utf8' }).split('\n')
for (const file of asked.file) if (!mutantsByFile.has(file)) refuse(`--file ${file}: no room has it; a path begins at the root`)

const ignored = JSON.parse(readFileSync(join(ROOT, 'scripts/mutate/ignored.json'), 'utf8'))
const problems = problemsOf(ignored, mutantsByFile)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(2)
const ignoredNames = new Set(ignored.map(nameOf))

const chosen = rooms
  .filter(({ room }) => asked.room.length === 0 || asked.room.includes(room))
  .map(({ room, files }) => {
    const all = files
      .filter((file) => asked.file.length === 0 || asked.file.includes(file))
      .filter((file) => changed === undefined || changed.includes(file))
      .flatMap((file) => mutantsByFile.get(file))
    return { room, of: all.length, mutants: most === undefined ? all : sample(all, most, seed) }
  })
  .filter(({ mutants }) => mutants.length > 0)
if (chosen.length === 0) {
  console.log('no mutants: nothing that was asked for holds any')
  process.exit(0)
}

// What is known from before: a result counts for as long as the file and all of its tests are unchanged.
const sha = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32)
const testsOf = covering(ROOT)
const coverOf = new Map()
for (const { mutants } of chosen)
  for (const { file } of mutants) {
    if (coverOf.has(file)) continue
    const tests = testsOf(file)
    coverOf.set(file, { tests, hash: sha([file, textOf(file), ...tests.flatMap(({ test }) => [test, textOf(test)])].join('\0')) })
  }
let known = {}
try {
  if (!asked.fresh) known = JSON.parse(readFileSync(CACHE, 'utf8'))
} catch {
  known = {}
}
const keyOf = (mutant) => `${coverOf.get(mutant.file).hash} ${mutant.start} ${mutant.end} ${mutant.with}`

const waiting = []
for (const { mutants } of chosen)
  for (const mutant of mutants) {
    if (ignoredNames.has(nameOf(mutant))) mutant.outcome = 'ignored'
    else if (coverOf.get(mutant.file).tests.length === 0) mutant.outcome = 'survived'
    else if (known[keyOf(mutant)] !== undefined) mutant.outcome = known[keyOf(mutant)]
    else waiting.push(mutant)
  }

// A test file that fails without any mutant would kill every one, so it is set aside, told, and fails the run.
const runners = Array.from({ length: Math.max(1, Math.min(processes, waiting.length)) }, () => startRunner(ROOT))
const tests = [...new Set(waiting.flatMap(({ file }) => coverOf.get(file).tests.map(({ test }) => test)))]
const sources = sha(sourcesOf(ROOT).map(textOf).join('\0'))
const startMs = performance.now()
const durations = new Map()
const red = new Set()
const inParallel = (items, act) => {
  const queue = [...items]
  return Promise.all(
    runners.map(async (runner) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(runner, item)
    }),
  )
}
const greenKey = (test) => `green ${sources} ${sha(textOf(test))} ${test}`
const unmeasured = tests.filter((test) => known[greenKey(test)] === undefined)
for (const test of tests) durations.set(test, known[greenKey(test)])
if (tests.length > 0) console.log(`${waiting.length} mutants to try; first ${unmeasured.length} of ${tests.length} test files without any`)
await inParallel(unmeasured, async (runner, test) => {
  const result = await runner.run({ tests: [test] }, 300_000)
  if (result.outcome === 'survived') {
    durations.set(test, result.ms)
    known[greenKey(test)] = result.ms
  } else red.add(test)
})

let tried = 0
let save = 0
await inParallel(waiting, async (runner, mutant) => {
  const cover = coverOf.get(mutant.file)
  const green = inOrder(
    cover.tests.filter(({ test }) => !red.has(test)),
    (test) => durations.get(test),
    MOST_MS,
  )
  const usualMs = green.reduce((sum, test) => sum + durations.get(test), 0)
  const text = mutated(textOf(mutant.file), mutant)
  const { outcome } = await runner.run({ file: mutant.file, text, tests: green }, 10_000 + 5 * usualMs)
  mutant.outcome = outcome
  if (cover.tests.every(({ test }) => !red.has(test))) known[keyOf(mutant)] = outcome
  tried++
  if (tried % 100 === 0) console.log(`${tried} of ${waiting.length} tried in ${Math.round((performance.now() - startMs) / 1000)} s`)
  if (performance.now() > save) {
    save = performance.now() + 10_000
    keep()
  }
})
for (const runner of runners) runner.stop()

function keep() {
  mkdirSync(dirname(CACHE), { recursive: true })
  writeFileSync(CACHE, JSON.stringify(known))
}
keep()

// What came of it.
for (const { mutants } of chosen) for (const mutant of mutants) if (mutant.outcome === 'survived') console.log(survivorLine(mutant))
const { lines, isEnough } = rowsOf(chosen)
console.log(lines.join('\n'))
console.log(
  `${most === undefined ? 'all mutants' : `at most ${most} of each room, seed ${seed}`}; ${tried} tried in ${Math.round((performance.now() - startMs) / 1000)} s, the rest known from before`,
)
for (const test of red) console.error(`set aside, because it fails without any mutant: ${test}`)
process.exit(isEnough && red.size === 0 ? 0 : 1)
