// `npm start`: from a clean checkout to a page, with nothing but Node and npm. Installs, builds, makes what the demo needs
// (each only where it is absent), starts one server on one port and prints its addresses. Ctrl-C ends all of it.
import './check-node.mjs'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { ROOT, seconds } from './run.mjs'

const USAGE = `npm start                              the demo community
npm start -- path/to/tileset.json      your own capture (3D Tiles 1.0 or 1.1)
npm start -- my.twin.json              your own twin document
  --port 8080                          the first port to try; a busy one is named and the next one taken
  --host                               for the LAN, with the role "public" only; --host=192.168.0.9 for one address
  --kept .twinmap                      where tiles and database are kept`

function options() {
  // `--host` may stand alone, which parseArgs does not know.
  const args = process.argv.slice(2).map((arg) => (arg === '--host' ? '--host=0.0.0.0' : arg))
  let parsed
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        kept: { type: 'string', default: '.twinmap' },
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
  return { port, host: values.host, kept: values.kept, help: values.help, path: positionals[0] }
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
let demo
try {
  demo = await startDemo({
    ...asked,
    root: ROOT,
    kept: resolve(ROOT, asked.kept),
    ...(asked.path !== undefined && { path: resolve(from, asked.path) }),
    say: (line) => console.log(line),
  })
} catch (error) {
  console.error(error.code === undefined ? error : `${error.message} (${error.code})`)
  process.exit(1)
}
console.log(`Ready in ${seconds(startedMs)}. Open`)
for (const { name, url } of demo.pages) console.log(`  ${url}  (${name})`)
console.log('Ctrl-C ends it.')

let ending = false
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (ending) process.exit(1)
    ending = true
    demo.close().then(
      () => process.exit(0),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
