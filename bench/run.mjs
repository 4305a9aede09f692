// `node bench/run.mjs tiles` runs bench/tiles/run.ts: Node 20 reads no TypeScript, so vite's module runner does.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const [name, ...rest] = process.argv.slice(2)
const file = fileURLToPath(new URL(`./${name}/run.ts`, import.meta.url))
const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' })
await module.main(rest)
