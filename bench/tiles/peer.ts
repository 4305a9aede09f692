// The peer: plain 3d-tiles-renderer with three's GLTFLoader and meshoptimizer's decoder, drawn on demand.
import { TilesRenderer } from '3d-tiles-renderer'
import { GLTFExtensionsPlugin } from '3d-tiles-renderer/plugins'
import { MeshoptDecoder } from 'meshoptimizer'
import { PerspectiveCamera, Scene, WebGLRenderer } from 'three'
import { CACHE_BYTES, CANVAS, ERROR_TARGET_PX, EYE, PITCH_DEG } from './scene.ts'

export function start(fovDeg: number, complete: (tiles: number) => void): void {
  const renderer = new WebGLRenderer({ antialias: true })
  renderer.setSize(CANVAS.width, CANVAS.height)
  document.body.append(renderer.domElement)
  const camera = new PerspectiveCamera(fovDeg, CANVAS.width / CANVAS.height, 1, 4000)
  camera.up.set(0, 0, 1)
  camera.position.set(...EYE)
  const pitch = (PITCH_DEG * Math.PI) / 180
  camera.lookAt(EYE[0], EYE[1] + Math.cos(pitch), EYE[2] + Math.sin(pitch))
  camera.updateMatrixWorld()
  const scene = new Scene()
  const tiles = new TilesRenderer('/tiles/tileset.json')
  tiles.registerPlugin(new GLTFExtensionsPlugin({ meshoptDecoder: MeshoptDecoder }))
  tiles.errorTarget = ERROR_TARGET_PX
  tiles.lruCache.maxBytesSize = CACHE_BYTES
  tiles.lruCache.minBytesSize = CACHE_BYTES / 2
  tiles.setCamera(camera)
  tiles.setResolutionFromRenderer(camera, renderer)
  scene.add(tiles.group)
  let wanted = true
  for (const event of ['needs-update', 'needs-render', 'load-model', 'load-tileset'] as const)
    tiles.addEventListener(event, () => {
      wanted = true
    })
  tiles.addEventListener('tiles-load-end', () => {
    wanted = true
    requestAnimationFrame(() => {
      if (tiles.loadProgress === 1) complete(performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.glb')).length)
    })
  })
  const frame = () => {
    requestAnimationFrame(frame)
    if (!wanted) return
    wanted = false
    camera.updateMatrixWorld()
    tiles.update()
    renderer.render(scene, camera)
  }
  frame()
}
