// The default engine: three, with tiles streamed by 3d-tiles-renderer.
import type { CreateEngine } from '../contract.ts'
import { threeEngine } from './composed-engine.ts'
import { createTilesets } from './tileset/create-tilesets.ts'

/** @throws TwinError `webgl-missing` where the browser gives no WebGL 2. */
export const createThreeEngine: CreateEngine = threeEngine(createTilesets)
