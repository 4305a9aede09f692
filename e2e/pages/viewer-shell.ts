// The viewer's shell around twins made by hand: what a browser must show of it needs no mesh and no server.
import '../../packages/viewer/src/index.ts'
import { TwinError } from '../../packages/core/src/error/twin-error.ts'
import { alarm, doc, fakeTwins, help, NOW_MS, person } from '../../packages/viewer/test/fake-twin.ts'

const asked = new URLSearchParams(location.search)
// `at=auto`: the mesh names no place.
const tilesets = doc.tilesets.map((tileset) => (asked.get('at') === 'auto' ? { ...tileset, at: 'auto' as const } : tileset))
// `panels=right`: where the alarms stand; a card stands there too.
const panels = asked.get('panels') === 'right' ? [{ type: 'alarms' as const, place: 'right' as const }] : doc.panels
const twins = fakeTwins({ doc: { ...doc, tilesets, panels } })
Object.assign(globalThis, { twins, alarm, help, person, NOW_MS, TwinError })

for (let i = 0; i < Number(asked.get('viewers') ?? 1); i++) {
  const viewer = document.createElement('twin-viewer')
  viewer.src = `village-${i}.twin.json`
  viewer.locale = 'zh'
  viewer.openTwin = twins.open
  document.querySelector('main')!.append(viewer)
}
