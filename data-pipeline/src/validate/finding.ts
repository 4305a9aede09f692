// What the validator says: one fault, one place.

export type FindingCode =
  | 'schema'
  | 'json'
  | 'encoding'
  | 'null'
  | 'tileset-missing'
  | 'content-missing'
  | 'content-name'
  | 'content-remote'
  | 'content-corrupt'
  | 'content-unchecked'
  | 'header'
  | 'alignment'
  | 'content-outside'
  | 'child-outside'
  | 'volume'
  | 'error-grows'
  | 'error-missing'
  | 'version'
  | 'subtree'

export interface Finding {
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: FindingCode
  /** Relative to the folder of the first tileset. */
  readonly file: string
  /** JSON pointer (RFC 6901) into a tileset; a place in words within a binary file. */
  readonly pointer: string
  readonly message: string
}

/** Gathers; the same fault at the same place once. */
export class Findings {
  readonly list: Finding[] = []
  readonly #seen = new Set<string>()

  add(finding: Finding): void {
    const key = `${finding.code} ${finding.file} ${finding.pointer} ${finding.message}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.list.push(finding)
  }
}

/** One step down a JSON pointer. */
export const step = (pointer: string, ...names: (string | number)[]): string =>
  pointer + names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
