// The viewer's shell around twins made by hand: what a browser must show of it needs no mesh and no server.
import '../../packages/viewer/src/index.ts'
import { TwinError } from '../../packages/core/src/error/twin-error.ts'
import { alarm, fakeTwins, NOW_MS, person } from '../../packages/viewer/test/fake-twin.ts'

const twins = fakeTwins()
Object.assign(globalThis, { twins, alarm, person, NOW_MS, TwinError })

for (let i = 0; i < Number(new URLSearchParams(location.search).get('viewers') ?? 1); i++) {
  const viewer = document.createElement('twin-viewer')
  viewer.src = `village-${i}.twin.json`
  viewer.locale = 'zh'
  viewer.openTwin = twins.open
  document.querySelector('main')!.append(viewer)
}
