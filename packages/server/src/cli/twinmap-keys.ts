// `twinmap-keys`: a pair of keys for a portal, and a token to try it. The private key is a file that only its owner reads.
import { readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isRole, SEES } from '@twinmap/core/internal/kind/privacy'
import { isId, wrongWithId } from '@twinmap/core/internal/kind/wire-text'
import type { JWK } from 'jose'
import { createDemoKeys, LONGEST_TOKEN_LIFE_MS, signDemoToken } from '../tokens.ts'

const ROLES = Object.keys(SEES)

const HELP = `twinmap-keys: the keys by which a portal signs its viewers' tokens

  twinmap-keys [--out FOLDER]              writes portal-private.json and portal-public.json
  twinmap-keys sign --role ROLE --name WHO prints a token

make
  --out FOLDER      where the two files go (the working directory). Files that are there are kept, and the command ends
sign
  --key FILE        the private key (portal-private.json)
  --role ROLE       ${ROLES.join(', ')}
  --name WHO        the token's sub: who acknowledges, and whom the audit names
  --hours N         how long it lives (1). A server takes at most ${LONGEST_TOKEN_LIFE_MS / 3_600_000}, unless its viewers.longestTokenLifeMs says otherwise
  --audience WHOM   its aud, where the server's viewers.audience asks for one
  --issuer WHOSE    its iss, where the server's viewers.issuer asks for one

The private key stays with the portal, which signs with any JWT library: {"sub", "role", "iat", "exp"}, algorithm EdDSA.
The public key is the server's: viewers.publicKey.
`

/** What the command knows of its process; tests hand in their own. */
export interface KeysShell {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly nowMs: () => number
}

/** A wrong option: exit code 2. */
class Usage extends Error {}
/** A file that cannot be read or written: exit code 3. */
class FileFault extends Error {}

/** @returns the exit code: 0, 2 for a wrong option, 3 for a file. */
export async function twinmapKeys(args: readonly string[], shell: KeysShell): Promise<number> {
  try {
    const { values, positionals } = options(args)
    if (values.help) shell.out(HELP)
    else if (positionals.length === 0) await make(values.out ?? '.', shell)
    else if (positionals.length === 1 && positionals[0] === 'sign') await sign(values, shell)
    else throw new Usage(`${positionals.join(' ')} is no command; there is sign, and none at all makes a pair`)
    return 0
  } catch (error) {
    if (!(error instanceof Usage || error instanceof FileFault)) throw error
    shell.err(`${error.message}\n`)
    return error instanceof Usage ? 2 : 3
  }
}

function options(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        out: { type: 'string' },
        key: { type: 'string', default: 'portal-private.json' },
        role: { type: 'string' },
        name: { type: 'string' },
        hours: { type: 'string', default: '1' },
        audience: { type: 'string' },
        issuer: { type: 'string' },
      },
    })
  } catch (error) {
    throw new Usage(`${(error as Error).message}; twinmap-keys --help lists the options`)
  }
}

const why = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error)

async function make(folder: string, { out }: KeysShell): Promise<void> {
  const { publicKey, privateKey } = await createDemoKeys()
  const text = (key: JWK) => `${JSON.stringify(key)}\n`
  const write = async (file: string, key: JWK, mode: number) => {
    await writeFile(file, text(key), { flag: 'wx', mode }).catch((error) => {
      const what =
        why(error) === 'EEXIST' ? 'is there already, and is kept; name another folder with --out' : `cannot be written (${why(error)})`
      throw new FileFault(`${file} ${what}`)
    })
  }
  const [privateFile, publicFile] = [join(folder, 'portal-private.json'), join(folder, 'portal-public.json')]
  await write(privateFile, privateKey, 0o600)
  // Half a pair is of no use, and would be in the way of the next try.
  await write(publicFile, publicKey, 0o644).catch(async (error) => {
    await unlink(privateFile)
    throw error
  })
  out(`${privateFile}: for the portal alone, which signs with it\n${publicFile}: for the server, as viewers.publicKey\n`)
}

async function sign(
  given: { key: string; role?: string; name?: string; hours: string; audience?: string; issuer?: string },
  { out, err, nowMs }: KeysShell,
): Promise<void> {
  const { role, name, audience, issuer } = given
  if (!isRole(role)) throw new Usage(`--role is ${role ?? 'missing'}; give one of ${ROLES.join(', ')}`)
  if (!isId(name)) throw new Usage(name === undefined ? '--name is missing; give who it is for' : `--name ${wrongWithId(name)}`)
  const hours = Number(given.hours)
  if (!(hours > 0 && hours <= 24 * 366)) throw new Usage(`--hours is ${given.hours}; give a number above 0, at most a year`)
  const privateKey = await readPrivateKey(given.key)
  const lifeMs = hours * 3_600_000
  if (lifeMs > LONGEST_TOKEN_LIFE_MS)
    err(`a server takes ${hours} h only where its viewers.longestTokenLifeMs is ${lifeMs} or more; its default is a day\n`)
  const claims = { ...(audience !== undefined && { audience }), ...(issuer !== undefined && { issuer }) }
  const token = await signDemoToken({ privateKey, role, name, lifeMs, nowMs: nowMs(), ...claims }).catch((error: Error) => {
    throw new FileFault(`${given.key} holds no key that can sign (${error.message}); twinmap-keys makes a pair`)
  })
  out(`${token}\n`)
}

async function readPrivateKey(file: string): Promise<JWK> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new FileFault(`${file} cannot be read (${why(error)}); twinmap-keys makes one, --key names another`)
  })
  let key: unknown
  try {
    key = JSON.parse(text)
  } catch {
    throw new FileFault(`${file} is no JSON; twinmap-keys makes a pair`)
  }
  if (typeof key !== 'object' || key === null || !('d' in key))
    throw new FileFault(`${file} holds no private key (d); name the portal's private half with --key`)
  return key as JWK
}
