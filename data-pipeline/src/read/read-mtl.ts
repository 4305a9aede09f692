// Read: what a material library says that a capture needs: a colour, a picture.

export interface Material {
  readonly name: string
  /** Diffuse colour, 0 to 1. */
  readonly color: readonly [number, number, number]
  /** As the library writes it, relative to the library; undefined where there is none. */
  readonly image: string | undefined
  /** 1-based line that names the picture; of `newmtl` where there is none. */
  readonly line: number
}

/** Options of `map_Kd` that take this many words (the MTL specification, § "Options for texture map statements"). */
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

/** Reads a library. Names keep their spaces; unknown statements pass. */
export function readMtl(text: string): Material[] {
  const materials: Material[] = []
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((raw, i) => {
      const [, key, rest] = /^\s*(\S+)\s+(.*?)\s*$/.exec(raw) ?? []
      const current = materials.at(-1)
      if (key === 'newmtl') materials.push({ name: rest!, color: [0.75, 0.75, 0.75], image: undefined, line: i + 1 })
      else if (current === undefined || rest === undefined) return
      else if (key === 'Kd') {
        const color = rest.split(/\s+/).slice(0, 3).map(Number)
        if (color.length === 3 && color.every(Number.isFinite)) replaceLast(materials, { color: color as [number, number, number] })
      } else if (key?.toLowerCase() === 'map_kd') replaceLast(materials, { image: withoutOptions(rest), line: i + 1 })
    })
  return materials
}

const replaceLast = (materials: Material[], change: Partial<Material>): void => {
  materials[materials.length - 1] = { ...materials.at(-1)!, ...change }
}

/** A file name may hold spaces, so options are cut off from the front and the rest is the name. */
function withoutOptions(rest: string): string | undefined {
  let words = rest.split(' ')
  while (words[0]?.startsWith('-')) {
    const option = words[0].toLowerCase()
    if (MAP_VECTORS.has(option)) {
      let taken = 1
      while (taken < 4 && words[taken] !== undefined && words[taken] !== '' && Number.isFinite(Number(words[taken]))) taken++
      words = words.slice(taken)
    } else if (option in MAP_OPTIONS) words = words.slice(1 + MAP_OPTIONS[option]!)
    else break
  }
  const name = words
    .join(' ')
    .trim()
    .replace(/^"(.*)"$/, '$1')
  return name === '' ? undefined : name
}
