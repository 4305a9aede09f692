// What has changed in a checkout since a commit, as git tells it: committed since then, staged, unstaged and untracked.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
// Warnings go to the other stream and are no names.
const git = async (cwd, ...args) => (await execute('git', args, { cwd, maxBuffer: 256_000_000 })).stdout

const names = (output) => output.split('\0').filter((name) => name !== '')

/**
 * Changes since the commit where this branch left `base`; names are relative to `root`.
 *
 * @param {string} root
 * @param {string} base
 * @returns {Promise<{ changed: string[], removed: string[], files: string[] }>} `changed` exist, `removed` do not; `files` are all that exist
 */
export async function changesSince(root, base) {
  const fork = await git(root, 'merge-base', '--end-of-options', base, 'HEAD').catch((error) => {
    throw new Error(
      `"${base}" is no commit that this branch comes from (${(error.stderr || error.message).trim()}). Name a branch, a tag or a commit.`,
    )
  })
  const told = await git(root, 'diff', '--name-status', '-z', '--find-renames', '--relative', fork.trim(), '--')
  const untracked = names(await git(root, 'ls-files', '--others', '--exclude-standard', '-z'))
  const tracked = names(await git(root, 'ls-files', '-z'))
  const changed = new Set(untracked)
  const removed = new Set()
  const fields = names(told)
  for (let i = 0; i < fields.length; ) {
    const status = fields[i++][0]
    if (status === 'R') removed.add(fields[i++])
    if (status === 'C') i++
    const path = fields[i++]
    if (status === 'D') removed.add(path)
    else changed.add(path)
  }
  // Removed from git's index and written anew: it exists.
  for (const path of untracked) removed.delete(path)
  const files = [...new Set([...tracked, ...untracked])].filter((path) => !removed.has(path)).sort()
  return { changed: [...changed].sort(), removed: [...removed].sort(), files }
}
