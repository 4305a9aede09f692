// `npm start`: from a clean checkout to a page, with nothing but Node and npm. Installs, builds, makes what the demo needs
// (each only where it is absent), starts one server on one port and prints its addresses. Ctrl-C ends all of it.
import './check-node.mjs'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { ROOT, seconds } from './run.mjs'

const USAGE = `npm start                              the demo community
npm start -- my/mesh.obj --crs EPSG:4547  your own mesh (an OBJ, or a folder of them): made into tiles, kept, shown
npm start -- path/to/tileset.json      your own capture (3D Tiles 1.0 or 1.1)
npm start -- my.twin.json              your own twin document
  --port 8080                          the first port to try; a busy one is named and the next one taken
  --host                               for the LAN, with the role "public" only; --host=192.168.0.9 for one address
  --kept .twinmap                      where tiles and database are kept
for a mesh, where its metadata.xml does not say it (see twinmap tiles --help):
  --crs EPSG:4547                      what its coordinates count in
  --origin 500000,4100000,0            what is added to them: easting, northing, height
  --up z                               z or y
  --unit m                             what its numbers count in: m, mm, cm, km, in, ft, us-ft
  --height-offset 0                    metres to ellipsoidal heights
  --drop-outliers                      without the few triangles far off from all the rest`
const FOR_MESHES = ['crs', 'origin', 'up', 'unit', 'height-offset']

function options() {
  // `--host` may stand alone, and an origin may begin with a minus: parseArgs knows neither.
  const args = process.argv
    .slice(2)
    .map((arg) => (arg === '--host' ? '--host=0.0.0.0' : arg))
    .flatMap((arg, i, all) => {
      if (/^--(origin|height-offset)$/.test(arg) && /^-[\d.]/.test(all[i + 1] ?? '')) return []
      return /^--(origin|height-offset)$/.test(all[i - 1] ?? '') && /^-[\d.]/.test(arg) ? [`${all[i - 1]}=${arg}`] : [arg]
    })
  let parsed
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        kept: { type: 'string', default: '.twinmap' },
        ...Object.fromEntries(FOR_MESHES.map((name) => [name, { type: 'string' }])),
        'drop-outliers': { type: 'boolean' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return { problem: error.message }
  }
  const { values, positionals } = parsed
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return { problem: `--port ${values.port} is no port; give a number from 0 to 65535` }
  if (positionals.length > 1) return { problem: `one path at a time: ${positionals.join(', ')}` }
  const tilesArgs = FOR_MESHES.flatMap((name) => (values[name] === undefined ? [] : [`--${name}=${values[name]}`]))
  if (values['drop-outliers']) tilesArgs.push('--drop-outliers')
  const path = positionals[0]
  if (tilesArgs.length > 0 && path === undefined) return { problem: `${tilesArgs[0]} is for a mesh of your own; name it before` }
  return { port, host: values.host, kept: values.kept, help: values.help, path, tilesArgs }
}

const { problem, help, ...asked } = options()
if (problem !== undefined) {
  console.error(`${problem}\n\n${USAGE}`)
  process.exit(2)
}
if (help) {
  console.log(USAGE)
  process.exit(0)
}

const startedMs = Date.now()
await install()
try {
  await build()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
// npm changes into the root of the package; a path is the user's, so it counts from where they were.
const { resolve } = await import('node:path')
const from = process.env.INIT_CWD ?? process.cwd()
const { startDemo } = await import('../examples/longwan/dist/demo.js')
const { ProgressBar } = await import('../examples/longwan/dist/community/progress-bar.js')
const { stdout } = process
const bar = new ProgressBar({
  write: (text) => stdout.write(text),
  isTerminal: stdout.isTTY === true,
  columns: stdout.columns ?? 80,
  nowMs: () => performance.now(),
})
const fail = (error) => {
  bar.clear()
  console.error(error.code === undefined ? error : `${error.message} (${error.code})`)
}

let demo
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (ending.signal.aborted) process.exit(1)
    ending.abort()
    bar.clear()
    // Before the server is up there is only work of a child to end, and startDemo says when that is done.
    demo?.close().then(
      () => process.exit(0),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
try {
  demo = await startDemo({
    ...asked,
    root: ROOT,
    kept: resolve(ROOT, asked.kept),
    ...(asked.path !== undefined && { path: resolve(from, asked.path) }),
    // For tests, which have no minutes; docs/demo-capture.md.
    community: process.env.TWINMAP_DEMO_SIZE ?? 'full',
    say: (line) => bar.line(line),
    onProgress: (what, progress) => (progress === null ? bar.clear() : bar.show(what, progress)),
    signal: ending.signal,
  })
} catch (error) {
  if (ending.signal.aborted) process.exit(130)
  fail(error)
  process.exit(1)
}
if (ending.signal.aborted) await demo.close().then(() => process.exit(0))
bar.line(`Ready in ${seconds(startedMs)}. Open`)
for (const { name, url } of demo.pages) bar.line(`  ${url}  (${name})`)
bar.line('Ctrl-C ends it.')
try {
  await demo.finish()
} catch (error) {
  if (!ending.signal.aborted) {
    fail(error)
    bar.line('The small settlement stays. Start again to go on with the community where it stopped.')
  }
}
