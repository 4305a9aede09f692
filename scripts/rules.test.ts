// Plants one violation of each sort in a small copy of the house and sees the wall refuse it. The order of rooms is
// written down here a second time on purpose: whoever moves a wall must move it in two places.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ORDER = 'error geo kind record net document tiles feeds live alarms actions history intake labels worker engine'.split(' ')
const PACKAGES = ['packages/core', 'packages/layers', 'packages/server', 'packages/viewer', 'data-pipeline']
const SCOPED = PACKAGES.map((folder) => `@twinmap/${folder.split('/').at(-1)}`)

interface Cruise {
  readonly violations: readonly { readonly rule: string; readonly from: string }[]
  readonly modules: number
}

function cruise(folder: string): Promise<Cruise> {
  const cli = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [cli, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages', 'data-pipeline', 'examples', 'bench']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64_000_000 }, (error, stdout) => {
      if (stdout === '') return reject(error)
      const { summary } = JSON.parse(stdout) as {
        summary: { violations: { rule: { name: string }; from: string }[]; totalCruised: number }
      }
      resolve({ violations: summary.violations.map(({ rule, from }) => ({ rule: rule.name, from })), modules: summary.totalCruised })
    })
  })
}

/** A house with every room and package, in which nothing is wrong. */
function house(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-walls-'))
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json']) cpSync(join(ROOT, name), join(folder, name))
  const write = writer(folder)
  for (const [i, path] of PACKAGES.entries()) {
    write(
      `${path}/package.json`,
      JSON.stringify({
        name: SCOPED[i],
        type: 'module',
        exports: { '.': { source: './src/index.ts' }, './internal/*': { source: './src/*.ts' } },
      }),
    )
    write(`${path}/src/index.ts`, 'export const name = 1\n')
    mkdirSync(join(folder, 'node_modules/@twinmap'), { recursive: true })
    symlinkSync(join(folder, path), join(folder, 'node_modules', SCOPED[i]!), 'dir')
  }
  for (const name of ['three', '3d-tiles-renderer', 'cesium', '@cesium/engine']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'export const name = 1\n')
  }
  ORDER.forEach((room, i) => {
    write(`packages/core/src/${room}/a.ts`, i === 0 ? 'export const a = 1\n' : `export { a } from '../${ORDER[i - 1]}/a.ts'\n`)
    write(`packages/core/src/${room}/a.test.ts`, `import { a } from './a.ts'\nimport { a as up } from '../engine/a.ts'\na && up\n`)
  })
  write('packages/core/src/twin.ts', `import { a } from './engine/a.ts'\nexport const twin = a\n`)
  write('packages/core/src/engine/three/draw.ts', `import { name } from 'three'\nexport const draw = name\n`)
  write('packages/core/src/engine/cesium/draw.ts', `import { name } from 'cesium'\nexport const draw = name\n`)
  write('packages/viewer/src/use.ts', `import { name } from '@twinmap/layers'\nexport const use = name\n`)
  write('data-pipeline/src/place.ts', `import { a } from '@twinmap/core/internal/geo/a'\nexport const place = a\n`)
  write('examples/longwan/src/demo.ts', `import { name } from '@twinmap/server'\nexport const demo = name\n`)
  write('bench/run.ts', `import { name } from 'three'\nexport const run = name\n`)
  return folder
}

const writer = (folder: string) => (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** Rule that must refuse, the file that is planted, its text. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ...ORDER.slice(0, -1).flatMap((room, i) => [
    [`room-${room}-imports-upward`, `packages/core/src/${room}/value.ts`, `export { a } from '../${ORDER[i + 1]}/a.ts'`] as const,
    [`room-${room}-imports-upward`, `packages/core/src/${room}/type.ts`, `export type { a } from '../engine/a.ts'`] as const,
    [`room-${room}-imports-upward`, `packages/core/src/${room}/lazy.ts`, `export const a = () => import('../engine/a.ts')`] as const,
    [`room-${room}-imports-upward`, `packages/core/src/${room}/name.ts`, `export { a } from '@twinmap/core/internal/engine/a'`] as const,
  ]),
  ['room-engine-imports-upward', 'packages/core/src/engine/owner.ts', `export { twin } from '../twin.ts'`],
  ['room-geo-imports-upward', 'packages/core/src/geo/entry.ts', `export { name } from '../index.ts'`],
  ['package-packages-core-imports-upward', 'packages/core/src/geo/layers.ts', `export { name } from '@twinmap/layers'`],
  ['package-packages-layers-imports-upward', 'packages/layers/src/up.ts', `export { name } from '@twinmap/viewer'`],
  ['package-packages-server-imports-upward', 'packages/server/src/up.ts', `export { name } from '@twinmap/viewer'`],
  ['package-packages-viewer-imports-upward', 'packages/viewer/src/up.ts', `export type { name } from '@twinmap/server'`],
  ['package-data-pipeline-imports-upward', 'data-pipeline/src/up.ts', `export { name } from '@twinmap/layers'`],
  ['package-packages-server-imports-upward', 'packages/server/src/demo.ts', `export { demo } from '../../../examples/longwan/src/demo.ts'`],
  ['sister-by-public-name', 'packages/layers/src/path.ts', `export { a } from '../../core/src/geo/a.ts'`],
  ['sister-by-public-name', 'examples/longwan/src/path.ts', `export { name } from '../../../packages/server/src/index.ts'`],
  ['pipeline-reads-four-rooms', 'data-pipeline/src/live.ts', `export { a } from '@twinmap/core/internal/live/a'`],
  ['three-in-its-engine', 'packages/viewer/src/three.ts', `export { name } from 'three'`],
  ['three-in-its-engine', 'packages/core/src/tiles/three.ts', `export type { name } from 'three'`],
  ['three-in-its-engine', 'packages/core/src/engine/null/tiles.ts', `export { name } from '3d-tiles-renderer'`],
  ['cesium-in-its-engine', 'packages/core/src/engine/three/cesium.ts', `export { name } from 'cesium'`],
  ['cesium-in-its-engine', 'packages/layers/src/cesium.ts', `export { name } from '@cesium/engine'`],
  ['no-cycle', 'packages/core/src/live/ring-b.ts', `import type { ring } from './ring.ts'\nexport const b = (r: typeof ring) => r`],
  ['nothing-unresolved', 'packages/layers/src/gone.ts', `export { a } from '@twinmap/core/internal/geo/gone'`],
  ['no-test-in-code', 'packages/core/src/geo/testing.ts', `export * from './a.test.ts'`],
]

describe('the walls', () => {
  let folder: string
  let clean: Cruise
  let planted: Cruise
  beforeAll(async () => {
    folder = house()
    clean = await cruise(folder)
    for (const [, file, text] of PLANTED) writer(folder)(file, `${text}\n`)
    // The other half of the ring: a cycle is told once.
    writer(folder)('packages/core/src/live/ring.ts', `import { b } from './ring-b.ts'\nexport const ring = () => b\n`)
    planted = await cruise(folder)
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('refuse nothing in a house where nothing is wrong, tests that reach up included', () => expect(clean.violations).toEqual([]))
  test.each(PLANTED)('%s refuses %s', (rule, file) => expect(planted.violations).toContainEqual({ rule, from: file }))
  test('refuse only what was planted', () => {
    const files = new Set(PLANTED.map(([, file]) => file))
    expect(planted.violations.filter(({ from }) => !files.has(from))).toEqual([])
  })

  test('have read the real house: no violation, and far more than zero modules', async () => {
    const real = await cruise(ROOT)
    expect(real.modules).toBeGreaterThan(50)
    expect(real.violations).toEqual([])
  }, 60_000)
})
