import { createHash, timingSafeEqual } from 'node:crypto'
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/** Who may write what. */
export interface Source {
  readonly name: string
  readonly kinds: ReadonlySet<string>
}

/**
 * Finds the source that a key belongs to. Every key is compared, in a time that does not depend on the key.
 *
 * @throws TwinError from it: `not-allowed`; never the key.
 */
export function createSources(
  declared: readonly { readonly name: string; readonly key: string; readonly kinds: readonly string[] }[],
): (key: string | undefined) => Source {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const sources = declared.map(({ name, key, kinds }) => ({ digest: digest(key), source: { name, kinds: new Set(kinds) } }))
  return (key) => {
    const asked = digest(key ?? '')
    let found: Source | undefined
    for (const each of sources) if (timingSafeEqual(asked, each.digest)) found = each.source
    if (found === undefined)
      throw new TwinError('not-allowed', 'the key of this source is unknown; send Authorization: Bearer and the key from the configuration')
    return found
  }
}
