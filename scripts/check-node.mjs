// Imported first: says in a sentence what an older Node would say in a stack trace.
const LEAST = [20, 19]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.error(`twinmap needs Node ${LEAST.join('.')} or newer; this is Node ${process.versions.node}. Get one from https://nodejs.org`)
  process.exit(1)
}
