// Read: what a material library says that a capture needs: a colour, a picture and how it lies.
import { decodeLines } from './names.ts'

/** How a picture's coordinates become places in it: scaled, then moved; beyond its edge it repeats, or its edge does. */
export interface MapPlace {
  readonly scale: readonly [number, number]
  readonly offset: readonly [number, number]
  readonly clamp: boolean
}

export interface Material {
  readonly name: string
  /** Diffuse colour, 0 to 1. */
  readonly color: readonly [number, number, number]
  /** As the library writes it, relative to the library; undefined where there is none. */
  readonly image: string | undefined
  readonly place: MapPlace
  /** 1-based line that names the picture; of `newmtl` where there is none. */
  readonly line: number
  /** What it says that is not used, as it is written. */
  readonly unused: readonly string[]
}

export const PLAIN_PLACE: MapPlace = { scale: [1, 1], offset: [0, 0], clamp: false }

/** Options of a map that take this many words (the MTL specification, § "Options for texture map statements"). */
const MAP_OPTIONS: Readonly<Record<string, number>> = {
  '-blendu': 1,
  '-blendv': 1,
  '-boost': 1,
  '-bm': 1,
  '-cc': 1,
  '-clamp': 1,
  '-imfchan': 1,
  '-mm': 2,
  '-texres': 1,
  '-type': 1,
}
/** Options of one to three numbers. */
const MAP_VECTORS = new Set(['-o', '-s', '-t'])
/** These change what is seen, and are not followed; with these values they change nothing. */
const CHANGING: Readonly<Record<string, RegExp>> = {
  '-cc': /^off$/i,
  '-imfchan': /^[rgb]*$/i,
  '-mm': /^0(\.0*)? 1(\.0*)?$/,
  '-t': /^(0(\.0*)?\s*)*$/,
}

/** Reads a library. Names keep their spaces; unknown statements pass. */
export function readMtl(bytes: Uint8Array): Material[] {
  const materials: Draft[] = []
  decodeLines(bytes).forEach((raw, i) => {
    const [, key, rest] = /^\s*(\S+)\s+(.*?)\s*$/.exec(raw) ?? []
    const current = materials.at(-1)
    if (key === 'newmtl') materials.push(new Draft(rest!, i + 1))
    else if (current !== undefined && rest !== undefined) current.take(key!.toLowerCase(), rest, i + 1)
  })
  return materials.map((draft) => draft.done())
}

interface Map {
  readonly image: string
  readonly place: MapPlace
  readonly line: number
  readonly unused: readonly string[]
}

class Draft {
  readonly #name: string
  readonly #line: number
  #color: readonly [number, number, number] = [0.75, 0.75, 0.75]
  #diffuse: Map | undefined
  /** A picture of the ambient colour alone: some exporters name it nowhere else. */
  #ambient: Map | undefined
  readonly #unused: string[] = []

  constructor(name: string, line: number) {
    this.#name = name
    this.#line = line
  }

  take(key: string, rest: string, line: number): void {
    if (key === 'kd') {
      const color = rest.split(/\s+/).slice(0, 3).map(Number)
      if (color.length === 3 && color.every(Number.isFinite)) this.#color = color as [number, number, number]
    } else if (key === 'map_kd') this.#diffuse = readMap(rest, line) ?? this.#diffuse
    else if (key === 'map_ka') this.#ambient = readMap(rest, line) ?? this.#ambient
    else if (key === 'map_d' || key === 'map_ke' || key === 'decal') this.#unused.push(`${key} ${rest}`)
    else if ((key === 'd' && Number(rest) < 1) || (key === 'tr' && Number(rest) > 0)) this.#unused.push(`${key} ${rest} (drawn opaque)`)
  }

  done(): Material {
    const map = this.#diffuse ?? this.#ambient
    return {
      name: this.#name,
      color: this.#color,
      image: map?.image,
      place: map?.place ?? PLAIN_PLACE,
      line: map?.line ?? this.#line,
      unused: [...this.#unused, ...(map?.unused ?? [])],
    }
  }
}

/** A file name may hold spaces, so options are cut off from the front and the rest is the name. */
function readMap(written: string, line: number): Map | undefined {
  let rest = written
  let place = PLAIN_PLACE
  const unused: string[] = []
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest)
    if (found !== null) rest = rest.slice(found[0].length)
    return found?.[1]
  }
  while (rest.startsWith('-')) {
    const option = /^-\S+/.exec(rest)![0].toLowerCase()
    const isVector = MAP_VECTORS.has(option)
    if (!isVector && !(option in MAP_OPTIONS)) break
    take(/^(\S+)\s*/)
    const values: string[] = []
    // A name may begin with a digit: what is taken for a number ends with a blank.
    for (let n = 0; n < (isVector ? 3 : MAP_OPTIONS[option]!); n++) {
      const value = take(isVector ? /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?:\s+|$)/i : /^(\S+)\s*/)
      if (value === undefined) break
      values.push(value)
    }
    const [u, v] = values.map(Number)
    if (option === '-s') place = { ...place, scale: [u ?? 1, v ?? 1] }
    else if (option === '-o') place = { ...place, offset: [u ?? 0, v ?? 0] }
    else if (option === '-clamp') place = { ...place, clamp: values[0]?.toLowerCase() === 'on' }
    else if (CHANGING[option]?.test(values.join(' ')) === false) unused.push([option, ...values].join(' '))
  }
  const image = rest.trim()
  return image === '' ? undefined : { image, place, line, unused }
}
