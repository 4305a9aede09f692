// The village that every browser shows: the real server, the real bundle, and a capture of two levels whose tiles have a colour each, so that a
// missing, black or misplaced one is seen. What goes wrong in the page is kept by the page, since a WebDriver does not hand its console over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { samplePlaneGlb } from '../../packages/core/src/tiles/sample-tile.ts'
import { type AcceptanceTown, startAcceptanceTown } from '../acceptance/town.ts'
import { COLORS, png, sampleSet } from '../tiles/sample-set.ts'

const PAGE = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8"><title>village</title>
<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css">
<script src="told.js"></script>
<script type="module" src="viewer/twin-viewer.js"></script><script type="module" src="page.js"></script>
<script type="module" src="begin.js"></script>
<main></main>
</html>`

const TOLD = `globalThis.told = []
addEventListener('error', (event) => told.push('error: ' + event.message))
addEventListener('unhandledrejection', (event) => told.push('rejection: ' + event.reason))
document.addEventListener('securitypolicyviolation', (event) => told.push('policy: ' + event.violatedDirective + ' ' + event.blockedURI))
for (const level of ['error', 'warn']) {
  const say = console[level]
  console[level] = (...words) => {
    told.push(level + ': ' + words.join(' '))
    say.apply(console, words)
  }
}`

/** {@link startAcceptanceTown} with a page at `browsers.html`. */
export async function startVillage(): Promise<AcceptanceTown> {
  const tiles = mkdtempSync(join(tmpdir(), 'twinmap-tiles-'))
  const files = await sampleSet({ at: 'origin' })
  // One of the four has its picture beside it.
  files['/sample/3.glb'] = samplePlaneGlb({ sizeMeters: 50, imageUri: 'beside.png' })
  files['/sample/beside.png'] = png(COLORS[3])
  for (const [path, content] of Object.entries(files)) {
    const at = join(tiles, path.replace('/sample/', ''))
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, content)
  }
  const town = await startAcceptanceTown({ tiles })
  writeFileSync(join(town.site.folder, 'browsers.html'), PAGE)
  writeFileSync(join(town.site.folder, 'told.js'), TOLD)
  writeFileSync(join(town.site.folder, 'begin.js'), 'mount()')
  return Object.create(town, {
    close: {
      value: async () => {
        await town.close()
        rmSync(tiles, { recursive: true, force: true })
      },
    },
  }) as AcceptanceTown
}
