// Every tileset of ../shared/data, with the fixed views from which it is looked at, and what it may lack.
import { existsSync, readFileSync } from 'node:fs'
import { placeTileset } from '../../packages/core/src/engine/three/tileset/placement.ts'
import { ecefToGeodetic } from '../../packages/core/src/geo/ellipsoid.ts'
import { sphereOfVolume } from '../../packages/core/src/geo/volume.ts'
import { readTilesetJson } from '../../packages/core/src/tiles/tileset-json.ts'
import type { Look } from '../tiles/page.ts'

export const DATA = new URL('../../../shared/data/', import.meta.url).pathname
export const dataMissing = (): string | undefined => (existsSync(DATA) ? undefined : '../shared/data is absent')

export interface RealSet {
  readonly path: string
  readonly views: Readonly<Record<string, Look>>
  /** Stops at the outermost tile. */
  readonly coarse?: true
  /** Codes that are told, and nothing else. */
  readonly told?: readonly string[]
  /** Views that come to where a file is missing: a coarser tile stands there. */
  readonly partial?: readonly string[]
  /** Drone captures and the scan: each view must notice a shift of 5 m and a mirror. */
  readonly capture?: true
  /** A picture that lies beside its tiles, and another of the same set to put in its place. */
  readonly swap?: readonly [from: string, to: string]
  /** No content at all: the picture is empty by intent. */
  readonly empty?: true
}

const slant: Look = { headingDeg: 30, pitchDeg: -35 }
const boxes = ['0_0_0-1_1_2', '0_0_0-1_2_1', '0_0_0-2_1_1', '0_0_2-1_1_4', '0_2_0-1_4_1', '2_0_0-4_1_1']

export const SETS: readonly RealSet[] = [
  {
    path: 'b3dm-cc-gltf1-rtc/Production_1.json',
    views: {
      slant: { ...slant, radii: 1.1 },
      above: { headingDeg: 0, pitchDeg: -85, radii: 1.1 },
      near: { headingDeg: 200, pitchDeg: -25, radii: 0.5 },
    },
    told: ['tile-missing'],
    partial: ['near'],
    capture: true,
  },
  {
    path: 'b3dm-cc-gltf2-rtccenter/Data/Model/Model.json',
    views: { slant: { ...slant, radii: 2 }, back: { headingDeg: 190, pitchDeg: -20, radii: 1.6 } },
    told: ['tile-missing'],
    capture: true,
  },
  {
    path: 'b3dm-djiterra-gltf2-draco/tileset.json',
    // One block of four is there; its middle lies 130 m east and 140 m north of the whole's.
    views: {
      slant: { ...slant, radii: 0.75, offset: [130, 140, 0] },
      above: { headingDeg: 0, pitchDeg: -85, radii: 0.75, offset: [130, 140, 0] },
    },
    told: ['tile-missing'],
    partial: ['slant', 'above'],
    capture: true,
  },
  {
    path: 'scan-cedar-creek/mesh_tiles/tileset.json',
    views: { slant, above: { headingDeg: 0, pitchDeg: -85, radii: 2 }, near: { headingDeg: 120, pitchDeg: -40, radii: 1 } },
    capture: true,
    swap: ['0/lod0_000.ktx2', '3/lod3_room9_chunk0_000.ktx2'],
  },
  { path: '3d-tiles-samples/1.0/TilesetWithDiscreteLOD/tileset.json', views: { slant }, told: ['tile-missing'] },
  {
    path: '3d-tiles-samples/1.0/TilesetWithRequestVolume/tileset.json',
    // The points, 32 m below the middle, are there only for who stands within 15 m of them.
    views: { slant: { ...slant, radii: 0.8 }, points: { headingDeg: 30, pitchDeg: -20, radii: 0.012, offset: [0, 0, -32] } },
  },
  {
    path: '3d-tiles-samples/1.0/TilesetWithTreeBillboards/tileset.json',
    views: { slant: { ...slant, radii: 0.7 } },
    told: ['tile-unsupported'],
  },
  {
    path: '3d-tiles-samples/1.0/TilesetWithTreeBillboards/tileset.json',
    coarse: true,
    views: { billboards: { ...slant, radii: 0.7 } },
    told: ['tile-unsupported'],
  },
  ...boxes.map((name): RealSet => ({ path: `3d-tiles-samples/1.1/BoundingBoxTests/${name}/tileset.json`, views: { slant } })),
  { path: '3d-tiles-samples/1.1/MetadataGranularities/tileset.json', views: { slant: { ...slant, radii: 1.6 } } },
  { path: '3d-tiles-samples/1.1/MultipleContents/tileset.json', views: { slant } },
  { path: '3d-tiles-samples/1.1/SparseImplicitOctree/tileset.json', views: { slant } },
  { path: '3d-tiles-samples/1.1/SparseImplicitQuadtree/tileset.json', views: { slant: { ...slant, radii: 1.4 } } },
  { path: '3d-tiles-samples/1.1/TilesetWithFullMetadata/tileset.json', views: { slant }, empty: true },
]

/** The place of a set's middle where it is told in ECEF; else undefined. */
export const originOf = (path: string) => originOfFile(DATA + path)

/** The same of any tileset.json. */
export function originOfFile(file: string) {
  const { root } = readTilesetJson(JSON.parse(readFileSync(file, 'utf8')), file)
  const nowhere = { longitude: 0, latitude: 0, heightEllipsoidalMeters: 0, geoidMeters: 0, datum: 'WGS84' as const }
  if (placeTileset('auto', root, nowhere).at !== 'ecef') return undefined
  return { ...nowhere, ...ecefToGeodetic(sphereOfVolume(root.boundingVolume, root.transform)!.center) }
}
