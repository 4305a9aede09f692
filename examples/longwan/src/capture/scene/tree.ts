// Scene: one plant as clumps of leaves. A crown is a handful of lobes, each with a dark core (porous crowns would be carved to tunnels)
// and a skin of clumps that know which way is out, so that a crown is lit as one body and not as a camouflage net.
import { noise2 } from '../chance/noise.ts'
import { makeRandom, type Random } from '../chance/random.ts'
import type { Point3, SceneBuilder } from './builder.ts'
import type { Picture, Rgb } from './picture.ts'
import { groundHeight } from './terrain.ts'

export interface Species {
  readonly color: Rgb
  /** Half-width of the crown as a share of its greatest, by height in the crown from 0 (low) to 1 (top). */
  readonly profile: (t: number) => number
  /** Where the crown begins, as a share of the tree's height. */
  readonly crownFrom: number
  readonly lobes: number
  /** 1 is common; small leaves make finer clumps. */
  readonly leaf: number
  /** How much trees of one kind differ in hue. */
  readonly spread: number
}

const round = (t: number): number => Math.sqrt(Math.max(0.02, 1 - (t * 1.9 - 0.86) ** 2))
const SPECIES_TABLE = {
  /** 国槐: round, deep green. */
  scholar: { color: [80, 98, 58], profile: round, crownFrom: 0.2, lobes: 10, leaf: 1, spread: 0.2 },
  /** 毛白杨: tall column, greyish. */
  poplar: {
    color: [84, 100, 62],
    profile: (t) => 0.45 + 0.6 * Math.sin(Math.PI * (0.12 + t * 0.8)) * (1 - t * 0.25),
    crownFrom: 0.12,
    lobes: 16,
    leaf: 0.9,
    spread: 0.18,
  },
  /** 垂柳: wide and hanging, yellow-green. */
  willow: {
    color: [100, 112, 64],
    profile: (t) => (t < 0.7 ? 1 - t * 0.12 : Math.sqrt(Math.max(0, 1 - ((t - 0.7) / 0.32) ** 2)) * 0.92),
    crownFrom: 0.1,
    lobes: 12,
    leaf: 0.75,
    spread: 0.16,
  },
  /** 雪松: layered cone, blue-green. */
  cedar: { color: [58, 80, 62], profile: (t) => (1 - t) ** 0.8 * 0.95 + 0.1, crownFrom: 0.05, lobes: 14, leaf: 0.8, spread: 0.12 },
  /** 银杏 and the like, turning: narrow, yellow. */
  ginkgo: {
    color: [104, 108, 64],
    profile: (t) => 0.9 * round(t * 0.92) * (1.08 - t * 0.4),
    crownFrom: 0.18,
    lobes: 9,
    leaf: 0.85,
    spread: 0.3,
  },
  /** 法桐: broad, light green. */
  plane: {
    color: [94, 106, 62],
    profile: (t) => Math.min(1, 0.72 + t * 0.6) * Math.sqrt(Math.max(0.03, 1 - Math.max(0, (t - 0.55) / 0.47) ** 2)),
    crownFrom: 0.25,
    lobes: 11,
    leaf: 1.15,
    spread: 0.2,
  },
  /** 紫叶李: small, dark red. */
  plum: { color: [84, 66, 58], profile: round, crownFrom: 0.15, lobes: 6, leaf: 0.75, spread: 0.2 },
  shrub: { color: [70, 92, 50], profile: round, crownFrom: 0.02, lobes: 3, leaf: 0.65, spread: 0.4 },
} satisfies Record<string, Species>
export type SpeciesName = keyof typeof SPECIES_TABLE
export const SPECIES: Readonly<Record<SpeciesName, Species>> = SPECIES_TABLE

export interface TreeSpot {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly height: number
  readonly species: SpeciesName
}

interface Lobe {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly radius: number
  readonly tone: number
}

/** Builds a tree in plan metres; `bark` paints its trunk. */
export function buildTree(b: SceneBuilder, bark: Picture, spot: TreeSpot, seed: number): void {
  const { x, y, radius, height } = spot
  if (!b.keeps(x, y, radius)) return
  const species = SPECIES[spot.species]
  const chance = makeRandom(Math.floor(x * 131 + y * 7919) + seed)
  const z = groundHeight(x, y)
  const low = z + Math.max(0.15, height * species.crownFrom)
  const color = leafColor(species, chance)
  const lobes = makeLobes(species, x, y, low, z + height, radius, chance)
  const area = radius * (height * (1 - species.crownFrom))
  const count = Math.round((area * 11 + 16) / species.leaf)
  buildCore(b, species, spot, low, z + height, color)
  for (const lobe of lobes) b.clump(lobe.x, lobe.y, lobe.z, lobe.radius * 0.74, lobe.radius * 0.74, scaleColor(color, 0.6), [0, 0, 0])
  for (let i = 0; i < count; i++) {
    const lobe = lobes[Math.floor(chance() * lobes.length)]!
    const up = chance() * 1.7 - 0.7
    const around = chance() * Math.PI * 2
    const flat = Math.sqrt(Math.max(0, 1 - up * up))
    const dir: Point3 = [Math.cos(around) * flat, Math.sin(around) * flat, up]
    const reach = lobe.radius * chance.range(0.8, 1.28)
    const at: Point3 = [lobe.x + dir[0] * reach, lobe.y + dir[1] * reach, lobe.z + dir[2] * reach]
    if (at[2] < z + 0.1 || lobes.some((l) => l !== lobe && Math.hypot(at[0] - l.x, at[1] - l.y, at[2] - l.z) < l.radius * 0.66)) continue
    const size = (0.2 + 0.4 * chance() * chance() + 0.12 * chance()) * Math.min(1.3, 0.45 + radius / 3) * species.leaf
    const crown: Point3 = [(at[0] - x) / radius, (at[1] - y) / radius, ((at[2] - low) / (height - (low - z)) - 0.4) * 1.8]
    const out = unit([dir[0] + crown[0], dir[1] + crown[1], dir[2] + crown[2]])
    b.clump(
      at[0],
      at[1],
      at[2],
      size,
      size * chance.range(0.6, 0.95),
      scaleColor(color, lobe.tone * chance.range(0.92, 1.07) * (up < -0.2 ? 0.86 : 1)),
      out,
    )
  }
  buildFoot(b, bark, spot, z, low, color, chance)
}

function leafColor(species: Species, chance: Random): Rgb {
  const tone = 0.84 + 0.34 * chance()
  const hue = (chance() - 0.5) * species.spread
  const [r, g, b] = species.color
  return [(r * tone * (1 + hue)) / 255, (g * tone) / 255, (b * tone * (1 - hue * 0.8)) / 255]
}

const scaleColor = (c: Rgb, k: number): Rgb => [c[0] * k, c[1] * k, c[2] * k]

function makeLobes(species: Species, x: number, y: number, low: number, top: number, radius: number, chance: Random): Lobe[] {
  const lean: readonly [number, number] = [chance.bell() * 0.08, chance.bell() * 0.08]
  const tall = top - low
  const lobes: Lobe[] = []
  for (let i = 0; i < species.lobes; i++) {
    const t = (i + 0.1 + 0.8 * chance()) / species.lobes
    const wide = species.profile(t) * radius * chance.range(0.84, 1.14)
    const size = Math.max(0.28, Math.min(wide * chance.range(0.5, 0.72), tall * 0.3))
    const away = Math.max(0, wide - size) * chance.range(0.65, 1.1)
    const a = i * 2.4 + chance() * 1.4
    const h = Math.min(top - size * 0.8, Math.max(low + size * 0.6, low + t * tall))
    lobes.push({
      x: x + Math.cos(a) * away + lean[0] * (h - low),
      y: y + Math.sin(a) * away + lean[1] * (h - low),
      z: h,
      radius: size,
      tone: chance.range(0.94, 1.05),
    })
  }
  return lobes
}

/** The dark inside: a column of spheres within the crown. */
function buildCore(b: SceneBuilder, species: Species, { x, y, radius }: TreeSpot, low: number, top: number, color: Rgb): void {
  const n = Math.max(2, Math.ceil((top - low) / Math.max(0.7, radius * 0.7)))
  for (let i = 0; i < n; i++) {
    const t = (i + 0.5) / n
    const size = Math.max(0.3, Math.min(species.profile(t) * radius * 0.7, (top - low) * 0.45))
    b.clump(x, y, Math.min(top - size, low + t * (top - low)), size, size, scaleColor(color, 0.55), [0, 0, 0])
  }
}

/** Trunk (no thinner than a voxel, or its crown floats) and the undergrowth that hides its foot. */
function buildFoot(b: SceneBuilder, bark: Picture, { x, y, radius }: TreeSpot, z: number, low: number, color: Rgb, chance: Random): void {
  for (let i = 0; i < radius * 3; i++) {
    const a = chance() * Math.PI * 2
    const d = chance() * radius * 0.4
    const h = noise2(x + i, y, 3) * Math.max(0.3, low - z)
    b.clump(
      x + Math.cos(a) * d,
      y + Math.sin(a) * d,
      z + 0.15 + h,
      chance.range(0.26, 0.44),
      chance.range(0.35, 0.6),
      scaleColor(color, chance.range(0.55, 0.75)),
      [0, 0, 0.3],
    )
  }
  if (low - z < 0.4) return
  const t = 0.19 + radius * 0.035
  b.box(x - t, y - t, z - 0.2, x + t, y + t, low + 0.8, { picture: bark, tint: [0.4, 0.35, 0.29] })
}

function unit(v: Point3): Point3 {
  const l = Math.hypot(...v) || 1
  return [v[0] / l, v[1] / l, v[2] / l]
}
