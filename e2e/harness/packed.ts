// The packages as a consumer gets them: packed by pnpm, unpacked into a folder far from the workspace, where only what
// their packed manifests name can be found.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PNPM } from '../../scripts/install.mjs'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const PACKAGES = ['packages/core', 'packages/layers', 'packages/server', 'packages/viewer', 'data-pipeline']

export interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
}

export interface Packed {
  readonly name: string
  readonly tarball: string
  readonly manifest: Manifest
  /** Files inside, relative to the package. */
  readonly files: readonly string[]
  /** The workspace folder it was packed from. */
  readonly from: string
}

/** Builds what has changed, then packs every published package into `folder`. */
export async function packAll(folder: string): Promise<readonly Packed[]> {
  await run(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT, maxBuffer: 16_000_000 })
  const packed: Packed[] = []
  for (const from of PACKAGES) {
    const target = join(folder, from.replaceAll('/', '-'))
    await mkdir(target, { recursive: true })
    await run('npx', ['-y', PNPM, 'pack', '--pack-destination', target], { cwd: join(ROOT, from), maxBuffer: 16_000_000 })
    const tarball = join(target, readdirSync(target).find((name) => name.endsWith('.tgz'))!)
    await run('tar', ['-xzf', tarball, '-C', target])
    const files = readdirSync(join(target, 'package'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(target, 'package').length + 1))
    const manifest = JSON.parse(readFileSync(join(target, 'package/package.json'), 'utf8')) as Manifest
    packed.push({ name: manifest.name, tarball, manifest, files, from: join(ROOT, from) })
  }
  return packed
}

/** A folder with the named packages of ours unpacked in its node_modules, and `more` links: name to folder. */
export async function consumer(
  packed: readonly Packed[],
  names: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twinmap-consumer-'))
  const modules = join(folder, 'node_modules')
  const link = async (name: string, to: string) => {
    const at = join(modules, name)
    if (existsSync(at)) return
    await mkdir(dirname(at), { recursive: true })
    await symlink(await realpath(to), at, 'dir')
  }
  const wanted = [...names]
  for (let i = 0; i < wanted.length; i++) {
    const ours = packed.find(({ name }) => name === wanted[i])
    if (ours === undefined) throw new Error(`${wanted[i]} is none of the packed packages`)
    await cp(join(dirname(ours.tarball), 'package'), join(modules, ours.name), { recursive: true })
    for (const name of Object.keys(ours.manifest.dependencies ?? {})) {
      if (packed.some((each) => each.name === name)) {
        if (!wanted.includes(name)) wanted.push(name)
      } else await link(name, join(ours.from, 'node_modules', name))
    }
  }
  for (const [name, to] of Object.entries(more)) await link(name, to)
  return folder
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
