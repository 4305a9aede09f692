// What a step read last time: a hash over the content of its inputs, so that a touched file, a fresh clone or another
// branch cost nothing where the bytes are the same.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { ROOT } from './run.mjs'

/** Files under a path of the repository, in order; `node_modules`, `dist` and the like are never inputs. */
function* filesUnder(path) {
  if (!existsSync(path)) return
  if (statSync(path).isFile()) {
    yield path
    return
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (['node_modules', 'dist', 'bundle', 'assets', '.git'].includes(entry.name)) continue
    const inside = join(path, entry.name)
    if (entry.isDirectory()) yield* filesUnder(inside)
    else if (entry.isFile()) yield inside
  }
}

/**
 * Hash of files and folders.
 *
 * @param {readonly string[]} paths relative to the repository
 * @param {(name: string) => boolean} [keep] leaves files out by their name from the repository's root
 */
export function fingerprint(paths, keep = () => true) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0])
  for (const path of paths)
    for (const file of filesUnder(join(ROOT, path))) {
      const name = relative(ROOT, file).split(sep).join('/')
      if (keep(name)) hash.update(`\0${name}\0`).update(readFileSync(file))
    }
  return hash.digest('hex')
}

const STATE = join(ROOT, 'node_modules/.twinmap/steps.json')

export function remembered(step) {
  try {
    return JSON.parse(readFileSync(STATE, 'utf8'))[step]
  } catch {
    return undefined
  }
}

export function remember(step, value) {
  let all = {}
  try {
    all = JSON.parse(readFileSync(STATE, 'utf8'))
  } catch {
    // The first step of all.
  }
  mkdirSync(dirname(STATE), { recursive: true })
  writeFileSync(`${STATE}.${process.pid}`, JSON.stringify({ ...all, [step]: value }, null, 2))
  renameSync(`${STATE}.${process.pid}`, STATE)
}
