// The page of tiles.test.ts and real-input.test.ts: tilesets alone in a scene, without the engine's camera and markers, so that a picture shows
// tiles and nothing else. Consumes core as a browser does: from what tsc wrote, workers by their URLs.
import { Color, Matrix4, PerspectiveCamera, Raycaster, Scene, Sphere, Vector2, Vector3, WebGLRenderer } from 'three'
import { createTilesets } from '../../packages/core/dist/engine/three/tileset/create-tilesets.js'
import type { MountedTileset } from '../../packages/core/src/engine/contract.ts'
import type { Tilesets } from '../../packages/core/src/engine/three/tileset/tileset-part.ts'
import type { TwinError } from '../../packages/core/src/error/twin-error.ts'
import type { CountsGl } from '../harness/count-gl.ts'
import type { Cell } from '../real-input/compare.ts'

export interface Told {
  readonly code: string
  readonly message: string
}

/** Where to look from, seen from the middle of the root volume: degrees, and how many of its radii away. */
export interface Look {
  readonly headingDeg: number
  readonly pitchDeg: number
  readonly radii?: number
  /** Metres from the middle, in the scene. */
  readonly offset?: readonly [number, number, number]
}

/** What a test does to the scene to see that the figures notice. */
export interface Spoil {
  readonly shiftMeters?: number
  readonly mirror?: boolean
}

const NOWHERE = { longitude: 114.1228, latitude: 30.4628, heightEllipsoidalMeters: 0, geoidMeters: 0, datum: 'WGS84' } as const

const glLeft = (): Readonly<Record<string, number>> => (globalThis as unknown as Partial<CountsGl>).glCounts?.().left ?? {}

function open({ width = 256, height = 256, memoryBytes }: { width?: number; height?: number; memoryBytes?: number } = {}) {
  const canvas = document.createElement('canvas')
  document.body.append(canvas)
  const renderer = new WebGLRenderer({ canvas, antialias: false, preserveDrawingBuffer: true })
  renderer.setSize(width, height, false)
  const scene = new Scene()
  // A colour that no capture has, so that what is covered can be told from what is not.
  scene.background = new Color(1, 0, 1)
  const camera = new PerspectiveCamera(50, width / height, 0.1, 1e7)
  camera.up.set(0, 0, 1)
  const errors: Told[] = []
  const placed: string[] = []
  const requests: string[] = []
  let wanted = true
  let frames = 0
  let aborted = 0
  let origin: { longitude: number; latitude: number; heightEllipsoidalMeters: number; geoidMeters: number; datum: 'WGS84' | 'CGCS2000' } =
    NOWHERE
  let tilesets: Tilesets | undefined
  const swaps: [from: string, to: string][] = []

  const make = (): Tilesets => {
    const made: Tilesets = createTilesets({
      origin,
      camera,
      renderer,
      fetch: (url, init) => {
        requests.push(new URL(url, location.href).pathname)
        init?.signal?.addEventListener('abort', () => aborted++)
        return fetch(
          swaps.reduce((to, [from, by]) => to.replace(from, by), url),
          init,
        )
      },
      invalidate: () => {
        wanted = true
      },
      onError: ({ code, message }: TwinError) => errors.push({ code, message }),
      onPlaced: ({ at }) => placed.push(at),
      ...(memoryBytes !== undefined && { memoryBytes }),
    })
    made.setSize(width, height)
    scene.add(made.group)
    return made
  }
  // What three keeps for itself, made before anything is counted.
  renderer.render(scene, camera)
  const before = glLeft()
  const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()))

  const viewer = {
    mounted: undefined as MountedTileset | undefined,
    aborted: () => aborted,
    /** GL objects that live beyond those of an empty renderer. */
    left: () => Object.entries(glLeft()).filter(([kind, count]) => count !== before[kind]),
    errors,
    placed,
    requests,
    renderer,
    camera,
    get frames() {
      return frames
    },
    get refinement() {
      return tilesets?.refinement
    },
    setOrigin(next: typeof origin) {
      origin = next
    },
    swap(from: string, to: string) {
      swaps.push([from, to])
    },
    mount(
      url: string,
      {
        at = 'auto',
        errorTargetPx,
        memoryBytes: own,
      }: { at?: 'auto' | 'ecef' | 'origin'; errorTargetPx?: number; memoryBytes?: number } = {},
    ) {
      tilesets ??= make()
      viewer.mounted = tilesets.mount({
        type: 'tileset',
        id: url,
        url,
        at,
        ...(errorTargetPx && { errorTargetPx }),
        ...(own && { memoryBytes: own }),
      })
      return viewer.mounted
    },
    tilesets: () => tilesets!,
    /** The sphere about all that stands, in the scene; waits for the outermost tileset. */
    async bounds(): Promise<Sphere> {
      const roots = () =>
        tilesets!.group.children as unknown as { tilesRenderer: { getBoundingSphere(sphere: Sphere): boolean }; matrixWorld: Matrix4 }[]
      const sphere = new Sphere()
      for (let i = 0; i < 600; i++) {
        tilesets!.update()
        if (roots().length > 0 && roots()[0]!.tilesRenderer.getBoundingSphere(sphere)) return sphere.applyMatrix4(roots()[0]!.matrixWorld)
        await frame()
      }
      throw new Error('no tileset came')
    },
    look(sphere: { center: Vector3; radius: number }, { headingDeg, pitchDeg, radii = 2.4, offset = [0, 0, 0] }: Look) {
      const [heading, pitch] = [(headingDeg * Math.PI) / 180, (pitchDeg * Math.PI) / 180]
      const range = sphere.radius * radii
      const toward = new Vector3(Math.sin(heading) * Math.cos(pitch), Math.cos(heading) * Math.cos(pitch), Math.sin(pitch))
      const middle = new Vector3(...offset).add(sphere.center)
      camera.position.copy(middle).addScaledVector(toward, -range)
      camera.near = Math.max(range / 1000, 0.01)
      camera.far = range + sphere.radius * 4
      camera.lookAt(middle)
      camera.updateProjectionMatrix()
      camera.updateMatrixWorld()
      wanted = true
    },
    spoil({ shiftMeters = 0, mirror = false }: Spoil, sphere: { center: Vector3 }) {
      const group = tilesets!.group
      group.matrixAutoUpdate = false
      group.matrix.makeTranslation(shiftMeters, 0, 0)
      if (mirror)
        group.matrix.multiply(new Matrix4().makeTranslation(2 * sphere.center.x, 0, 0)).multiply(new Matrix4().makeScale(-1, 1, 1))
      // Tiles do not move by themselves, so they do not look whether what they stand in did.
      group.traverse((object) => {
        object.matrixWorldNeedsUpdate = true
      })
      group.updateMatrixWorld(true)
      wanted = true
    },
    draw() {
      tilesets?.update()
      renderer.render(scene, camera)
      frames++
    },
    /** On demand, as the engine does it: a frame only where one was asked for. */
    async settle(
      timeoutMs = 60_000,
      until: (state: string) => boolean = (state) => state !== 'loading',
    ): Promise<{ state: string; share: number }> {
      const end = performance.now() + timeoutMs
      for (let calm = 0; calm < 3; ) {
        if (performance.now() > end) break
        await frame()
        if (wanted) {
          wanted = false
          if (tilesets!.update()) wanted = true
          renderer.render(scene, camera)
          frames++
        }
        calm = until(tilesets!.refinement.state) && !wanted ? calm + 1 : 0
      }
      return { ...tilesets!.refinement }
    },
    /** RGBA rows from the bottom, as numbers. */
    pixels(): Uint8Array {
      const gl = renderer.getContext()
      const out = new Uint8Array(width * height * 4)
      renderer.render(scene, camera)
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, out)
      return out
    },
    /** Per cell of an 8 × 8 grid, rows from the top: covered share, and mean sRGB of what is covered. */
    grid(): Cell[] {
      const pixels = viewer.pixels()
      const cells = Array.from({ length: 64 }, () => [0, 0, 0, 0])
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const at = (y * width + x) * 4
          const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
          if (r === 255 && g === 0 && b === 255) continue
          const cell = cells[Math.floor(((height - 1 - y) * 8) / height) * 8 + Math.floor((x * 8) / width)]!
          cell[0]!++
          cell[1]! += r
          cell[2]! += g
          cell[3]! += b
        }
      const all = (width * height) / 64
      return cells.map(([n, r, g, b]): Cell => {
        const mean = (sum: number | undefined) => (n === 0 ? 0 : sum! / n!)
        return [n! / all, mean(r), mean(g), mean(b)]
      })
    },
    hit(x: number, y: number) {
      const ray = new Raycaster()
      ray.setFromCamera(new Vector2(x, y), camera)
      return tilesets!.raycast(ray)?.point.toArray() ?? null
    },
    dispose() {
      tilesets?.dispose()
      tilesets = undefined
      renderer.renderLists.dispose()
      renderer.dispose()
      canvas.remove()
    },
  }
  return viewer
}

export type TilesPage = typeof page
const page = { open }
Object.assign(window, { page })
