// Read: the bad lines of one file, by kind: each is told once, with its first line and how many there are.
import { plural } from './plural.ts'

type Kind = 'vertex' | 'uv' | 'corners' | 'index' | 'beyond' | 'uv-beyond' | 'area'

interface Fault {
  readonly line: number
  /** What the first line says. */
  readonly value: string
  count: number
}

/** What is wrong, and what became of it. */
const SENTENCES: Readonly<Record<Kind, (fault: Fault) => string>> = {
  vertex: ({ count, value }) =>
    `${plural(count, 'vertex has', 'vertices have')} no three finite numbers up to 1e12 (the first has ${value}), and the faces there are left out; export the mesh again if they matter`,
  uv: ({ count, value }) =>
    `${plural(count, 'texture coordinate is', 'texture coordinates are')} no finite numbers (the first has ${value}), and the faces there lose their picture; export the mesh again if they matter`,
  corners: ({ count, value }) =>
    `${plural(count, 'face has', 'faces have')} fewer than 3 corners (the first has ${value}), and are left out; nothing needs to be done`,
  index: ({ count, value }) =>
    `${plural(count, 'face names', 'faces name')} a vertex by what is no number of one (the first by ${value}; counting begins at 1), and are left out; export the mesh again if they matter`,
  beyond: ({ value }) =>
    `a face names position ${value}, which the file does not have; such faces are left out. The file is cut or was joined wrongly: export the mesh again`,
  'uv-beyond': ({ value }) =>
    `a face names texture coordinate ${value}, which the file does not have; such faces lose their picture. The file is cut or was joined wrongly: export the mesh again`,
  area: ({ count }) =>
    `${plural(count, 'face', 'faces')} without area ${count === 1 ? 'is' : 'are'} left out, this is the first; nothing needs to be done`,
}

export class Faults {
  readonly #found = new Map<Kind, Fault>()

  add(kind: Kind, line: number, value: string): void {
    const fault = this.#found.get(kind)
    if (fault === undefined) this.#found.set(kind, { line, value, count: 1 })
    else fault.count++
  }

  count(kind: Kind): number {
    return this.#found.get(kind)?.count ?? 0
  }

  get firstLine(): number {
    return Math.min(...[...this.#found.values()].map(({ line }) => line))
  }

  /** The most frequent kind, in words. */
  worst(): string {
    const [kind, fault] = [...this.#found].reduce((a, b) => (b[1].count > a[1].count ? b : a))
    return SENTENCES[kind](fault).replace(/(,? and (the faces|were)|, which|;).*$/, '')
  }

  sentences(file: string): string[] {
    return [...this.#found].map(([kind, fault]) => `${file}:${fault.line}: ${SENTENCES[kind](fault)}`)
  }
}
