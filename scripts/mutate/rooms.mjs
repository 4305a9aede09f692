// The rooms that `npm run mutate` mutates, and their files.
import { existsSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'

const CORE = 'packages/core/src'
const SERVER = 'packages/server/src'
/** What a role may read is a room of its own here: a survivor in it may be a leak. */
const REDACTION = ['redact', 'visibility'].map((name) => `${CORE}/record/${name}.ts`)

const FOLDERS = ['live', 'alarms', 'intake', 'record', 'net', 'kind', 'worker']
const LISTED = {
  redaction: REDACTION,
  authority: ['authority', 'turn-queue', 'clock/twin-clock', 'live/compose', 'live/coalesce', 'live/kept-log', 'live/heard'].map(
    (name) => `${SERVER}/${name}.ts`,
  ),
}

export const ROOMS = [...FOLDERS, ...Object.keys(LISTED)]

/** @returns the files of a room, relative to the root; no tests, and no file that another room lists. */
export function filesOf(room, root) {
  if (LISTED[room] !== undefined) return LISTED[room]
  return readdirSync(join(root, CORE, room))
    .filter((name) => name.endsWith('.ts') && !/\.(test|bench|d)\.ts$/.test(name))
    .map((name) => `${CORE}/${room}/${name}`)
    .filter((file) => !REDACTION.includes(file))
    .sort()
}

/** @returns all code of core, layers and server without the test files, and what only tests import. */
export function sourcesOf(root) {
  return ['packages/core/src', 'packages/core/test', 'packages/layers/src', 'packages/server/src', 'test']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name.split(sep).join('/')}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
}
