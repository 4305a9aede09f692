// assets -> tsc -> fonts -> custom-elements.json -> script-tag bundle. Each step runs only where the content of what it
// reads has changed, or what it makes is gone; a second run takes well under a second.
import './check-node.mjs'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fingerprint, remember, remembered } from './fingerprint.mjs'
import { node, ROOT, seconds } from './run.mjs'

const PACKAGES = ['packages/core', 'packages/layers', 'packages/server', 'packages/viewer', 'data-pipeline', 'examples/longwan']
const isSource = (name) => /\.(ts|tsx|json)$/.test(name) && !name.endsWith('.test.ts')
const sources = PACKAGES.flatMap((folder) => [`${folder}/src`, `${folder}/tsconfig.json`, `${folder}/tsconfig.worker.json`])

/** What a deleted source left in dist would still be published and imported. */
function dropOrphans() {
  for (const folder of PACKAGES) {
    const dist = join(ROOT, folder, 'dist')
    if (!existsSync(dist)) continue
    for (const name of readdirSync(dist, { recursive: true }))
      if (/\.(d\.ts|js)$/.test(name) && !existsSync(join(ROOT, folder, 'src', name.replace(/(\.d\.ts|\.js)$/, '.ts'))))
        rmSync(join(dist, name))
  }
}

const STEPS = [
  {
    name: 'assets',
    reads: ['scripts/assets.mjs', 'pnpm-lock.yaml'],
    makes: ['packages/core/assets'],
    run: () => node('scripts/assets.mjs', [], { quiet: true }),
  },
  {
    name: 'compile',
    reads: [...sources, 'tsconfig.json', 'tsconfig.base.json', 'pnpm-lock.yaml'],
    keep: (name) => isSource(name) || name === 'pnpm-lock.yaml',
    makes: PACKAGES.filter((folder) => existsSync(join(ROOT, folder, 'src'))).map((folder) => `${folder}/dist`),
    async run() {
      dropOrphans()
      return node('node_modules/typescript/bin/tsc', ['-b', '--pretty'], { quiet: true })
    },
  },
  {
    // A package's README links to them, so that they are there where no repository is.
    name: 'formats',
    reads: ['docs/formats', 'docs/errors.md'],
    makes: ['packages/core/formats'],
    run() {
      rmSync(join(ROOT, 'packages/core/formats'), { recursive: true, force: true })
      cpSync(join(ROOT, 'docs/formats'), join(ROOT, 'packages/core/formats'), { recursive: true })
      cpSync(join(ROOT, 'docs/errors.md'), join(ROOT, 'packages/core/formats/errors.md'))
      return { code: 0, output: '' }
    },
  },
  {
    name: 'fonts',
    reads: ['scripts/fonts.mjs', 'pnpm-lock.yaml'],
    makes: ['packages/viewer/assets/fonts'],
    run: () => node('scripts/fonts.mjs', [], { quiet: true }),
  },
  {
    name: 'elements',
    reads: ['packages/viewer/src/elements', 'scripts/elements.config.mjs', 'pnpm-lock.yaml'],
    makes: ['packages/viewer/custom-elements.json'],
    run: () =>
      node(
        join(ROOT, 'node_modules/@custom-elements-manifest/analyzer/cem.js'),
        ['analyze', '--config', '../../scripts/elements.config.mjs', '--outdir', '.', '--quiet'],
        { quiet: true, cwd: join(ROOT, 'packages/viewer') },
      ),
  },
  {
    name: 'bundle',
    reads: [
      'scripts/bundle.mjs',
      'scripts/fonts.mjs',
      'scripts/assets.mjs',
      ...sources.filter((path) => /core|layers|viewer/.test(path)),
      'pnpm-lock.yaml',
    ],
    keep: (name) => isSource(name) || /^(scripts|pnpm)/.test(name),
    makes: ['packages/viewer/bundle'],
    run: () => node('scripts/bundle.mjs', [], { quiet: true }),
  },
]

const LOCK = join(ROOT, 'node_modules/.twinmap/build.lock')

/** One build at a time: two would delete each other's output. A lock whose process has ended counts for nothing. */
async function alone(work) {
  mkdirSync(dirname(LOCK), { recursive: true })
  for (;;)
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (isAlive(readHolder())) await new Promise((resolve) => setTimeout(resolve, 200))
      else rmSync(LOCK, { force: true })
    }
  try {
    return await work()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

function readHolder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return pid > 0 && pid !== process.pid
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Builds what has changed. Answers the steps that ran; throws with the output of the one that failed. */
export const build = ({ log = console.log } = {}) => alone(() => buildSteps(log))

async function buildSteps(log) {
  const ran = []
  for (const step of STEPS) {
    const inputs = fingerprint(step.reads, step.keep)
    if (remembered(step.name) === inputs && step.makes.every((path) => existsSync(join(ROOT, path)))) continue
    const startedMs = Date.now()
    const { code, output } = await step.run()
    if (code !== 0) throw new Error(`build: ${step.name} failed\n${output}`)
    remember(step.name, inputs)
    ran.push(step.name)
    log(`build: ${step.name} ${seconds(startedMs)}`)
  }
  return ran
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const ran = await build()
    if (ran.length === 0) console.log('build: nothing has changed')
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
