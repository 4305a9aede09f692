// Installs the workspace where the lockfile has changed since the last time. Only Node and npm are needed: npx brings the
// pinned pnpm (11 crashes on Node 20).
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, remember, remembered } from './fingerprint.mjs'
import { ROOT, run, seconds } from './run.mjs'

export const PNPM = 'pnpm@12.21.0'

const manifests = () => [
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'package.json',
  'bench/package.json',
  'data-pipeline/package.json',
  ...['packages', 'examples'].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}/package.json`)),
]

/** Installs if needed; exits with pnpm's own words where that fails. */
export async function install() {
  const inputs = fingerprint(manifests())
  if (existsSync(join(ROOT, 'node_modules/.modules.yaml')) && remembered('install') === inputs) return
  const startedMs = Date.now()
  console.log(`Installing with ${PNPM} …`)
  const { code, output } = await run('npx', ['-y', PNPM, 'install', '--frozen-lockfile', '--prefer-offline'], {
    quiet: true,
    env: { CI: 'true' },
  })
  if (code !== 0) {
    console.error(`${output}\nThe install failed: see above. It needs the npm registry once; after that everything runs without a network.`)
    process.exit(1)
  }
  remember('install', inputs)
  console.log(`Installed in ${seconds(startedMs)}.`)
}
