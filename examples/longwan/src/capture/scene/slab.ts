// Scene: an apartment slab with balconies, stair heads, roof and what people put on both.
// Nothing here is thinner than about 0.3 m where it can be helped: thin panels are carved to shreds, as a real capture's are.
import { makeRandom, type Random } from '../chance/random.ts'
import type { SceneBuilder } from './builder.ts'
import { enclosedBalconies, FLOOR_METERS, type Fronts, PLINTH_METERS, paintBalconies, paintFronts, placeElement } from './facade.ts'
import type { Materials } from './materials.ts'
import type { Picture, Rgb } from './picture.ts'
import { type Slab, slabLength } from './plan-slabs.ts'
import { groundHeight } from './terrain.ts'

const tintOf = (c: Rgb, k = 1): Rgb => [
  Math.sqrt(((c[0] * k) / 255) ** 2.2),
  Math.sqrt(((c[1] * k) / 255) ** 2.2),
  Math.sqrt(((c[2] * k) / 255) ** 2.2),
]

/** What the parts of one slab share while it is built; x, y are the slab's own, z above the origin. */
interface Site {
  readonly b: SceneBuilder
  readonly m: Materials
  readonly slab: Slab
  readonly chance: Random
  readonly fronts: Fronts
  readonly length: number
  readonly depth: number
  /** Height of the ground floor's foot. */
  readonly base: number
  /** Top of the wall above `base`. */
  readonly wall: number
  readonly tint: Rgb
}

export function buildSlab(b: SceneBuilder, m: Materials, slab: Slab): void {
  b.within({ x: slab.x, y: slab.y, angleDeg: slab.angleDeg }, () => {
    const length = slabLength(slab)
    const depth = slab.plan.depthMeters
    if (!b.keeps(length / 2, depth / 2, length / 2 + depth)) return
    const chance = makeRandom(slab.seed)
    const flat = slab.style.roof === 'flat'
    const height = slab.floors * FLOOR_METERS + PLINTH_METERS
    const fronts = paintFronts(slab, length, height, b.facadePixelsPerMeter, chance)
    const base = groundHeight(...b.toPlan(length / 2, depth / 2))
    const site: Site = { b, m, slab, chance, fronts, length, depth, base, wall: flat ? height : height - 0.7, tint: tintOf(fronts.wall) }
    buildBody(site)
    buildBalconies(site)
    buildStairsAndBoxes(site)
    if (flat) buildFlatRoof(site)
    else buildHipRoof(site)
  })
}

function buildBody({ b, m, fronts, length, depth, base, wall }: Site): void {
  const all = (width: number) => [0, 0, width, wall] as const
  b.box(0, 0, base - 0.6, length, depth, base + wall, {
    south: { picture: fronts.south, fit: all(length), glass: true },
    north: { picture: fronts.north, fit: all(length), glass: true },
    east: { picture: fronts.east, fit: all(depth), glass: true },
    west: { picture: fronts.west, fit: all(depth), glass: true },
    top: m.roof,
  })
}

function buildBalconies({ b, m, slab, chance, fronts, base, tint }: Site): void {
  const found = slab.plan.south.find((e) => e.kind === 'balcony')
  if (!found) return
  const w = found.width
  const columns = slab.units * 2
  const closed = enclosedBalconies(slab, columns, chance)
  const front = paintBalconies(slab, w, closed, fronts.wall, b.facadePixelsPerMeter, chance)
  const reach = 1.25 + 0.25 * chance()
  for (const [k, column] of closed.entries()) {
    const x = placeElement(slab, k >> 1, (k & 1) === 1, found.at, w)
    for (const [floor, isClosed] of column.entries()) {
      const foot = floor * FLOOR_METERS
      const z = base + PLINTH_METERS + foot
      const top = isClosed ? FLOOR_METERS - 0.12 : 1.05
      // Solid up to the parapet: an open balcony is a niche above a block, with its floor painted on top.
      b.box(x, -reach, z - 0.12, x + w, 0, z + top, {
        south: { picture: front, fit: [k * w, foot, k * w + w, foot + top], glass: isClosed },
        east: { picture: front, fit: [k * w, foot, k * w + reach, foot + top], glass: isClosed },
        west: { picture: front, fit: [k * w + w - reach, foot, k * w + w, foot + top], glass: isClosed },
        skip: 'n',
        tint: [tint[0] * 0.9, tint[1] * 0.9, tint[2] * 0.9],
        top: isClosed ? m.grime : m.balconyFloor,
        topTint: isClosed ? tint : [0.8, 0.78, 0.75],
        underside: true,
      })
      if (!isClosed) clutterBalcony(b, chance, x, -reach, z + 1.05, w, reach)
    }
    const z = base + PLINTH_METERS + slab.floors * FLOOR_METERS
    b.box(x - 0.1, -reach - 0.1, z - 0.16, x + w + 0.1, 0, z + 0.14, {
      tint: [tint[0] * 0.96, tint[1] * 0.96, tint[2] * 0.96],
      skip: 'n',
      underside: true,
    })
  }
}

function clutterBalcony(b: SceneBuilder, chance: Random, x: number, y: number, z: number, w: number, reach: number): void {
  if (chance() < 0.6) {
    const at = x + 0.4 + chance() * (w - 1.8)
    const color = chance.pick([
      [0.7, 0.34, 0.32],
      [0.4, 0.48, 0.7],
      [0.82, 0.8, 0.76],
      [0.5, 0.62, 0.5],
    ] as const)
    b.box(at, y + reach * 0.45, z, at + 0.9, y + reach * 0.45 + 0.3, z + 0.6 + chance() * 0.5, { tint: color })
  }
}

function buildStairsAndBoxes({ b, m, slab, chance, fronts, length, depth, base, wall, tint }: Site): void {
  const u = slab.plan.unitMeters
  for (let unit = 0; unit < slab.units; unit++) {
    const middle = (unit + 0.5) * u
    if (slab.floors > 2) {
      b.box(middle - 1.45, depth, base, middle + 1.45, depth + 0.9, base + wall - 0.4, {
        north: { picture: fronts.north, fit: [middle - 1.45, 0, middle + 1.45, wall - 0.4], glass: true },
        tint,
        skip: 's',
      })
    }
    b.box(middle - 1.6, depth + 0.7, base + 2.5, middle + 1.6, depth + 2.2, base + 2.8, { tint: [0.75, 0.72, 0.68], underside: true })
    for (let floor = 0; floor < slab.floors; floor++) {
      for (const side of [0, 1]) {
        if (chance() < 0.55) {
          const x = side ? unit * u + u - 0.35 - 0.85 : unit * u + 0.35
          const y = chance() < 0.5 ? -0.45 : depth
          const z = base + 1.1 + floor * FLOOR_METERS + chance() * 0.4
          b.box(x, y, z, x + 0.9, y + 0.45, z + 0.68, { tint: [0.78, 0.77, 0.74], underside: true })
        }
        if (chance() < 0.22) {
          const x = unit * u + (side ? u - 4.6 : 3)
          b.box(x, depth, base + 1.9 + floor * FLOOR_METERS, x + 1.5, depth + 0.45, base + 3.3 + floor * FLOOR_METERS, {
            picture: m.grime,
            tint: [0.62, 0.62, 0.6],
          })
        }
      }
    }
  }
  // Ground floors grow yards and sheds.
  for (let i = 0; i < slab.units * 2; i++) {
    if (chance() > 0.24) continue
    const x = i * (u / 2) + chance() * 2
    const h = 2.2 + chance() * 0.6
    b.box(x, -3.4 - chance() * 0.6, base - 0.2, Math.min(length, x + 3 + chance() * 2), -1.5, base + h, {
      picture: m.grime,
      tint: [0.74, 0.7, 0.64],
      top: chance() < 0.5 ? m.corrugated : m.greyTiles,
    })
  }
}

function buildFlatRoof({ b, m, slab, chance, fronts, length, depth, base, wall, tint }: Site): void {
  const z = base + wall
  const p = 0.36
  const top: Rgb = [tint[0] * 0.98, tint[1] * 0.98, tint[2] * 0.98]
  for (const [x0, y0, x1, y1] of [
    [-0.1, -0.1, length + 0.1, p],
    [-0.1, depth - p, length + 0.1, depth + 0.1],
    [-0.1, 0, p, depth],
    [length - p, 0, length + 0.1, depth],
  ] as const) {
    b.box(x0, y0, z - 0.1, x1, y1, z + 0.7, { tint, topTint: top })
  }
  const u = slab.plan.unitMeters
  for (let unit = 0; unit < slab.units; unit++) {
    const middle = (unit + 0.5) * u
    const head = fronts.wall
    b.box(middle - 1.6, depth - 5.6, z, middle + 1.6, depth - 0.3, z + 2.4, { tint: tintOf(head, 0.96), top: m.roof })
    b.box(middle - 1.85, depth - 5.9, z + 2.4, middle + 1.85, depth + 0.05, z + 2.7, { tint: tintOf(head, 0.86), underside: true })
    const row = 1.3 + chance() * 1.2
    for (let i = 0; i < Math.floor(u / 2.7); i++) {
      if (chance() < 0.34) continue
      const up = chance() < 0.25 ? 2.8 : 0
      buildSolar(b, m, unit * u + 0.9 + i * 2.7 + chance() * 0.6, row + (i % 2) * 0.25 + up, z)
    }
    if (chance() < 0.55)
      b.box(middle + 3 + chance() * 2, depth - 4 - chance() * 2, z, middle + 4.2 + chance() * 2, depth - 3, z + 0.9, {
        tint: [0.66, 0.66, 0.66],
      })
    if (chance() < 0.22) {
      const x = middle - u * 0.34 + chance() * 2
      const tone = chance.pick([
        [0.95, 0.95, 0.95],
        [1.25, 1.1, 0.98],
        [1.3, 1.12, 1],
        [1, 0.72, 0.62],
      ] as const)
      b.box(x, depth - 5, z, x + 2.4 + chance() * 2, depth - 2 - chance(), z + 1.9 + chance() * 0.5, { picture: m.corrugated, tint: tone })
    }
    for (let i = 0; i < 3; i++) {
      const x = unit * u + chance() * (u - 1)
      const y = 3 + chance() * (depth - 6)
      b.box(x, y, z, x + 0.5, y + 0.5, z + 0.8, { tint: [0.7, 0.67, 0.62] })
    }
    if (chance() < 0.3) {
      const x = unit * u + 2 + chance() * (u - 7)
      b.box(x, 3.4, z, x + 1 + chance() * 3, 4.2 + chance(), z + 0.4, {
        picture: m.grime,
        tint: chance.pick([
          [0.42, 0.34, 0.28],
          [0.36, 0.44, 0.3],
          [0.6, 0.6, 0.6],
        ] as const),
      })
    }
  }
}

function buildHipRoof({ b, m, slab, chance, fronts, length, depth, base, wall }: Site): void {
  const tiles = slab.style.tiles === 'grey' ? m.greyTiles : m.redTiles
  const e = 0.75
  const rise = 0.25 * depth
  const z = base + wall
  const ridge = z + rise
  const middle = depth / 2
  const inset = depth * 0.42
  b.quad([-e, -e, z], [length + e, -e, z], [length - inset, middle, ridge], [inset, middle, ridge], tiles)
  b.quad([length + e, depth + e, z], [-e, depth + e, z], [inset, middle, ridge], [length - inset, middle, ridge], tiles)
  b.quad([length + e, -e, z], [length + e, depth + e, z], [length - inset, middle, ridge], [length - inset, middle, ridge], tiles)
  b.quad([-e, depth + e, z], [-e, -e, z], [inset, middle, ridge], [inset, middle, ridge], tiles)
  b.box(-e, -e, z - 0.3, length + e, depth + e, z, { tint: tintOf(fronts.wall, 0.9), underside: true, skip: 't' })
  const u = slab.plan.unitMeters
  const dormer = chance() < 0.7 && slab.floors > 2
  for (let unit = 0; unit < slab.units; unit++) {
    const x = (unit + 0.5) * u
    if (dormer) buildDormer(b, tiles, fronts.wall, x, middle, z, rise)
    for (let k = 0; k < Math.floor(u / 3.2); k++) {
      if (chance() < 0.36) continue
      const at = unit * u + 1 + k * 3.1
      const t = 0.25 + 0.3 * chance()
      if (Math.abs(at + 1 - x) < 2.6 || at < inset * 0.7 || at > length - inset * 0.7 - 2) continue
      buildSolar(b, m, at, middle * t, z + rise * t * 0.93)
    }
  }
}

function buildDormer(b: SceneBuilder, tiles: Picture, wall: Rgb, x: number, middle: number, z: number, rise: number): void {
  b.box(x - 1.3, 0.8, z, x + 1.3, middle - 0.6, z + 1.3, { tint: tintOf(wall), skip: 'nt' })
  const top = z + 1.3
  const peak = z + Math.min(rise * 0.95, 2.3)
  b.quad([x - 1.5, 0.5, top], [x, 0.5, peak], [x, middle - 0.2, peak], [x - 1.5, middle - 0.2, top], tiles, { bothSides: true })
  b.quad([x, 0.5, peak], [x + 1.5, 0.5, top], [x + 1.5, middle - 0.2, top], [x, middle - 0.2, peak], tiles, { bothSides: true })
  b.quad([x - 1.3, 0.8, top], [x + 1.3, 0.8, top], [x, 0.8, peak], [x, 0.8, peak], b.plain, { tint: tintOf(wall) })
}

/** A solar water heater: a solid wedge with its tank on top, as a capture sees one; thin panels would be carved to a tent. */
function buildSolar(b: SceneBuilder, m: Materials, x: number, y: number, z: number): void {
  const w = 2
  const deep = 1.2
  const low = z + 0.3
  const high = z + 1
  const dark: Rgb = [0.34, 0.35, 0.38]
  b.quad([x, y, low], [x + w, y, low], [x + w, y + deep, high], [x, y + deep, high], m.solar, { fit: 'whole' })
  b.quad([x + w, y, z - 0.1], [x + w, y + deep, z - 0.1], [x + w, y + deep, high], [x + w, y, low], b.plain, { tint: dark })
  b.quad([x, y + deep, z - 0.1], [x, y, z - 0.1], [x, y, low], [x, y + deep, high], b.plain, { tint: dark })
  b.quad([x, y, z - 0.1], [x + w, y, z - 0.1], [x + w, y, low], [x, y, low], b.plain, { tint: dark })
  b.box(x - 0.1, y + deep - 0.1, z - 0.1, x + w + 0.1, y + deep + 0.45, high + 0.42, { tint: [0.86, 0.87, 0.88] })
}
