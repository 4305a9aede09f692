// Measure: reads back what was written (or any photogrammetry OBJ) for statistics and pictures. Triangles only in memory, n-gons fanned.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface ObjGroup {
  readonly material: string
  /** Path of its texture, if the MTL names one. */
  readonly texture: string | undefined
  /** Indices of positions and of texture coordinates, three a triangle. */
  readonly positions: readonly number[]
  readonly textureCoordinates: readonly number[]
}

export interface ObjMesh {
  /** The first vertex; positions count from it, so that grid numbers keep their millimetres. */
  readonly origin: readonly [number, number, number]
  readonly positions: Float64Array
  readonly textureCoordinates: Float64Array
  readonly groups: readonly ObjGroup[]
}

interface Building {
  readonly p: number[]
  readonly t: number[]
}

export function readObj(path: string): ObjMesh {
  const bytes = readFileSync(path)
  const positions: number[] = []
  const coordinates: number[] = []
  const groups = new Map<string, Building>()
  let group: Building | undefined
  let library: string | undefined
  let origin: readonly [number, number, number] | undefined
  let at = 0
  const isSpace = (c: number | undefined): boolean => c === 32 || c === 9 || c === 13
  const number = (): number => {
    while (isSpace(bytes[at])) at++
    const from = at
    while (at < bytes.length && bytes[at]! > 32) at++
    return Number(bytes.toString('latin1', from, at))
  }
  const rest = (): string => {
    const from = at
    while (at < bytes.length && bytes[at] !== 10) at++
    return bytes.toString('utf8', from, at).trim()
  }
  const use = (name: string): void => {
    group = groups.get(name) ?? { p: [], t: [] }
    groups.set(name, group)
  }
  while (at < bytes.length) {
    const c = bytes[at]
    const d = bytes[at + 1]
    if (c === 118 && isSpace(d)) {
      at += 1
      const [x, y, z] = [number(), number(), number()]
      origin ??= [x, y, z]
      positions.push(x - origin[0], y - origin[1], z - origin[2])
    } else if (c === 118 && d === 116) {
      at += 2
      coordinates.push(number(), number())
    } else if (c === 102 && isSpace(d)) {
      if (!group) use('')
      at += 1
      readFace(rest(), positions.length / 3, coordinates.length / 2, group!)
    } else if (bytes.toString('latin1', at, at + 6) === 'usemtl') {
      at += 6
      use(rest())
    } else if (bytes.toString('latin1', at, at + 6) === 'mtllib') {
      at += 6
      library = rest()
    }
    while (at < bytes.length && bytes[at] !== 10) at++
    at++
  }
  const textures = library ? readTextures(join(dirname(path), library)) : new Map<string, string>()
  return {
    origin: origin ?? [0, 0, 0],
    positions: Float64Array.from(positions),
    textureCoordinates: Float64Array.from(coordinates),
    groups: [...groups].map(([material, { p, t }]) => ({ material, texture: textures.get(material), positions: p, textureCoordinates: t })),
  }
}

function readFace(text: string, positions: number, coordinates: number, group: Building): void {
  const corners = text.split(/\s+/).map((corner) => {
    const [p, t] = corner.split('/').map(Number)
    return [p! < 0 ? positions + p! : p! - 1, t ? (t < 0 ? coordinates + t : t - 1) : -1] as const
  })
  for (let i = 2; i < corners.length; i++) {
    for (const corner of [corners[0]!, corners[i - 1]!, corners[i]!]) {
      group.p.push(corner[0])
      group.t.push(corner[1])
    }
  }
}

function readTextures(mtl: string): Map<string, string> {
  const found = new Map<string, string>()
  if (!existsSync(mtl)) return found
  let material = ''
  for (const line of readFileSync(mtl, 'utf8').split(/\r?\n/)) {
    const [word, ...words] = line.trim().split(/\s+/)
    if (word === 'newmtl') material = words.join(' ')
    if (word === 'map_Kd') found.set(material, join(dirname(mtl), words.join(' ')))
  }
  return found
}
